package record_test

import (
	"testing"

	"contend/workload/check"
)

// TestACallThatGoesOn: it is written once, with all its requests, and after the calls that
// ended before its last end, because one of them may have had the lane that it got then.
func TestACallThatGoesOn(t *testing.T) {
	for name, second := range map[string]heard{"lost": lost, "told": told} {
		p := newTape(t)
		p.held[home] = 0
		p.write(write{"goes on", 1, 2, told, adding("home", 1, 1)})
		p.write(write{"between", 2, 3, told, adding("home", 1, 2)})
		p.write(write{"goes on", 4, 5, second, adding("home", 1, 3)})
		p.write(write{"goes on", 5.5, 6, told, adding("home", 1, 4)})
		p.held[home] = 4
		v, _, ops := p.end(nil)
		p.expect(v, map[string]check.Status{"once-per-call": check.Fail, "conservation": check.Pass, "chain": check.Pass})
		if len(ops) != 2 || len(ops[0].Attempts) != 1 || len(ops[1].Attempts) != 3 {
			t.Errorf("%s: operations %+v", name, ops)
		}
	}
}
