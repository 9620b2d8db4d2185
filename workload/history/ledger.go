package history

import "time"

// Ledger is the account of one counter: its value before and after a run, and sums of the
// changes that the run's operations made. The zero value is an empty account. It is not safe
// for use by several goroutines at once.
type Ledger struct {
	Key     string // the counter's name
	Initial int64
	Final   int64
	// InitialVersion and FinalVersion are the versions of these values; 0: none.
	InitialVersion, FinalVersion int64
	// FinalAsked is when the read of Final was sent, FinalTold when it was answered.
	FinalAsked, FinalTold time.Time
	// FinalKnown is false if the counter could not be read at the end.
	FinalKnown bool
	// Unseen says why some writes of the counter were not recorded; "" means all were.
	Unseen string
	// Idempotent is true if the design promises that attempts with the same token change the
	// counter at most once.
	Idempotent bool
	// Watched is how long the counter still held Final while it was read repeatedly
	// after the load, because a late write could have changed it ([Ledger.MayChange]);
	// 0 if it was not watched, or not to the end.
	Watched time.Duration

	Counts
	Sums

	// Doubtful holds operations with at least one unknown write: all of them,
	// or a hundred of each class (see [Ledger.Omitted]).
	Doubtful      []Op
	kept, omitted doubt
	exact         *exactSums // nil while all sums fit into int64
}

// Counts counts the operations and writes of a [Ledger].
type Counts struct {
	Operations int64 // operations that ended, including reads
	Updates    int64 // of these, the increments and decrements
	Applied    int64 // of the updates, how many ended Applied
	// Untraced counts the operations whose effect is not known even from the injected faults
	// (see [Writes.Traced]).
	Untraced int64
	// AppliedUnacknowledged counts the writes in [Sums.Traced] that no caller was told
	// about (see [Writes.AppliedUnacknowledged]).
	AppliedUnacknowledged int64
	// Open counts the writes without an answer that may still reach the store.
	Open int64
}

func (c *Counts) add(other *Counts) {
	c.Operations += other.Operations
	c.Updates += other.Updates
	c.Applied += other.Applied
	c.Untraced += other.Untraced
	c.AppliedUnacknowledged += other.AppliedUnacknowledged
	c.Open += other.Open
}

// Sums adds up the changes that operations made to a counter. Sums that exceed int64 stay at
// its limit (see [Ledger.Beyond]).
type Sums struct {
	Acknowledged int64 // the deltas of operations that ended Applied
	Low, High    int64 // the smallest and the largest change that the operations may have made
	// UnknownLow and UnknownHigh are the part of that range that comes from operations that
	// ended [Unknown], each applied at most once.
	UnknownLow, UnknownHigh int64
	// Traced is the change that the operations must have made according to the injected
	// faults (see [Writes.Traced]). It means nothing unless [Counts.Untraced] is 0.
	Traced int64
}

// Record adds an operation that has ended. The caller may reuse op and op.Attempts.
func (l *Ledger) Record(op *Op) {
	l.Operations++
	if op.Kind == Read {
		return
	}
	w := op.Writes()
	l.Updates++
	l.Applied += w.Acknowledged
	l.AppliedUnacknowledged += w.AppliedUnacknowledged()
	if w.Open > 0 {
		l.Untraced++
	}
	if l.small(op.Delta) {
		l.addUp(op, w)
	} else {
		l.addExactly(op, w)
	}
	if op.Delta == 0 || w.Unknown == 0 {
		return
	}
	l.Open += w.Open
	if !l.mayKeep(op) {
		return
	}
	kept := *op
	kept.Attempts = appendAttempts(nil, op.Attempts)
	l.Doubtful = append(l.Doubtful, kept)
}

// addUp adds the effect of an operation's writes to the sums.
func (l *Ledger) addUp(op *Op, w Writes) {
	low, high := w.Effect(op.Delta)
	l.Low += low
	l.High += high
	l.Acknowledged += w.Acknowledged * op.Delta
	l.Traced += w.Traced * op.Delta
	if op.Ending == Unknown && w.Unknown > 0 {
		l.UnknownLow += min(op.Delta, 0)
		l.UnknownHigh += max(op.Delta, 0)
	}
}

// Merge adds the operations of other, an account of the same counter.
func (l *Ledger) Merge(other *Ledger) {
	l.Counts.add(&other.Counts)
	l.mergeExactly(other)
	for i := range other.Doubtful {
		if op := &other.Doubtful[i]; l.mayKeep(op) {
			l.Doubtful = append(l.Doubtful, *op)
		}
	}
	l.omitted.add(&other.omitted)
}

// MayChange reports whether a write without an answer could still change the counter. It cannot
// if all such writes have the same sign and Final is already at that end of the range from
// [Ledger.Lowest] to [Ledger.Highest]: then all of them have arrived.
func (l *Ledger) MayChange() bool {
	if l.Open == 0 {
		return false
	}
	x := l.exactly()
	up, down := x.high.Cmp(&x.acknowledged) > 0, x.low.Cmp(&x.acknowledged) < 0
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
