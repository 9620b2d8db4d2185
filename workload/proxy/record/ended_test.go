package record_test

import (
	"testing"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/history"
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

// TestARequestThatIsNotedLate: its call had another request meanwhile, which was noted first.
// The call begins with the first, and its lane has nothing else at that time.
func TestARequestThatIsNotedLate(t *testing.T) {
	p := newTape(t)
	p.held[home] = 0
	p.write(write{"before", 1, 2, told, adding("home", 1, 1)})
	p.write(write{"late", 7, 8, told, adding("home", 1, 4)})
	p.write(write{"late", 3, 4, lost, adding("home", 1, 2)})
	p.write(write{"late", 5, 6, told, adding("home", 1, 3)})
	p.held[home] = 4
	v, _, ops := p.end(nil)
	p.expect(v, map[string]check.Status{"once-per-call": check.Fail, "conservation": check.Pass, "chain": check.Pass})
	if len(ops) != 2 || len(ops[1].Attempts) != 3 || ops[1].Invoked != ops[1].Attempts[0].Invoked || ops[1].Ending != history.Applied {
		t.Fatalf("operations %+v", ops)
	}
	for i, a := range ops[1].Attempts {
		if applied := i == 2; a.Invoked != ops[1].Invoked+int64(i)*2e9 || (a.Outcome == counter.Applied) != applied {
			t.Errorf("attempt %d: %+v", i, a)
		}
	}
}
