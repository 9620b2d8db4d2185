package check

import (
	"testing"

	"contend/counter"
	"contend/workload/history"
)

// resting is a band that only adds up sums.
func resting() *band {
	b := newBand(at(0, 1))
	b.rest()
	return b
}

func plain(delta, invoked, returned int64) *history.Op {
	return &history.Op{
		Delta: delta, Ending: history.Applied, Invoked: invoked, Returned: returned, Sequence: 1,
		Attempts: []history.Attempt{{Invoked: invoked, Returned: returned, Outcome: counter.Applied, Written: true, Token: "t"}},
	}
}

// TestAPlainUpdateAddsUpAsItsEventsDo: the short way that most updates take gives the
// same sums as the events of their two ends, up to sums that are too large.
func TestAPlainUpdateAddsUpAsItsEventsDo(t *testing.T) {
	short, long := resting(), resting()
	for i := range int64(3 << 20) {
		delta := longestStep - i%3
		if i%2 == 0 && i < 1000 {
			delta = -delta
		}
		short.add(plain(delta, i, i+i%7))
		long.enter(bandEvent{at: i + i%7, step: writeAcknowledged, amount: delta})
		long.enter(bandEvent{at: i, step: writeSent, amount: delta, answer: delta})
		if short.tooLarge != long.tooLarge || !short.tooLarge && (short.rested != long.rested || short.latest != long.latest) {
			t.Fatalf("after %d updates: %+v (latest %d, too large: %t), by events %+v (latest %d, too large: %t)", i+1,
				short.rested, short.latest, short.tooLarge, long.rested, long.latest, long.tooLarge)
		}
		if short.tooLarge {
			return
		}
	}
	t.Fatal("the sums never were too large")
}

// TestOnlyAPlainUpdateTakesTheShortWay: a write that may have been applied as well does
// not belong to the certain sum.
func TestOnlyAPlainUpdateTakesTheShortWay(t *testing.T) {
	b := resting()
	op := plain(1, 10, 20)
	op.Attempts[0].Token, op.Attempts[0].AmbiguousWrites = "", 2
	b.add(op)
	if got := b.rested; got.sure.up != 1 || got.possible.up != 3 || got.answered.up != 1 {
		t.Errorf("with two unknown writes: %+v", got)
	}
	b = resting()
	op = plain(1, 10, 20)
	op.Attempts[0].Outcome = counter.Unknown
	b.add(op)
	if got := b.rested; got.sure.up != 0 || got.possible.up != 1 {
		t.Errorf("unknown: %+v", got)
	}
}

// TestAStateOutOfReachIsSeenWhileTheSumsRest in each place that tells one.
func TestAStateOutOfReachIsSeenWhileTheSumsRest(t *testing.T) {
	for _, value := range []int64{farthest, -farthest, farthest + 1, -farthest - 1} {
		state := at(value, 2)
		read := &history.Op{Kind: history.Read, Sequence: 1, Attempts: []history.Attempt{{Outcome: counter.Applied, Saw: state}}}
		write, look := plain(1, 1, 2), plain(1, 1, 2)
		write.Attempts[0].After = state
		look.Attempts[0].Before, look.Attempts[0].LookReturned = state, 1
		for name, op := range map[string]*history.Op{"read": read, "write": write, "look": look} {
			b := resting()
			b.add(op)
			if want := value > farthest || value < -farthest; b.tooLarge != want {
				t.Errorf("%s of %d: too large is %t, want %t", name, value, b.tooLarge, want)
			}
		}
	}
}
