package trial

import (
	"errors"
	"slices"
	"testing"
)

func TestParts(t *testing.T) {
	a, b, c := errors.New("a"), errors.New("b"), errors.New("c")
	for _, test := range []struct {
		err  error
		want []error
	}{
		{nil, nil},
		{a, []error{a}},
		{errors.Join(a, nil, b), []error{a, b}},
		{errors.Join(errors.Join(a, b), c), []error{a, b, c}},
	} {
		if got := Parts(test.err); !slices.Equal(got, test.want) {
			t.Errorf("%v: got %v, want %v", test.err, got, test.want)
		}
	}
}
