package fleet

import (
	"errors"
	"strings"
	"testing"
	"time"

	"contend/workload/hist"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// TestVerifyFindsEveryBrokenSum breaks one account at a time.
func TestVerifyFindsEveryBrokenSum(t *testing.T) {
	for _, c := range []struct {
		sum    string
		damage func(*measure.Result)
	}{
		{"due =", func(r *measure.Result) { r.Tally.Due++ }},
		{"due =", func(r *measure.Result) { r.Tally.Dropped++ }},
		{"dropped less", func(r *measure.Result) { r.Tally.Due, r.Tally.Dropped = r.Tally.Due-1, r.Tally.Dropped-1 }},
		{"dropped less", func(r *measure.Result) { r.Stages = []measure.StageTally{{Due: 4, Started: 5, Dropped: -1}} }},
		{"started =", func(r *measure.Result) { r.Tally.GaveUp++ }},
		{"attempts =", func(r *measure.Result) { r.Tally.UnknownAttempts++ }},
		{"applied operations =", func(r *measure.Result) { r.Tally.AppliedAttempts++ }},
		{"throttles by reason =", func(r *measure.Result) { r.Throttles["x"]++ }},
		{"gave up by reason =", func(r *measure.Result) { r.Reasons.GaveUp["x"]++ }},
		{"reads of workers =", func(r *measure.Result) { r.Workers[0].Reads++ }},
		{"writes of workers =", func(r *measure.Result) { r.Workers[0].Writes++ }},
		{"response times of parts", func(r *measure.Result) { r.Parts.Policies = make([]hist.Histogram, 2) }},
		{"attempts per second =", func(r *measure.Result) { r.Seconds[0].Attempts++ }},
		{"operations per second =", func(r *measure.Result) { r.Seconds[0].Operations++ }},
		{"applied per second =", func(r *measure.Result) { r.Seconds[0].Applied++ }},
		{"conflicts per second =", func(r *measure.Result) { r.Seconds[0].Conflicts++ }},
		{"operations by attempts =", func(r *measure.Result) { r.AttemptsPerOperation[1]++ }},
		{"attempts by operation =", func(r *measure.Result) { r.Tally.UpdateAttempts++ }},
		{"service times of applied", func(r *measure.Result) { r.Latency.Succeeded.Service.Record(time.Second) }},
		{"service times of other", func(r *measure.Result) { r.Latency.Others.Service.Record(time.Second) }},
		{"times of applied attempts", func(r *measure.Result) { r.Latency.Succeeded.Attempt.Record(-1) }},
		{"times of other attempts", func(r *measure.Result) { r.Latency.Others.Attempt.Record(time.Second) }},
		{"acknowledged deltas =", func(r *measure.Result) { r.Ledgers[0].Acknowledged++ }},
		{"acknowledged deltas =", func(r *measure.Result) { r.AppliedDelta-- }},
		{"applied by kind =", func(r *measure.Result) { r.Tally.AppliedByKind[history.Decrement]++ }},
		{"applied by kind =", func(r *measure.Result) { r.Tally.AppliedByKind[history.Read]++ }},
		{"service times of each decrement", func(r *measure.Result) { r.Latency.ByKind[history.Decrement].Record(time.Second) }},
		{"applied by workers =", func(r *measure.Result) { r.Workers[0].UpdatesApplied++ }},
		{"attempts by workers =", func(r *measure.Result) { r.Workers[1].UpdateAttempts++ }},
		{"conflicts of workers =", func(r *measure.Result) { r.Workers[2].Conflicts++ }},
	} {
		s := &store{latency: time.Millisecond, needsState: true}
		result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) { sc.Load.Operations = 20 }))
		c.damage(result)
		err := result.Verify()
		if !errors.Is(err, measure.ErrInconsistent) || !strings.Contains(err.Error(), ": "+c.sum) {
			t.Errorf("%s: got %v", c.sum, err)
		}
	}
}
