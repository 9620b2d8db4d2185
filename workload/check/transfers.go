package check

import (
	"fmt"
	"math/big"

	"contend/workload/history"
)

// transfers checks that transfers keep the sum of all counters, whatever became of each:
// one that was made by half changes it. The sums of single counters cannot show that of a
// transfer without an answer, each of whose halves may have been made.
type transfers struct {
	rest    history.Ledger // of all other operations, on all counters together
	made    int64          // acknowledged
	unknown int64          // not acknowledged, and may have been made
	other   int64          // that were surely not made
	// doubtful are the first of those with a write without an answer, and amounts the
	// acknowledged ones by their size.
	doubtful []history.Op
	amounts  map[int64]*acknowledgedTransfers
}

// acknowledgedTransfers are those of one amount.
type acknowledgedTransfers struct {
	first history.Op // without its attempts
	count int64
}

// transfersName is the name of the check.
const transfersName = "transfers"

// maxAmounts bounds the memory of amounts.
const maxAmounts = 1000

func (t *transfers) add(op *history.Op) {
	if op.Kind != history.Transfer {
		t.rest.Record(op)
		return
	}
	w := op.Writes()
	if w.Acknowledged > 0 {
		t.made++
		t.acknowledge(op)
	}
	switch {
	case w.Unknown == 0 && w.Acknowledged == 0:
		t.other++
		return
	case w.Unknown == 0:
		return
	}
	if w.Acknowledged == 0 {
		t.unknown++
	}
	if len(t.doubtful) < history.MaxDoubtful {
		kept := *op
		kept.Attempts = append([]history.Attempt(nil), op.Attempts...)
		t.doubtful = append(t.doubtful, kept)
	}
}

func (t *transfers) acknowledge(op *history.Op) {
	if t.amounts == nil {
		t.amounts = map[int64]*acknowledgedTransfers{}
	}
	size := magnitude(op.Delta)
	same := t.amounts[size]
	if same == nil && len(t.amounts) < maxAmounts {
		same = &acknowledgedTransfers{first: *op}
		same.first.Attempts = nil
		t.amounts[size] = same
	}
	if same != nil {
		same.count++
	}
}

// judge is the result for all counters.
func (t *transfers) judge(ledgers []history.Ledger) Result {
	if t.made+t.unknown == 0 {
		return Result{Name: transfersName, Status: Skipped, Reason: "no transfer was made"}
	}
	r := Result{Name: transfersName, Status: Inconclusive}
	var changed big.Int
	awaited := false
	for i := range ledgers {
		l := &ledgers[i]
		if l.Unseen != "" || !l.FinalKnown {
			r.Reason = fmt.Sprintf("the value of %q before or after the operations is not known, so that there is no sum", l.Key)
			return r
		}
		changed.Add(&changed, new(big.Int).Sub(big.NewInt(l.Final), big.NewInt(l.Initial)))
		awaited = awaited || l.MayChange() && l.Watched == 0
	}
	low, high := big.NewInt(t.rest.Lowest()), big.NewInt(t.rest.Highest())
	above, below := new(big.Int).Sub(&changed, high), new(big.Int).Sub(&changed, low)
	switch {
	case above.Sign() <= 0 && below.Sign() >= 0:
		r.Status, r.Reason = Pass, fmt.Sprintf("%s kept the sum of the %d counters: it changed by %+d, %s", t.many(), len(ledgers), &changed, t.others(low, high))
	case awaited:
		r.Reason = fmt.Sprintf("the sum of the %d counters changed by %+d, %s; but writes without an answer may still have come while they were read", len(ledgers), &changed, t.othersBut(low, high))
	default:
		off := above
		if above.Sign() <= 0 {
			off = below
		}
		r.Status, r.Reason = Fail, fmt.Sprintf("the sum of the %d counters changed by %+d, %s: a transfer was made by half, or an update was lost or made twice", len(ledgers), &changed, t.othersBut(low, high))
		r.Evidence = shortened(t.evidence(ledgers, new(big.Int).Abs(off)))
	}
	return r
}

func (t *transfers) many() string {
	text := plural(t.made, "transfer")
	if t.unknown > 0 {
		text += fmt.Sprintf(", and %d that may have been made,", t.unknown)
	}
	return text
}

func (t *transfers) others(low, high *big.Int) string {
	if low.Cmp(high) == 0 {
		return "as the other operations say"
	}
	return fmt.Sprintf("within [%+d, %+d], as the other operations allow", low, high)
}

func (t *transfers) othersBut(low, high *big.Int) string {
	if low.Cmp(high) == 0 {
		return fmt.Sprintf("and by %+d according to the other operations", low)
	}
	return fmt.Sprintf("and the other operations allow [%+d, %+d]", low, high)
}

// evidence names the transfers that may have been made by half: those of the amount that
// is missing or too much, if there are any.
func (t *transfers) evidence(ledgers []history.Ledger, off *big.Int) []string {
	var exact, all []string
	for i := range t.doubtful {
		op := &t.doubtful[i]
		text := fmt.Sprintf("%s at %s: %s; the caller got %q", nameOf(op, ledgers), millis(op.Invoked), attempts(op), op.Ending)
		if all = append(all, text); off.IsInt64() && magnitude(op.Delta) == off.Int64() {
			exact = append(exact, text)
		}
	}
	if off.IsInt64() {
		if same := t.amounts[off.Int64()]; same != nil {
			which := "the only acknowledged one"
			if same.count > 1 {
				which = "the first of " + plural(same.count, "acknowledged transfer")
			}
			exact = append(exact, fmt.Sprintf("%s was acknowledged at %s; it is %s of that amount", nameOf(&same.first, ledgers), millis(same.first.Returned), which))
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return all
}

// nameOf names a transfer.
func nameOf(op *history.Op, ledgers []history.Ledger) string {
	from, to := op.Counter, op.To
	if op.Delta > 0 {
		from, to = to, from
	}
	return fmt.Sprintf("worker %d's transfer of %d from %q to %q (operation %d)", op.Worker, magnitude(op.Delta), ledgers[from].Key, ledgers[to].Key, op.Sequence)
}
