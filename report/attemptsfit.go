package report

import (
	"fmt"
	"math"

	"contend/internal/format"
	"contend/workload/law"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// AttemptsFit compares the attempts that applied updates took with the geometric
// distribution of the law, P(more than k) = ρ^k. Its ρ is that of the measured mean, 1 − 1 ÷
// mean, so that only the shape is compared: whether an attempt has the same chance
// whatever came before.
type AttemptsFit struct {
	Rho float64 `json:"rho"` // in [0, 1)
	// Distance is the largest difference between the measured share of updates with more
	// than k attempts and ρ^k, over all k; in [0, 1].
	Distance float64 `json:"distance"`
	// P99 is the number of attempts that 99 % of the updates do not exceed, and LawP99 the
	// same of the geometric distribution.
	P99    int64 `json:"p99"`
	LawP99 int64 `json:"law_p99"`
	// Reason says why the distributions differ; "" if they agree.
	Reason string `json:"reason,omitempty"`
}

// MoreThan returns the share of the updates that take more than k attempts by the
// geometric distribution.
func (f *AttemptsFit) MoreThan(k int64) float64 { return math.Pow(f.Rho, float64(max(k, 0))) }

// validate refuses a ρ that is no probability. Its powers, which are shown as shares of the
// updates, would be infinite.
func (f *AttemptsFit) validate() error {
	if f.Rho < 0 || f.Rho > 1 {
		return fmt.Errorf("rho: must be from 0 to 1, not %v", f.Rho)
	}
	return nil
}

// attemptsFit is nil if no update was applied.
func attemptsFit(run *measure.Result) *AttemptsFit {
	var updates, attempts int64
	for k, n := range run.AttemptsPerOperation {
		updates, attempts = updates+n, attempts+int64(k)*n
	}
	if updates == 0 || attempts < updates {
		return nil
	}
	f := &AttemptsFit{Rho: 1 - float64(updates)/float64(attempts)}
	f.LawP99 = int64(law.Prediction{ConflictRate: f.Rho}.AttemptsAt(99))
	more, rank := updates, (99*updates+99)/100
	for k, n := range run.AttemptsPerOperation {
		more -= n
		if f.P99 == 0 && updates-more >= rank {
			f.P99 = int64(k)
		}
		if k == 0 {
			continue
		}
		difference := float64(more)/float64(updates) - f.MoreThan(int64(k))
		f.Distance = max(f.Distance, math.Abs(difference))
	}
	// Chance makes a distance of 1.63/√n in one of a hundred runs (Kolmogorov-Smirnov).
	const far, chance = 0.1, 1.63
	const fewest, tail = 1000, 1.5 // a p99 of fewer updates is of their ten longest
	p99Apart := updates >= fewest && (float64(f.P99) > tail*float64(f.LawP99) || float64(f.LawP99) > tail*float64(f.P99))
	if f.Distance > far+chance/math.Sqrt(float64(updates)) || p99Apart {
		f.Reason = unlikeGeometric(&run.Scenario, f.P99 > f.LawP99)
	}
	return f
}

// unlikeGeometric says why attempts do not have the same chance whatever came before.
func unlikeGeometric(s *scenario.Scenario, heavier bool) string {
	kind := pacing(s.Retry)
	switch {
	case kind != "" && !heavier:
		return fmt.Sprintf("the policy %s gives those who have waited their turn", kind)
	case !heavier:
		return "those who have lost win sooner than at random: the workers run in step or take turns"
	case len(s.Embedded.Latencies) > 0 || len(s.Retry.Mix) > 0:
		return "the workers are not alike: the near or eager ones win at once, and the others lose for long"
	case s.Retry.Refresh != scenario.RefreshAfterWait || s.View == scenario.ViewKept:
		return "those who have lost start from states that have aged through a wait, and lose again"
	case waitsBetween(s.Retry) != "":
		return fmt.Sprintf("losers age: those who have lost wait (%s) while the winner tries again at once", waitsBetween(s.Retry))
	}
	return "those who have lost keep losing: " + format.Count(int64(s.Load.Workers), "worker") + " do not have the same chance"
}
