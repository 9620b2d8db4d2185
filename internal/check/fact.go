package check

import (
	"contend/internal/history"
)

// fact is one thing that happened to a counter at one moment of an interval, as
// the search for an order sees it: a write, or a reading.
type fact struct {
	entry
	built  int64 // the value that a write was conditional on, if isBuilt
	told   bool  // the value after a write is known; of a reading it always is
	open   bool  // a write without an answer: at any time after invoked, or never
	refuse bool  // a change that the floor refused
	// isBuilt: the write was applied to that value and no other.
	isBuilt bool
}

// factsOf gives what an operation says. Eventual reads say nothing of one moment.
// The attempts with one token are one write.
func factsOf(op *history.Op, give func(fact)) {
	entriesOf(op, func(e entry, s history.State) {
		if e.kind == strongRead && s.Known {
			e.value = s.Value
			give(fact{entry: e, told: true})
		}
	}, func(unknownWrite) {})
	if op.Kind == history.Read {
		return
	}
	claims := claimed(op)
	for i := range op.Attempts {
		a := &op.Attempts[i]
		f := fact{entry: entry{sequence: op.Sequence, worker: int32(op.Worker), delta: op.Delta, invoked: a.Invoked, returned: a.Returned}}
		if refusedAtFloor(a) {
			refused := f
			refused.kind, refused.refuse = strongRead, true
			give(refused)
		}
		f.built, f.isBuilt = a.Before.Value, a.Before.Known
		if a.Token != "" {
			giveToken(op, i, f, give)
			continue
		}
		unanswered := a.UnknownWrites()
		if claims != nil {
			unanswered -= claims[i]
		}
		for range unanswered {
			without := f
			without.open, without.returned = true, history.NoEnd
			give(without)
		}
		if acknowledges(a) {
			giveAnswered(op, i, f, give)
		}
	}
}

// giveAnswered gives the write that an attempt acknowledged.
func giveAnswered(op *history.Op, attempt int, f fact, give func(fact)) {
	a := &op.Attempts[attempt]
	f.value, f.told = a.After.Value, a.After.Known
	if a.Repeated {
		f.invoked, _ = earlierWrite(op, attempt)
		f.isBuilt = false
	}
	give(f)
}

// giveToken gives the one write of all attempts with a token, at its first.
func giveToken(op *history.Op, attempt int, f fact, give func(fact)) {
	token, sends := op.Attempts[attempt].Token, 0
	f.open, f.returned = true, history.NoEnd
	for i := range op.Attempts {
		a := &op.Attempts[i]
		if a.Token != token {
			continue
		}
		sent := a.UnknownWrites() > 0 || acknowledges(a)
		if sent && i < attempt {
			return // given there
		}
		if sent {
			sends++
		}
		if acknowledges(a) {
			f.open, f.returned, f.value, f.told = false, a.Returned, a.After.Value, a.After.Known
		}
		if a.Repeated && sends == 1 {
			f.invoked = op.Invoked // of a write that the history does not show
			f.isBuilt = false
		}
	}
	if sends == 0 || op.Attempts[attempt].UnknownWrites() == 0 && !acknowledges(&op.Attempts[attempt]) {
		return
	}
	f.isBuilt = f.isBuilt && sends == 1 && op.Attempts[attempt].UnknownWrites() <= 1
	give(f)
}
