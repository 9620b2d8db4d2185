package history

import (
	"math"
	"time"
)

// Ledger is the account of one counter: what it held before and after a run,
// and what the run's operations say they did to it. The zero value is an
// account without operations.
type Ledger struct {
	Key     string // the counter's name
	Initial int64
	Final   int64
	// InitialVersion and FinalVersion are the versions of these; 0: none.
	InitialVersion, FinalVersion int64
	// FinalAsked and FinalTold are when the read of Final was sent and answered.
	FinalAsked, FinalTold time.Time
	// FinalKnown is false if the counter could not be read at the end.
	FinalKnown bool
	// Idempotent says that the design promises that attempts with one token
	// change the counter at most once.
	Idempotent bool
	// Watched is how long the counter still held Final while it was read again
	// and again after the load, because a late write could have changed it
	// ([Ledger.MayChange]); 0 if it was not watched, or not to the end.
	Watched time.Duration

	Operations   int64 // that ended, reads included
	Updates      int64 // of these, the increments and decrements
	Applied      int64 // of the updates, how many ended Applied
	Acknowledged int64 // sum of the deltas of operations that ended Applied
	Low, High    int64 // the band of changes that the operations may have made
	// UnknownLow and UnknownHigh are the part of the band that belongs to
	// operations that ended Unknown, each applied at most once.
	UnknownLow, UnknownHigh int64
	// Traced is the sum of what the operations must have done by the injected
	// faults (see [Op.Traced]), Untraced how many of them that cannot tell.
	Traced, Untraced int64
	// Unheard counts the writes in Traced that no caller was told of (see
	// [Op.Unheard]).
	Unheard int64
	// Open counts the writes without an answer that may still reach the store.
	Open int64

	// Doubtful holds operations with at least one unknown write: all of them,
	// or a hundred of each class (see [Ledger.Omitted]).
	Doubtful      []Op
	kept, omitted doubt
}

// Record enters an operation that has ended. It keeps a copy of op only if op
// is doubtful; op.Attempts may be reused by the caller.
func (l *Ledger) Record(op *Op) {
	l.Operations++
	if op.Kind != Read {
		l.Updates++
	}
	if op.Kind != Read && op.Ending == Applied {
		l.Applied++
		l.Acknowledged += op.Delta
	}
	l.trace(op)
	low, high := op.Effect()
	l.Low += low
	l.High += high
	if op.Delta == 0 || op.UnknownWrites() == 0 {
		return
	}
	l.Open += op.openWrites()
	if op.Ending == Unknown {
		l.UnknownLow += min(op.Delta, 0)
		l.UnknownHigh += max(op.Delta, 0)
	}
	if !l.mayKeep(op) {
		return
	}
	kept := *op
	kept.Attempts = appendAttempts(nil, op.Attempts)
	l.Doubtful = append(l.Doubtful, kept)
}

func (l *Ledger) trace(op *Op) {
	effect, ok := op.Traced()
	l.Traced += effect
	l.Unheard += op.Unheard()
	if !ok {
		l.Untraced++
	}
}

// Merge adds the operations of other, an account of the same counter.
func (l *Ledger) Merge(other *Ledger) {
	l.Operations += other.Operations
	l.Updates += other.Updates
	l.Applied += other.Applied
	l.Acknowledged += other.Acknowledged
	l.Low += other.Low
	l.High += other.High
	l.UnknownLow += other.UnknownLow
	l.UnknownHigh += other.UnknownHigh
	l.Open += other.Open
	l.Traced += other.Traced
	l.Untraced += other.Untraced
	l.Unheard += other.Unheard
	for i := range other.Doubtful {
		if op := &other.Doubtful[i]; l.mayKeep(op) {
			l.Doubtful = append(l.Doubtful, *op)
		}
	}
	l.omitted.add(&other.omitted)
}

// Lowest is the smallest final value that the operations can explain.
func (l *Ledger) Lowest() int64 { return saturatingAdd(l.Initial, l.Low) }

// Highest is the largest final value that the operations can explain.
func (l *Ledger) Highest() int64 { return saturatingAdd(l.Initial, l.High) }

// saturatingAdd stops at the ends of int64, where a counter stops too.
func saturatingAdd(a, b int64) int64 {
	sum := a + b
	switch {
	case b > 0 && sum < a:
		return math.MaxInt64
	case b < 0 && sum > a:
		return math.MinInt64
	}
	return sum
}

// MayChange reports whether a write without an answer, if it reached the store
// only now, could still move the counter away from Final. It could not if every
// such write pushes the same way and Final is at that end of the band: then all
// of them have arrived.
func (l *Ledger) MayChange() bool {
	if l.Open == 0 {
		return false
	}
	up, down := l.High > l.Acknowledged, l.Low < l.Acknowledged
	switch {
	case up && down:
		return true
	case up:
		return l.Final < l.Highest()
	case down:
		return l.Final > l.Lowest()
	}
	return false
}
