package pattern

import "testing"

// TestLazy: an expression is compiled when it is first used, and once.
func TestLazy(t *testing.T) {
	digits := Lazy(`^[0-9]+$`)
	if !digits().MatchString("123") || digits().MatchString("12a") {
		t.Error("the expression matches something else")
	}
	if once := digits(); once != digits() {
		t.Error("the expression is compiled again")
	}
	wrong := Lazy(`(`)
	defer func() {
		if recover() == nil {
			t.Error("a wrong expression is no panic")
		}
	}()
	wrong()
}
