package retry

import (
	"testing"
	"time"

	"contend/counter"
)

// The first attempt of an operation is free, a retry costs one, and a success earns the
// ratio; with a ratio of 0.1 ten successes pay for one retry, however they are added up.
func TestBudget(t *testing.T) {
	fixed := Policy{Kind: Fixed, Base: ms, On: allFailures}
	for _, p := range []Policy{fixed, window, paced, shares, queues} {
		p.Budget = Budget{Ratio: 0.1, Burst: 2}
		var m Memory
		ended := func(outcome counter.Outcome) (d Decision) {
			d, m = p.Decide(Attempt{Moment: Ended, Number: 1, Outcome: outcome}, m, 0.5)
			return d
		}
		allowed := func(why string, want int) {
			t.Helper()
			for range want {
				if d := ended(counter.Conflict); !d.Retry {
					t.Fatalf("%s: %s: got %+v, want a retry", p.Kind, why, d)
				}
			}
			if d := ended(counter.Conflict); d.Retry || d.Reason != ReasonBudget {
				t.Fatalf("%s: %s: got %+v, want an empty budget", p.Kind, why, d)
			}
		}
		allowed("a full bucket", 2)
		allowed("an empty one", 0)
		if d, _ := p.Decide(Attempt{Moment: Begins}, m, 0.5); !d.Retry {
			t.Errorf("%s: got %+v for a first attempt", p.Kind, d)
		}
		for range 9 {
			ended(counter.Applied)
		}
		allowed("nine successes", 0)
		ended(counter.Applied)
		allowed("ten successes", 1)
		for range 1000 {
			ended(counter.Applied)
		}
		allowed("a thousand", 2)
	}
}

// A retry that something else forbids costs nothing.
func TestBudgetIsNotSpentOnWhatIsNotTried(t *testing.T) {
	p := Policy{Kind: Fixed, Base: second, On: allFailures, MaxAttempts: 3, Deadline: 2 * second, Budget: Budget{Ratio: 1, Burst: 1}}
	for _, a := range []Attempt{
		{Number: 3, Outcome: counter.Conflict}, {Number: 1, Outcome: counter.Conflict, Elapsed: 2 * second}, {Number: 1, Outcome: counter.Failed},
	} {
		if d, m := p.Decide(a, Memory{}, 0.5); d.Retry || m != (Memory{}) {
			t.Errorf("%+v: got %+v %+v", a, d, m)
		}
	}
}

// TestASharedWindowPacesAfterGivingUp: an operation that gives up because of a limit leaves
// its wait to the next one. Else clients with a small budget would send as fast as they can.
func TestASharedWindowPacesAfterGivingUp(t *testing.T) {
	p := Policy{Kind: SharedWindow, MaxAttempts: 1, On: usual}
	state := counter.State{Version: 7, Shared: &counter.Shared{Pace: int64(time.Second), PaceVersion: 7}}
	var m Memory
	now, gap := time.Minute, 20*ms
	_, m = p.Decide(Attempt{Moment: Begins, Now: now, Gap: gap}, m, 0.5)
	_, m = p.Decide(Attempt{Moment: WasRead, Outcome: counter.Applied, State: state, Known: true, Now: now, Gap: gap}, m, 0.5)
	d, m := p.Decide(Attempt{Number: 1, Moment: Ended, Outcome: counter.Conflict, Seen: counter.State{Version: 6}, State: state, Known: true, Now: now, Gap: gap}, m, 0.5)
	if d.Reason != ReasonMaxAttempts {
		t.Fatalf("got %+v, want to give up", d)
	}
	if d, _ := p.Decide(Attempt{Moment: Begins, Now: now, Gap: gap}, m, 0.5); d.Wait != time.Second {
		t.Errorf("the next operation waits for %v, want the mean wait of all, a second", d.Wait)
	}
}
