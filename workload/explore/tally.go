package explore

import (
	"slices"
	"time"

	"contend/workload/check"
)

// Tally counts runs by their verdicts. Seeds is the sum of Passed, Failed, Inconclusive and
// Unfinished.
type Tally struct {
	Seeds                        int64
	Passed, Failed, Inconclusive int64
	// Unfinished counts the runs without a failure that had not made all their operations
	// after 5 minutes of their own time, and 1 s more for each operation; they may never
	// have ended. Only runs without a duration are counted.
	Unfinished int64
	// FirstInconclusive and FirstUnfinished are the lowest seeds of theirs; 0 if there are
	// none.
	FirstInconclusive, FirstUnfinished uint64
	// Doubt is what a check said of the first inconclusive seed; "" if each check had
	// nothing to judge.
	Doubt string
	// Operations were started, in all runs together.
	Operations int64
	// Elapsed is the runs' own time, all together: simulated time if they are simulated.
	Elapsed time.Duration
	// ByCheck counts the failing seeds by the checks that failed, in the order of the
	// verdict. A seed may fail several.
	ByCheck []CheckTally
}

// CheckTally is the number of seeds that failed a check.
type CheckTally struct {
	Name  string
	Seeds int64
}

func (t *Tally) add(s *seen) {
	t.Seeds++
	t.Operations += s.operations
	t.Elapsed += s.elapsed
	switch {
	case s.status == check.Fail:
		t.Failed++
	case s.unfinished:
		if t.Unfinished++; t.Unfinished == 1 {
			t.FirstUnfinished = s.scenario.Seed
		}
	case s.status == check.Pass:
		t.Passed++
	default:
		if t.Inconclusive++; t.Inconclusive == 1 {
			t.FirstInconclusive, t.Doubt = s.scenario.Seed, s.doubt
		}
	}
	for _, c := range s.failed {
		at := slices.IndexFunc(t.ByCheck, func(known CheckTally) bool { return known.Name == c.Name })
		if at < 0 {
			at = len(t.ByCheck)
			t.ByCheck = append(t.ByCheck, CheckTally{Name: c.Name})
		}
		t.ByCheck[at].Seeds++
	}
}

// RuleOfThree divided by the number of seeds that passed, if none failed, bounds the rate of
// failing seeds with 95 % confidence, since (1 − 3/n)^n ≈ e^−3 ≈ 0.05.
const RuleOfThree = 3
