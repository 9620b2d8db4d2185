package history

import (
	"math"
	"math/big"
)

// exactSums are the [Sums], once one of them has exceeded int64.
type exactSums struct{ acknowledged, low, high, unknownLow, unknownHigh, traced big.Int }

// each pairs the exact sums with the others.
func (x *exactSums) each(s *Sums, do func(exact *big.Int, sum *int64)) {
	do(&x.acknowledged, &s.Acknowledged)
	do(&x.low, &s.Low)
	do(&x.high, &s.High)
	do(&x.unknownLow, &s.UnknownLow)
	do(&x.unknownHigh, &s.UnknownHigh)
	do(&x.traced, &s.Traced)
}

// exactly are the ledger's sums without limits.
func (l *Ledger) exactly() *exactSums {
	if l.exact != nil {
		return l.exact
	}
	x := &exactSums{}
	x.each(&l.Sums, func(exact *big.Int, sum *int64) { exact.SetInt64(*sum) })
	return x
}

// smallSum bounds the sums that are added up without a check: from there, not even as
// many amounts as memory can count leave int64 in one step.
const smallSum = 1 << 62

// small reports whether one more operation of the delta cannot make a sum leave int64.
func (l *Ledger) small(delta int64) bool {
	const smallDelta = 1 << 40 // multiplied by the most writes that one operation can have
	if delta > smallDelta || delta < -smallDelta || l.exact != nil {
		return false
	}
	return max(l.High, -l.Low, l.Acknowledged, -l.Acknowledged, l.Traced, -l.Traced) < smallSum
}

// addExactly adds the effect of an operation's writes to the exact sums.
func (l *Ledger) addExactly(op *Op, w Writes) {
	x := l.exactly()
	l.exact = x
	times := func(n, delta int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(delta)) }
	up, down := max(op.Delta, 0), min(op.Delta, 0)
	sure := times(w.Acknowledged, op.Delta)
	x.acknowledged.Add(&x.acknowledged, sure)
	x.low.Add(&x.low, sure).Add(&x.low, times(w.Unknown, down))
	x.high.Add(&x.high, sure).Add(&x.high, times(w.Unknown, up))
	x.traced.Add(&x.traced, times(w.Traced, op.Delta))
	if op.Ending == Unknown && w.Unknown > 0 {
		x.unknownLow.Add(&x.unknownLow, big.NewInt(down))
		x.unknownHigh.Add(&x.unknownHigh, big.NewInt(up))
	}
	x.each(&l.Sums, func(exact *big.Int, sum *int64) { *sum = clamped(exact) })
}

// mergeExactly adds the sums of other.
func (l *Ledger) mergeExactly(other *Ledger) {
	x, y := l.exactly(), other.exactly()
	var terms []*big.Int
	y.each(&other.Sums, func(exact *big.Int, _ *int64) { terms = append(terms, exact) })
	x.each(&l.Sums, func(exact *big.Int, _ *int64) {
		exact.Add(exact, terms[0])
		terms = terms[1:]
	})
	l.setExactly(x)
}

// setExactly sets the sums.
func (l *Ledger) setExactly(x *exactSums) {
	within := true
	x.each(&l.Sums, func(exact *big.Int, sum *int64) {
		*sum = clamped(exact)
		within = within && exact.IsInt64()
	})
	if l.exact = x; within {
		l.exact = nil
	}
}

// clamped limits a number to int64.
func clamped(n *big.Int) int64 {
	switch {
	case n.IsInt64():
		return n.Int64()
	case n.Sign() > 0:
		return math.MaxInt64
	}
	return math.MinInt64
}

// Beyond reports whether a sum exceeded int64. The fields of [Sums] then stay at the limit of
// int64, while [Ledger.Excess], [Ledger.Lowest] and [Ledger.Highest] use the exact sums.
func (l *Ledger) Beyond() bool { return l.exact != nil }

// Excess returns how much more the counter changed than its clients were told: final − initial
// − acknowledged. It is negative if updates were lost.
func (l *Ledger) Excess() *big.Int {
	excess := new(big.Int).Sub(big.NewInt(l.Final), big.NewInt(l.Initial))
	return excess.Sub(excess, &l.exactly().acknowledged)
}

// ExactlyAcknowledged returns [Sums.Acknowledged] even if it exceeds int64.
func (l *Ledger) ExactlyAcknowledged() *big.Int { return new(big.Int).Set(&l.exactly().acknowledged) }

// Unexplained returns the part of an excess that remains if each operation that ended [Unknown]
// was applied once or not at all, whichever explains more; 0 if they can explain all of it.
func (l *Ledger) Unexplained(excess *big.Int) *big.Int {
	x := l.exactly()
	switch {
	case excess.Cmp(&x.unknownHigh) > 0:
		return new(big.Int).Sub(excess, &x.unknownHigh)
	case excess.Cmp(&x.unknownLow) < 0:
		return new(big.Int).Sub(excess, &x.unknownLow)
	}
	return new(big.Int)
}

// Lowest returns the smallest final value that the operations can explain, within int64.
func (l *Ledger) Lowest() int64 { return l.finalAfter(&l.exactly().low) }

// Highest returns the largest final value that the operations can explain, within int64.
func (l *Ledger) Highest() int64 { return l.finalAfter(&l.exactly().high) }

func (l *Ledger) finalAfter(change *big.Int) int64 {
	return clamped(new(big.Int).Add(big.NewInt(l.Initial), change))
}
