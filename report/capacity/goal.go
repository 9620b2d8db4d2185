package capacity

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"contend/report"
	"contend/workload/scenario"
	"contend/workload/threshold"
)

// The goals of every open loop, in addition to the scenario's thresholds.
const (
	// ServedGoal: at least this share of the operations that became due was applied.
	ServedGoal = "served >= 95%"
	// BacklogGoal: the backlog, which is the number of operations that are due but have not
	// ended, grows per second by less than this share of the arrivals per second.
	BacklogGoal = "backlog growth < 1%"

	leastServed = 0.95
	mostGrowth  = 0.01
)

// GoalResult says whether one trial met one goal.
type GoalResult struct {
	Goal string `json:"goal"`
	// Value is the measured value, in the unit of the metric; absent if there is none.
	Value *float64 `json:"value,omitempty"`
	Kept  bool     `json:"kept"`
}

// checkGoals refuses thresholds that a lower load would not meet more easily.
func checkGoals(s *scenario.Scenario) error {
	for _, t := range s.Thresholds {
		metric, known := report.MetricNamed(t.Metric)
		falls := t.Operator == threshold.Greater || t.Operator == threshold.AtLeast
		switch {
		case !known || metric.Kind == threshold.Status:
		case t.Operator == threshold.Equal || t.Operator == threshold.NotEqual:
			return &UsageError{fmt.Sprintf("threshold %q: a search needs a limit on one side", t), "write < or >"}
		case falls && metric.Kind == threshold.Rate:
			return &UsageError{fmt.Sprintf("threshold %q: a low load misses it, so that no search can find the highest load that meets it", t),
				"ask for a rate by --require"}
		}
	}
	return nil
}

// Figures has the measurements of a trial. A pointer is nil if the trial has no sample.
type Figures struct {
	// DueRatePerS is the number of operations that became due per second, in an open loop;
	// ThroughputPerS is the number that were applied.
	DueRatePerS    *float64 `json:"due_rate_per_s,omitempty"`
	ThroughputPerS *float64 `json:"throughput_per_s,omitempty"`
	// ServedShare is the fraction of the due operations that were applied. BacklogGrowth is the
	// growth of the backlog per second, as a fraction of DueRatePerS. Only an open loop has
	// them.
	ServedShare   *float64 `json:"served_share,omitempty"`
	BacklogGrowth *float64 `json:"backlog_growth,omitempty"`

	P50MS            *float64 `json:"p50_ms,omitempty"` // of the response latency
	P99MS            *float64 `json:"p99_ms,omitempty"`
	AttemptMS        *float64 `json:"attempt_ms,omitempty"` // mean of the applied attempts
	WritesPerSuccess *float64 `json:"writes_per_success,omitempty"`
	ConflictRate     *float64 `json:"conflict_rate,omitempty"`
	ThrottleRate     *float64 `json:"throttle_rate,omitempty"`
	GapMS            *float64 `json:"gap_ms,omitempty"`

	AttemptsPerSuccess *float64 `json:"attempts_per_success,omitempty"`
	WriteUnitsPerS     *float64 `json:"write_units_per_s,omitempty"`
	ReadUnitsPerS      *float64 `json:"read_units_per_s,omitempty"`
	// USD is the price of the trial on DynamoDB, and USDPerMonth that of its load during a
	// month of 730 hours, both at the scenario's prices.
	USD         *float64 `json:"usd,omitempty"`
	USDPerMonth *float64 `json:"usd_per_month,omitempty"`
}

func figuresOf(s *scenario.Scenario, r *report.Report) Figures {
	f := Figures{
		ThroughputPerS: r.ThroughputPerS, P50MS: r.Latency.Response.P50, P99MS: r.Latency.Response.P99, AttemptMS: r.Latency.Attempt.Mean,
		WritesPerSuccess: r.WritesPerSuccess, ConflictRate: r.ConflictRate.Overall, GapMS: r.GapMS, AttemptsPerSuccess: r.AttemptsPerSuccess,
	}
	if m, ok := report.MetricNamed("throttle_rate"); ok {
		if v, ok := m.Value(r); ok {
			f.ThrottleRate = &v
		}
	}
	if o := r.OpenLoop; o != nil && o.DueRatePerS > 0 {
		f.DueRatePerS = &o.DueRatePerS
		f.ServedShare = report.Ratio(float64(r.AppliedInTime()), float64(r.Tally.Due))
		f.BacklogGrowth = growthOf(s, r)
	}
	f.cost(r)
	return f
}

// growthOf is how fast the backlog grew, as a share of the rate; nil if that was not
// measured. While a backlog keeps all workers busy, the throughput is the most that they get,
// and the growth is what the rate has beyond it: how many operations chance made due matters
// no longer. Less than all workers have in progress, or than a second makes due, is no backlog.
func growthOf(s *scenario.Scenario, r *report.Report) *float64 {
	grows, ok := r.BacklogGrowth()
	rate := float64(s.Load.Rate)
	if !ok || rate == 0 {
		return nil
	}
	backlog := r.OpenLoop.Backlog
	measured := backlog[min(int(math.Ceil(r.WarmupS)), len(backlog)):]
	last := measured[len(measured)-len(measured)/4:]
	switch busy := int64(s.Load.Workers); {
	case r.ThroughputPerS != nil && slices.Min(measured) >= busy:
		return new(1 - *r.ThroughputPerS/rate)
	case slices.Max(last) < min(busy, int64(math.Ceil(rate))):
		return new(0.0)
	}
	return new(grows / rate)
}

// cost needs capacity that the store reported.
func (f *Figures) cost(r *report.Report) {
	c := r.Capacity
	seconds := r.ElapsedS
	if c == nil || seconds <= 0 {
		return
	}
	const million, month = 1e6, 730 * 3600 // a month has 730 hours, as AWS counts
	writes := c.WriteUnits + c.UnansweredWriteUnits
	usd := (writes*c.Price.Write + c.ReadUnits*c.Price.Read) / million
	f.WriteUnitsPerS, f.ReadUnitsPerS = new(writes/seconds), new(c.ReadUnits/seconds)
	f.USD, f.USDPerMonth = &usd, new(usd/seconds*month)
}

// judge judges a trial by all goals. The error is about a goal that no trial of the scenario
// can answer.
func judge(s *scenario.Scenario, r *report.Report, f *Figures) (all []GoalResult, err error) {
	for _, t := range r.Thresholds {
		result := GoalResult{Goal: t.Text, Kept: t.Status == report.Met}
		if v, err := strconv.ParseFloat(t.Value, 64); err == nil && !math.IsNaN(v) {
			result.Value = &v
		}
		nothing := r.ThroughputPerS == nil || *r.ThroughputPerS == 0
		if t.Status == report.Unanswerable && !nothing {
			return nil, &UsageError{fmt.Sprintf("threshold %q: %s", t.Text, t.Reason), "a goal needs a metric that the scenario measures"}
		}
		all = append(all, result)
	}
	if !s.Load.Open() {
		return all, nil
	}
	served := f.ServedShare != nil && *f.ServedShare >= leastServed
	grows := f.BacklogGrowth != nil && *f.BacklogGrowth < mostGrowth
	return append(all, GoalResult{ServedGoal, f.ServedShare, served}, GoalResult{BacklogGoal, f.BacklogGrowth, grows}), nil
}
