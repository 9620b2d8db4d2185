package report

import (
	"slices"
	"strings"
	"sync"

	"contend/workload/check"
	"contend/workload/history"
	"contend/workload/threshold"
)

// Metric is one result of a run that a threshold can limit: a number or, of the kind
// [threshold.Status], a finding of a check.
type Metric struct {
	Name  string // as in thresholds
	Kind  threshold.Kind
	Label string // for people
	Unit  string // "ms", "/s", "$" or ""
	// Better is "higher" or "lower"; "" if neither is better.
	Better string

	value  func(*Report) *float64
	status func(*Report) check.Status
}

// Value returns the metric of a run in its unit. ok is false if the run has no sample
// of it, or if the metric is a finding.
func (m Metric) Value(r *Report) (v float64, ok bool) {
	if m.value == nil {
		return 0, false
	}
	measured := m.value(r)
	if measured == nil {
		return 0, false
	}
	return *measured, true
}

// Status returns the finding of a run. ok is false if it has none, or if the metric is
// a number.
func (m Metric) Status(r *Report) (s check.Status, ok bool) {
	if m.status == nil {
		return "", false
	}
	s = m.status(r)
	return s, s != ""
}

const (
	// Higher is the value of [Metric.Better] for metrics such as throughput.
	Higher = "higher"
	lower  = "lower"
)

// Metrics lists all metrics, in the order of [threshold.Metrics]. Their kinds come from
// there, so that a limit and its metric have the same unit. Of the percentiles it has
// the usual ones.
func Metrics() []Metric { return slices.Clone(metrics()) }

// metrics makes the list once, because comparisons look up many metrics by name.
var metrics = sync.OnceValue(func() []Metric {
	all := rateMetrics()
	for _, l := range latencies() {
		all = append(all, l.metrics()...)
	}
	all = slices.Concat(all, stallMetrics(), fairnessMetrics(), costMetrics(), lossMetrics(), loadMetrics(), findingMetrics())
	kinds := map[string]threshold.Kind{}
	for _, m := range threshold.Metrics() {
		kinds[m.Name] = m.Kind
	}
	for i := range all {
		all[i].Kind = kinds[all[i].Name]
		all[i].Unit = unitOf(all[i].Kind)
	}
	return all
})

// MetricNamed returns the metric with that name, which may be a percentile that
// [Metrics] does not list. ok is false if there is none.
func MetricNamed(name string) (m Metric, ok bool) {
	if latency, percentile, ok := threshold.Percentile(name); ok {
		return PercentileNamed(latency, percentile)
	}
	all := metrics()
	if i := slices.IndexFunc(all, func(m Metric) bool { return m.Name == name }); i >= 0 {
		return all[i], true
	}
	return Metric{}, false
}

// unitOf is the unit of a kind of limit in reports.
func unitOf(kind threshold.Kind) string {
	switch kind {
	case threshold.Duration:
		return "ms"
	case threshold.Rate:
		return "/s"
	case threshold.Money:
		return "$"
	}
	return ""
}

func rateMetrics() []Metric {
	return []Metric{
		{Name: "throughput", Label: "throughput", Better: Higher, value: func(r *Report) *float64 { return r.ThroughputPerS }},
		{Name: "attempts_per_success", Label: "attempts/success", Better: lower, value: func(r *Report) *float64 { return r.AttemptsPerSuccess }},
		{Name: "writes_per_success", Label: "writes/success", Better: lower, value: func(r *Report) *float64 { return r.WritesPerSuccess }},
		{Name: "reads_per_success", Label: "reads/success", Better: lower, value: func(r *Report) *float64 { return r.ReadsPerSuccess }},
		{Name: "gaps_per_success", Label: "gaps/success", Better: lower, value: ofFrontier(func(f *Frontier) float64 { return f.T })},
		{Name: "frontier_product", Label: "(T−1)(C−1)", Better: lower, value: ofFrontier(func(f *Frontier) float64 { return f.Product })},
		{Name: "conflict_rate", Label: "conflict rate", Better: lower, value: func(r *Report) *float64 { return r.ConflictRate.Overall }},
		{Name: "throttle_rate", Label: "throttle rate", Better: lower, value: throttleRate},
		{Name: "server_error_rate", Label: "server error rate", Better: lower, value: serverErrorRate},
	}
}

func ofFrontier(pick func(*Frontier) float64) func(*Report) *float64 {
	return func(r *Report) *float64 {
		if r.Frontier == nil {
			return nil
		}
		return new(pick(r.Frontier))
	}
}

func stallMetrics() []Metric {
	of := func(pick func(*Stalls) *float64) func(*Report) *float64 {
		return func(r *Report) *float64 {
			if r.Stalls == nil || r.Stalls.Share == nil {
				return nil
			}
			return pick(r.Stalls)
		}
	}
	const millisPerSecond = 1000
	return []Metric{
		{Name: "longest_stall", Label: "longest stall", Better: lower, value: of(func(s *Stalls) *float64 { return new(s.LongestS * millisPerSecond) })},
		{Name: "stalled_share", Label: "stalled", Better: lower, value: of(func(s *Stalls) *float64 { return s.Share })},
	}
}

func fairnessMetrics() []Metric {
	of := func(pick func(*Fairness) *float64) func(*Report) *float64 {
		return func(r *Report) *float64 {
			if r.Fairness == nil {
				return nil
			}
			return pick(r.Fairness)
		}
	}
	ofAlike := func(pick func(*Fairness) float64) func(*Report) *float64 {
		return of(func(f *Fairness) *float64 {
			if f.Jain == nil {
				return nil
			}
			return new(pick(f))
		})
	}
	return []Metric{
		{Name: "gap", Label: "gap", value: func(r *Report) *float64 { return r.GapMS }},
		{Name: "fairness", Label: "fairness (Jain)", Better: Higher, value: of(func(f *Fairness) *float64 { return f.Jain })},
		{Name: "fairness_limit", Label: "Jain at random", value: of(func(f *Fairness) *float64 { return f.JainLimit })},
		{Name: "worst_worker", Label: "worst worker", Better: Higher, value: ofAlike(func(f *Fairness) float64 { return float64(f.Worst) })},
		{Name: "starved_workers", Label: "starved workers", Better: lower, value: ofAlike(func(f *Fairness) float64 { return float64(len(f.Starved)) })},
		{Name: "worst_group", Label: "worst group", Better: Higher, value: worstGroup},
		{Name: "longest_losing_streak", Label: "losing streak", Better: lower, value: of(func(f *Fairness) *float64 { return new(float64(f.LongestLosingStreak)) })},
	}
}

func costMetrics() []Metric {
	of := func(pick func(*Cost) float64) func(*Report) *float64 {
		return func(r *Report) *float64 {
			if r.Capacity == nil || r.Capacity.PerUpdate == nil {
				return nil
			}
			return new(pick(r.Capacity.PerUpdate))
		}
	}
	wasted := func(r *Report) *float64 {
		if r.Capacity == nil {
			return nil
		}
		return Ratio(r.Capacity.WastedWriteUnits, r.Capacity.WriteUnits)
	}
	return []Metric{
		{Name: "read_units_per_success", Label: "read units/success", Better: lower, value: of(func(c *Cost) float64 { return c.ReadUnits })},
		{Name: "write_units_per_success", Label: "write units/success", Better: lower, value: of(func(c *Cost) float64 { return c.WriteUnits })},
		{Name: "wasted_share", Label: "wasted write units", Better: lower, value: wasted},
		{Name: "cost_per_million", Label: "cost/million", Better: lower, value: of(func(c *Cost) float64 { return c.USDPerMillion })},
	}
}

// lossMetrics count operations that were not applied. A run without operations has none
// of these metrics: a 0 would meet a limit that was never tested.
func lossMetrics() []Metric {
	var counts, rates []Metric
	for _, loss := range []struct {
		name, label string
		of          func(Tally) (n, among int64)
	}{
		{"gave_up", history.GaveUp.String(), func(t Tally) (int64, int64) { return t.GaveUp, t.Started }},
		{"unknown", history.Unknown.String(), func(t Tally) (int64, int64) { return t.Unknown, t.Started }},
		{"failed", history.Failed.String(), func(t Tally) (int64, int64) { return t.Failed, t.Started }},
		{"dropped", "dropped", func(t Tally) (int64, int64) { return t.Dropped, t.Due }},
	} {
		count := func(r *Report) *float64 {
			n, among := loss.of(r.Tally)
			if among == 0 {
				return nil
			}
			return new(float64(n))
		}
		rate := func(r *Report) *float64 { return fraction(loss.of(r.Tally)) }
		counts = append(counts, Metric{Name: loss.name, Label: loss.label, Better: lower, value: count})
		rates = append(rates, Metric{Name: loss.name + "_rate", Label: loss.label + " rate", Better: lower, value: rate})
	}
	return append(counts, rates...)
}

func loadMetrics() []Metric {
	of := func(pick func(*OpenLoop) float64) func(*Report) *float64 {
		return func(r *Report) *float64 {
			if r.OpenLoop == nil {
				return nil
			}
			return new(pick(r.OpenLoop))
		}
	}
	return []Metric{
		{Name: "due_rate", Label: "due", value: of(func(o *OpenLoop) float64 { return o.DueRatePerS })},
		{Name: "started_rate", Label: "started", value: of(func(o *OpenLoop) float64 { return o.StartedRatePerS })},
	}
}

// findingMetrics are the findings that [threshold.Metrics] lists: the verdict, and those
// of the checks, whose names have hyphens.
func findingMetrics() []Metric {
	var all []Metric
	for _, m := range threshold.Metrics() {
		if m.Kind != threshold.Status {
			continue
		}
		name := strings.ReplaceAll(m.Name, "_", "-")
		status := func(r *Report) check.Status { return statusOf(r.Verdict, name) }
		all = append(all, Metric{Name: m.Name, Label: name, status: status})
	}
	return all
}

// statusOf is the status of the named check, or of the whole verdict; "" if there was no
// such check.
func statusOf(v check.Verdict, name string) check.Status {
	if name == "verdict" {
		return v.Status
	}
	i := slices.IndexFunc(v.Checks, func(c check.Result) bool { return c.Name == name })
	if i < 0 {
		return ""
	}
	return v.Checks[i].Status
}
