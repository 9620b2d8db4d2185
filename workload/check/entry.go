package check

import (
	"fmt"

	"contend/workload/history"
)

// entryKind says what an entry shows of its counter.
type entryKind uint8

const (
	acknowledged entryKind = iota // a write, with the state that it left
	strongRead                    // a state that was current within the interval
	eventualRead                  // a state that was current before the interval's end
)

// entry is one state of a counter that a client saw in an answer. Its position is the
// place of that state in the counter's history: the version, or the value if items
// have no version.
type entry struct {
	from, at          int64 // the position before a write, and that of the state; equal for reads
	value             int64
	delta             int64 // of a write
	invoked, returned int64 // closed interval, ns
	sequence          int64 // of the worker's operation; 0: the reads before and after the load
	worker            int32
	kind              entryKind
	versioned         bool
}

func (e *entry) isRead() bool { return e.kind != acknowledged }

// place orders entries by position, writes before the reads of what they left.
// Positions are far from the ends of int64.
func (e *entry) place() int64 {
	if e.isRead() {
		return e.at*2 + 1
	}
	return e.at * 2
}

// who names the client and its operation.
func (e *entry) who() string {
	switch {
	case e.sequence == 0 && e.invoked == beforeAll:
		return "the initial reading"
	case e.sequence == 0:
		return "the final reading"
	case e.kind == acknowledged:
		return fmt.Sprintf("worker %d's %s (operation %d)", e.worker, changeWord(e.delta), e.sequence)
	case e.kind == eventualRead:
		return fmt.Sprintf("worker %d's eventual read (operation %d)", e.worker, e.sequence)
	}
	return fmt.Sprintf("worker %d's strong read (operation %d)", e.worker, e.sequence)
}

func changeWord(delta int64) string {
	switch delta {
	case 1:
		return history.Increment.String()
	case -1:
		return history.Decrement.String()
	}
	return fmt.Sprintf("change by %+d", delta)
}

// aChange is the word with its article.
func aChange(delta int64) string {
	if delta == 1 {
		return "an " + changeWord(delta)
	}
	return "a " + changeWord(delta)
}

// state names the state that the entry is about.
func (e *entry) state() string {
	if e.versioned {
		return fmt.Sprintf("version %d", e.at)
	}
	return fmt.Sprintf("value %d", e.value)
}

// told says which state the client saw, and when.
func (e *entry) told() string {
	verb := "saw"
	if e.kind == acknowledged {
		verb = "was acknowledged as"
	}
	text := fmt.Sprintf("%s %s %s", e.who(), verb, e.state())
	if e.versioned {
		text += fmt.Sprintf(" with value %d", e.value)
	}
	return text + " " + interval(e.invoked, e.returned)
}

// unknownWrite is a write without an answer: it was applied once at some time
// after its invocation, or never.
type unknownWrite struct {
	invoked, delta int64
	built          int64 // the value that it was conditional on, if isBuilt
	isBuilt        bool
}

// entriesOf calls tell with every state in the operation's answers, and with its
// writes that were acknowledged without a state. It calls unknown with its writes that
// got no answer.
func entriesOf(op *history.Op, tell func(entry, history.State), unknown func(unknownWrite)) {
	claims := claimed(op)
	for i := range op.Attempts {
		a := &op.Attempts[i]
		if a.Before.Known && a.LookReturned > 0 {
			look := entry{sequence: op.Sequence, worker: int32(op.Worker), kind: strongRead, invoked: a.LookInvoked, returned: a.LookReturned}
			tell(look, a.Before)
		}
		e := entry{sequence: op.Sequence, worker: int32(op.Worker), invoked: a.Invoked, returned: a.Returned}
		if a.Saw.Known {
			e.kind = strongRead
			if op.Eventual && op.Kind == history.Read {
				e.kind = eventualRead
			}
			tell(e, a.Saw)
		}
		if op.Kind == history.Read {
			continue
		}
		writes := a.Writes()
		if unanswered := unclaimed(writes, claims, i); unanswered > 0 {
			w := unknownWrite{a.Invoked, op.Delta, a.Before.Value, conditionCounts(op, i, claims)}
			for range unanswered {
				unknown(w)
			}
		}
		if writes.Acknowledged == 0 {
			continue
		}
		e.kind, e.delta = acknowledged, op.Delta
		if a.Repeated {
			e.invoked, _ = earlierWrite(op, i)
		}
		tell(e, a.After)
	}
}

// conditionCounts reports whether what an attempt was built on says where its
// write without an answer can have been made. It does not if that write may be the
// one that was acknowledged, by this attempt's token, and the one without an answer
// that of another attempt, which was built on another value.
func conditionCounts(op *history.Op, attempt int, claims []int64) bool {
	a := &op.Attempts[attempt]
	if !a.Before.Known || tooFar(a.Before, op.Delta) {
		return false
	}
	for i := range op.Attempts {
		b := &op.Attempts[i]
		claimed := claims != nil && claims[i] > 0 && sameWrite(op, attempt, i)
		replayed := i > attempt && acknowledges(b) && !b.Repeated && a.Token != "" && a.Token == b.Token
		if (claimed || replayed) && (!b.Before.Known || b.Before.Value != a.Before.Value) {
			return false
		}
	}
	return true
}

// acknowledges reports whether the answer to an attempt says that the counter has been
// changed, by this attempt or by an earlier one.
func acknowledges(a *history.Attempt) bool {
	return a.Writes().Acknowledged > 0
}

// unclaimed counts the unknown writes of an attempt that no later attempt told of.
func unclaimed(w history.Writes, claims []int64, attempt int) int64 {
	if claims == nil {
		return w.Unknown
	}
	return w.Unknown - claims[attempt]
}

// claimed counts, of each attempt, the unknown writes that a repeated attempt told
// of later: they are entries. It is nil if there are none.
func claimed(op *history.Op) []int64 {
	var claims []int64
	for i := range op.Attempts {
		if a := &op.Attempts[i]; !a.Repeated || !acknowledges(a) {
			continue
		}
		if claims == nil {
			claims = make([]int64, len(op.Attempts))
		}
		claim(op, i, claims)
	}
	return claims
}

// claim counts the unknown write that a repeated attempt told of. Which one it was
// is not known, but that it had the same token. If the attempt was told a state,
// the last is taken, so that what is left may have come as early as possible.
// Without a state there is nothing to tell the writes apart, so that the one
// applied first can be taken for the one sent first.
func claim(op *history.Op, repeated int, claims []int64) {
	for n := range repeated + 1 {
		j := n
		if op.Attempts[repeated].After.Known {
			j = repeated - n
		}
		if a := &op.Attempts[j]; sameWrite(op, repeated, j) && a.Writes().Unknown > claims[j] {
			claims[j]++
			return
		}
	}
}

// sameWrite reports whether two attempts can have asked for one write: with one
// token, as far as they are known.
func sameWrite(op *history.Op, i, j int) bool {
	a, b := op.Attempts[i].Token, op.Attempts[j].Token
	return a == b || a == "" || b == ""
}

// earlierWrite is when the first write was sent that an attempt can have found
// repeated. If no such write is in doubt, it was sent after the operation began.
func earlierWrite(op *history.Op, attempt int) (invoked int64, found bool) {
	for i := range op.Attempts[:attempt+1] {
		if a := &op.Attempts[i]; a.Writes().Unknown > 0 && sameWrite(op, i, attempt) {
			return a.Invoked, true
		}
	}
	return op.Invoked, false
}
