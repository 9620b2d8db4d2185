package measure

import (
	"reflect"
	"testing"
)

// fill gives each number of a struct a value of its own, from n+1 on, and returns the
// last.
func fill(v reflect.Value, n int64) int64 {
	switch v.Kind() {
	case reflect.Int64:
		n++
		v.SetInt(n)
	case reflect.Float64:
		n++
		v.SetFloat(float64(n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Array:
		for i := range v.Len() {
			n = fill(v.Index(i), n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			n = fill(v.Field(i), n)
		}
	}
	return n
}

// addsUp adds a struct of distinct numbers to itself and takes it away again.
func addsUp[T comparable](t *testing.T) {
	t.Helper()
	var one, sum, none T
	fill(reflect.ValueOf(&one).Elem(), 0)
	v := reflect.ValueOf(one)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("%s.%s is of a kind that is not filled", v.Type(), v.Type().Field(i).Name)
		}
	}
	add(&sum, &one)
	check(t, "none and one", sum, one)
	add(&sum, &one)
	subtract(&sum, &one)
	check(t, "two less one", sum, one)
	if sum == none {
		t.Error("nothing was added")
	}
}

// TestEveryFieldIsAdded: every field is added, in all structs that are summed up.
func TestEveryFieldIsAdded(t *testing.T) {
	addsUp[Tally](t)
	addsUp[SecondCounts](t)
	addsUp[Capacity](t)
}

func TestAFieldThatCannotBeAddedIsNotPassedOver(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a text was added")
		}
	}()
	type named struct{ name string }
	add(&named{"a"}, &named{"b"})
}
