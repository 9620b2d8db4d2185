package check

import (
	"fmt"
	"math/big"

	"contend/workload/history"
)

// ExactlyOnce judges the promise that a counter makes to its callers: the counter
// changes by the sum of the acknowledged deltas, no more and no less.
//
// The check passes if final − initial is that sum. If it is not, operations that ended
// "unknown" may explain the difference, each applied once or not at all: then no
// caller got a false answer, nothing can be proved, and the check is inconclusive. A
// larger difference means that an acknowledged operation was counted more than once,
// or not at all, and the check fails.
//
// If all writes without an answer are due to injected faults, the reason also says
// whether the faults explain the counter's value. If the design is idempotent, the
// reason says how much it counted twice. Neither changes the status.
//
// A write without an answer may reach the store late. If one could still change the
// final value, the reason of a pass says for how long the counter was watched; if it
// was not watched, the check is inconclusive.
func ExactlyOnce(ledgers []history.Ledger) Result {
	return judgeEach("exactly-once", ledgers, exactlyOnce)
}

func exactlyOnce(l *history.Ledger) finding {
	excess := l.Excess()
	switch {
	case excess.Sign() == 0 && l.MayChange():
		return awaited(l)
	case excess.Sign() == 0:
		return finding{Pass, fmt.Sprintf("%q changed by %+d, which is what its clients were told", l.Key, l.Acknowledged), nil}
	case l.Unexplained(excess).Sign() == 0:
		return finding{
			Inconclusive,
			fmt.Sprintf("%q is %s its clients were told; operations that ended unknown may explain it%s", l.Key, offBy(excess), reconciled(l)),
			suspects(l, func(op *history.Op) bool { return op.Ending == history.Unknown }),
		}
	}
	return finding{
		Fail,
		fmt.Sprintf("%q is %s its clients were told (%+d acknowledged, %+d stored)%s",
			l.Key, offBy(excess), l.ExactlyAcknowledged(), new(big.Int).Sub(big.NewInt(l.Final), big.NewInt(l.Initial)), blame(l, excess)),
		causes(l, excess),
	}
}

// awaited is the finding for a counter that holds what its clients were told,
// and that a late write could still change. Nobody can wait for that for good.
func awaited(l *history.Ledger) finding {
	if l.Watched == 0 {
		return finding{
			Inconclusive,
			fmt.Sprintf("%q changed by %+d, which is what its clients were told, but writes without an answer may still have been in progress when it was read",
				l.Key, l.Acknowledged),
			suspects(l, func(*history.Op) bool { return true }),
		}
	}
	return finding{Pass, fmt.Sprintf("%q changed by %+d, which is what its clients were told, and stayed so for %s in which no write without an answer came late",
		l.Key, l.Acknowledged, l.Watched), nil}
}

// causes are the operations that may have brought the difference about. An
// acknowledged one can only push the counter in its own direction.
func causes(l *history.Ledger, excess *big.Int) []string {
	found := suspects(l, func(op *history.Op) bool { return (op.Delta > 0) == (excess.Sign() > 0) })
	if len(found) > 0 {
		return found
	}
	return []string{fmt.Sprintf("no operation on %q had an unknown attempt: the store lost or invented an update, or another program wrote", l.Key)}
}

// blame says who is to blame for a difference that no unknown operation explains:
// within what its writes can have made it is an idempotent design that counted
// one of them twice.
func blame(l *history.Ledger, excess *big.Int) string {
	beyond := l.Unexplained(excess)
	switch {
	case !l.Idempotent || l.Final < l.Lowest() || l.Final > l.Highest():
		return reconciled(l)
	case beyond.CmpAbs(big.NewInt(1)) == 0:
		return "; the design applied a repeated write twice"
	}
	return fmt.Sprintf("; the design applied repeated writes twice, %+d or more in all", beyond)
}

func offBy(excess *big.Int) string {
	if excess.Sign() > 0 {
		return fmt.Sprintf("%d above what", excess)
	}
	return fmt.Sprintf("%d below what", new(big.Int).Neg(excess))
}
