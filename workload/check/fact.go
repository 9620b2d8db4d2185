package check

import "contend/workload/history"

// fact is one thing that happened to a counter at one moment of an interval, as
// the search for an order sees it: a write, or a reading.
type fact struct {
	entry
	version int64 // that was told with the value; 0: none
	built   int64 // the value that a write was conditional on, if isBuilt
	told    bool  // the value after a write is known; of a reading it always is
	open    bool  // a write without an answer: at any time after invoked, or never
	refuse  bool  // a change that the floor refused
	// isBuilt: the write was applied to that value and no other.
	isBuilt bool
}

// factsOf returns the facts of an operation. Eventual reads are left out, because they
// do not show the state of one moment. Attempts with the same token count as separate
// writes here: if the store applied both, that breaks a promise but not the order.
func factsOf(op *history.Op, give func(fact)) {
	entriesOf(op, func(e entry, s history.State) {
		if e.kind == strongRead && s.Known {
			e.value = s.Value
			give(fact{entry: e, version: s.Version, told: true})
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
		writes := a.Writes()
		for range unclaimed(writes, claims, i) {
			without := f
			without.open, without.returned, without.isBuilt = true, history.NoEnd, conditionCounts(op, i, claims)
			give(without)
		}
		if writes.Acknowledged > 0 {
			giveAnswered(op, i, f, give)
		}
	}
}

// giveAnswered gives the write that an attempt acknowledged.
func giveAnswered(op *history.Op, attempt int, f fact, give func(fact)) {
	a := &op.Attempts[attempt]
	f.value, f.version, f.told = a.After.Value, a.After.Version, a.After.Known
	if first := firstOfToken(op, attempt); !a.Repeated && first < attempt {
		f.invoked, f.isBuilt = op.Attempts[first].Invoked, false // it may be that one's write
	}
	if a.Repeated {
		f.invoked, _ = earlierWrite(op, attempt)
		f.isBuilt = false
	}
	give(f)
}

// firstOfToken is the first attempt that sent the write which an attempt
// acknowledges, as far as its token tells, or the attempt itself.
func firstOfToken(op *history.Op, attempt int) int {
	token := op.Attempts[attempt].Token
	for i := range op.Attempts[:attempt] {
		if a := &op.Attempts[i]; token != "" && a.Token == token && a.Writes().Unknown > 0 {
			return i
		}
	}
	return attempt
}
