package check

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"contend/workload/history"
)

// band judges the reads of a counter whose states have no order. It knows the sum of
// the changes that were surely applied before a read began, and of those that may have
// been applied by its end. A strong read must lie between the two, an eventual read
// must not be above the second. That is necessary but not sufficient: an order of the
// operations need not exist.
//
// The sums are those of a sweep through time, over writes at their invocation
// and at their acknowledgement, and reads at both ends.
type band struct {
	start          int64       // the value before the first operation
	first          int64       // and its version; 0: not known
	spread         bool        // over several items: only reads tell of all of them
	events         []bandEvent // not yet passed by the clock, in no order
	passing        []bandEvent // memory that is used again
	sure, possible sums        // so far
	answered       sums        // the part of possible whose writes will be acknowledged
	reached        reached     // by the readings so far
	strong         int64       // reads examined
	eventual       int64
	states         int64 // that acknowledgements told
	behind, ahead  offences
	early          offences         // eventual reads ahead that may have been of before the run
	cutAt          int64            // from here on, writes may be missing from the history; MaxInt64: none
	watch          func(*bandEvent) // judges taken and refusalEnds
	// tooLarge: a sum could leave int64, and nothing is judged any more.
	tooLarge bool

	resting bool  // writes are only added up, reads are judged elsewhere
	latest  int64 // when the last write had ended that was only added up
	rested  struct{ sure, possible, answered sums }
}

// rest adds up writes from now on, and judges no reads.
func (b *band) rest() {
	if b.resting || b.tooLarge {
		return
	}
	b.resting = true
	for _, e := range b.events {
		b.enter(e)
	}
	b.events = nil
}

// wake judges reads again: what was only added up may have been sent at any
// time, and was acknowledged by the end of the last of it.
func (b *band) wake() {
	b.resting = false
	r := &b.rested
	b.enter(bandEvent{at: math.MinInt64, step: writeSent, amount: r.possible.up, answer: r.answered.up})
	b.enter(bandEvent{at: math.MinInt64, step: writeSent, amount: r.possible.down, answer: r.answered.down})
	b.enter(bandEvent{at: b.latest, step: writeAcknowledged, amount: r.sure.up})
	b.enter(bandEvent{at: b.latest, step: writeAcknowledged, amount: r.sure.down})
	r.possible, r.answered, r.sure = sums{}, sums{}, sums{}
}

// addUp is what becomes of an event while the band rests.
func (b *band) addUp(e *bandEvent) {
	switch e.step {
	case writeSent:
		b.rested.possible.add(e.amount)
		b.rested.answered.add(e.answer)
	case writeAcknowledged:
		b.rested.sure.add(e.amount)
		b.latest = max(b.latest, e.at)
	}
	b.boundRested()
}

func (b *band) boundRested() {
	if s := &b.rested; max(s.possible.up, -s.possible.down, s.sure.up, -s.sure.down) > farthest {
		b.giveUp()
	}
}

// addUpPlain adds up an update of one attempt that was acknowledged and left no
// write in doubt, which nearly all are. It does what the events of the two ends
// would do; false is of any other operation.
func (b *band) addUpPlain(op *history.Op) bool {
	if len(op.Attempts) != 1 || b.tooLarge {
		return false
	}
	a := &op.Attempts[0]
	if w := a.Writes(); w.Acknowledged == 0 || w.Unknown > 0 || a.Repeated {
		return false
	}
	r := &b.rested
	r.sure.add(op.Delta)
	r.possible.add(op.Delta)
	r.answered.add(op.Delta)
	b.latest = max(b.latest, a.Returned)
	b.boundRested()
	return true
}

func newBand(start history.State) *band {
	return &band{start: start.Value, first: start.Version, reached: newReached(start.Value), cutAt: math.MaxInt64, tooLarge: tooFar(start, 0)}
}

// sums are what increments and decrements make together, the second negative.
type sums struct{ up, down int64 }

func (s *sums) add(amount int64) {
	s.up += max(amount, 0)
	s.down += min(amount, 0)
}

// bandEvent is what happens to the sums at one time.
type bandEvent struct {
	at     int64 // ns
	step   bandStep
	amount int64 // of a write
	answer int64 // of that, what will be acknowledged
	read   *bandRead
}

// bandStep orders the events of one time so that intervals are closed.
type bandStep uint8

const (
	readBegins bandStep = iota
	writeAcknowledged
	writeSent
	taken       // a write that takes something away has been acknowledged
	refusalEnds // of such a write
	readEnds
)

// add enters an operation that has ended.
func (b *band) add(op *history.Op) {
	if (!b.spread || op.Kind == history.Read) && !(b.resting && withinReach(op)) {
		entriesOf(op, b.tell, func(unknownWrite) {})
	}
	if op.Delta == 0 {
		return
	}
	// So many writes of this size, one for each request, stay within farthest.
	if op.Delta > longestStep || op.Delta < -longestStep {
		b.giveUp()
	}
	if b.resting && b.addUpPlain(op) {
		return
	}
	var tokens []string // that were counted
	for i := range op.Attempts {
		a := &op.Attempts[i]
		writes := a.Writes()
		sent, at := writes.Unknown, a.Invoked
		answer := bandEvent{at: at, step: writeSent}
		if writes.Acknowledged > 0 {
			b.enter(bandEvent{at: a.Returned, step: writeAcknowledged, amount: op.Delta})
			answer = bandEvent{at: acknowledgedFrom(op, i), step: writeSent, answer: op.Delta}
			if earlier, found := earlierWrite(op, i); !a.Repeated {
				sent++
			} else if !found {
				sent, at = 1, earlier
			}
		}
		if a.Token != "" && sent > 0 {
			if sent = 1; slices.Contains(tokens, a.Token) {
				sent = 0
			}
			tokens = append(tokens, a.Token)
		}
		if sent > 0 && answer.at != at {
			b.enter(bandEvent{at: at, step: writeSent, amount: sent * op.Delta})
			sent = 0
		}
		if answer.amount = sent * op.Delta; answer.amount != 0 || answer.answer != 0 {
			b.enter(answer)
		}
	}
}

// withinReach reports whether the sums can follow every state that the operation
// was told: while they rest, such states say nothing to them.
func withinReach(op *history.Op) bool {
	for i := range op.Attempts {
		a := &op.Attempts[i]
		if most := max(a.Before.Value, a.Saw.Value, a.After.Value); most > farthest {
			return false
		}
		if least := min(a.Before.Value, a.Saw.Value, a.After.Value); least < -farthest {
			return false
		}
	}
	return true
}

// acknowledgedFrom is the earliest time at which the write can have been sent
// that an attempt acknowledges.
func acknowledgedFrom(op *history.Op, attempt int) int64 {
	a := &op.Attempts[attempt]
	if earlier, found := earlierWrite(op, attempt); a.Repeated || found && a.Token != "" {
		return earlier
	}
	return a.Invoked
}

// tell enters what a read saw, or a write left.
func (b *band) tell(e entry, s history.State) {
	if !s.Known || e.kind == eventualRead && s.Version != 0 && (b.first == 0 || s.Version < b.first) {
		return // an eventual read may show what was before the run
	}
	if s.Value > farthest || s.Value < -farthest {
		b.giveUp()
	}
	e.value = s.Value
	b.read(e, s.Version != 0)
}

func (b *band) giveUp() { b.tooLarge, b.events = true, nil }

func (b *band) enter(e bandEvent) {
	switch {
	case b.tooLarge:
	case b.resting:
		b.addUp(&e)
	default:
		b.events = append(b.events, e)
	}
}

// advance passes the events before now. All operations that began before now
// must have been added.
func (b *band) advance(now int64) {
	b.passing = b.passing[:0]
	later := b.events[:0]
	for _, e := range b.events {
		if e.at < now {
			b.passing = append(b.passing, e)
		} else {
			later = append(later, e)
		}
	}
	b.events = later
	slices.SortFunc(b.passing, func(x, y bandEvent) int {
		return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.step, y.step))
	})
	for i := range b.passing {
		b.pass(&b.passing[i])
		if max(b.possible.up, -b.possible.down, b.sure.up, -b.sure.down) > farthest {
			b.giveUp()
			return
		}
	}
}

func (b *band) pass(e *bandEvent) {
	switch e.step {
	case readBegins:
		e.read.sure, e.read.before = b.sure, b.reached
	case writeAcknowledged:
		b.sure.add(e.amount)
	case writeSent:
		b.possible.add(e.amount)
		b.answered.add(e.answer)
	case taken, refusalEnds:
		b.watch(e)
	case readEnds:
		b.examine(e.read)
	}
}

// judge returns the finding about the reads of a counter whose states have no order,
// and why they have none.
func (b *band) judge(name, why string) finding {
	// Where nothing was taken away, values above the first are of the run.
	if b.possible.down == 0 && b.rested.possible.down == 0 && b.early.count > 0 {
		b.ahead, b.early = b.ahead.and(b.early), offences{}
	}
	reads := b.strong + b.eventual
	switch wrong := b.behind.count + b.ahead.count; {
	case wrong > 0:
		f := finding{status: Fail, reason: fmt.Sprintf("%s: %s of %d returned a value that the counter cannot have held", name, plural(wrong, "answer"), reads+b.states)}
		for _, o := range []offences{b.behind, b.ahead} {
			if o.count > 0 {
				f.evidence = append(f.evidence, o.first)
			}
		}
		return f
	case b.tooLarge:
		return finding{Skipped, name + ": " + tooLarge, nil}
	case reads == 0:
		return finding{nothing, name + ": nothing was read", nil}
	}
	return finding{Pass, fmt.Sprintf("%s: %s (%s)", name, b.text(), why), nil}
}

// text says what the reads were compared with.
func (b *band) text() string {
	const ahead = "at most what had been sent by their end"
	switch {
	case b.eventual == 0:
		return fmt.Sprintf("%s saw at least what had been acknowledged before and %s", plural(b.strong, "strong read"), ahead)
	case b.strong == 0:
		return fmt.Sprintf("%s saw %s, how far behind is not known", plural(b.eventual, "eventual read"), ahead)
	}
	return fmt.Sprintf("%s saw at least what had been acknowledged before; they and %s saw %s", plural(b.strong, "strong read"),
		plural(b.eventual, "eventual read"), ahead)
}
