package check

import (
	"fmt"
	"math/big"

	"contend/workload/history"
)

// claimedOnce is [ExactlyOnce] by what the program itself says that it changed, in place of
// what its SDK was told.
func claimedOnce(ledgers []history.Ledger, claims []history.Claim) Result {
	var worst []finding
	for i := range claims {
		worst = worse(worst, judgeClaim(ledgers, &claims[i]))
	}
	return combine("exactly-once", worst, len(claims))
}

// judgeClaim compares the change of the counters that a claim is about with the claim.
func judgeClaim(ledgers []history.Ledger, claim *history.Claim) finding {
	about, name := ledgers, "all counters together"
	if claim.Counter >= 0 {
		if claim.Counter >= len(ledgers) {
			return finding{Inconclusive, fmt.Sprintf("counter %d, of which the program speaks, is not in the history", claim.Counter), nil}
		}
		about = ledgers[claim.Counter : claim.Counter+1]
	}
	if len(about) == 1 {
		name = fmt.Sprintf("%q", about[0].Key)
	}
	stored := new(big.Int)
	for i := range about {
		l := &about[i]
		if !l.FinalKnown {
			return finding{Inconclusive, fmt.Sprintf("the value of %q before or after the operations is not known", l.Key), nil}
		}
		stored.Add(stored, new(big.Int).Sub(big.NewInt(l.Final), big.NewInt(l.Initial)))
	}
	excess := new(big.Int).Sub(stored, big.NewInt(claim.Change))
	switch {
	case excess.Sign() == 0 && stored.Sign() == 0 && nothingCounted(about) != "":
		return finding{Inconclusive, nothingCounted(about), nil}
	case excess.Sign() == 0:
		return finding{Pass, fmt.Sprintf("%s changed by %+d, which is what the program says", name, stored), nil}
	case excess.Cmp(big.NewInt(claim.Low)) >= 0 && excess.Cmp(big.NewInt(claim.High)) <= 0:
		return finding{Inconclusive, fmt.Sprintf("%s: %s the program says; operations of which it does not know may explain it", name, offBy(excess)), nil}
	}
	return finding{
		Fail, fmt.Sprintf("%s: %s the program says (%+d said, %+d stored)", name, offBy(excess), claim.Change, stored), claimCauses(about, excess),
	}
}

// claimCauses are the calls that may have brought the difference about.
func claimCauses(ledgers []history.Ledger, excess *big.Int) []string {
	var found []string
	for i := range ledgers {
		found = append(found, suspects(&ledgers[i], func(op *history.Op) bool { return (op.Delta > 0) == (excess.Sign() > 0) })...)
	}
	if len(found) == 0 {
		return []string{"the store answered every call: the program counted wrong, overwrote a change of its own, or another program wrote"}
	}
	return found
}
