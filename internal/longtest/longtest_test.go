package longtest

import (
	"flag"
	"testing"
)

var count = Flag("longtest.count", 2, 3, "a count")

func TestTheVariableAsksForTheFullLength(t *testing.T) {
	for _, c := range []struct {
		value string
		asked bool
		count int
	}{{"", false, 2}, {"0", false, 2}, {"1", true, 3}} {
		t.Setenv(Variable, c.value)
		if Asked() != c.asked || Count(2, 3) != c.count || count() != c.count {
			t.Errorf("%s=%q: asked %v, counts %d and %d, want %v and %d twice", Variable, c.value, Asked(), Count(2, 3), count(), c.asked, c.count)
		}
	}
}

func TestAFlagThatIsSetIsKept(t *testing.T) {
	if err := flag.Set("longtest.count", "7"); err != nil {
		t.Fatal(err)
	}
	defer flag.Set("longtest.count", "0")
	for _, value := range []string{"", "1"} {
		t.Setenv(Variable, value)
		if count() != 7 {
			t.Errorf("%s=%q: got %d, want 7", Variable, value, count())
		}
	}
}

func TestOnlySkips(t *testing.T) {
	for value, want := range map[string]bool{"": true, "1": false} {
		t.Setenv(Variable, value)
		var ran bool
		t.Run(value, func(t *testing.T) {
			Only(t)
			ran = true
		})
		if ran == want {
			t.Errorf("%s=%q: ran %v", Variable, value, ran)
		}
	}
}
