package check

import (
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// TestAWriteLeavesWhatItWasBuiltOnAndItsDelta: this holds even if nothing else is known
// of the counter.
func TestAWriteLeavesWhatItWasBuiltOnAndItsDelta(t *testing.T) {
	untold := history.State{}
	for _, c := range []struct {
		what          string
		before, after history.State
		repeated      bool
		fails         bool
	}{
		{"it does", at(7, 3), at(9, 4), false, false},
		{"it does not", at(7, 3), at(10, 4), false, true},
		{"by value", value(7), value(8), false, true},
		{"a repeated one tells of an earlier", at(7, 3), at(5, 2), true, false},
		{"built on nothing", untold, at(10, 4), false, false},
		{"tells nothing", at(7, 3), untold, false, false},
	} {
		l := &log{t: t}
		a := l.op(1, 2, 0, 10*ms, counter.Applied, c.after)
		a.Before, a.Repeated = c.before, c.repeated
		got := result(t, l.audit(untold, untold), "chain")
		if (got.Status == Fail) != c.fails || c.fails && !strings.Contains(got.Evidence[0], "although it was built on value 7") {
			t.Errorf("%s: got %+v", c.what, got)
		}
	}
}
