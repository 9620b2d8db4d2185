package report

import (
	"slices"
	"strconv"

	"contend/workload/history"
	"contend/workload/threshold"
)

// latency is a set of times and the names of its metrics.
type latency struct {
	prefix, label string // of the metrics' names and of their labels
	of            func(*Report) Times
}

// The prefixes of the names of two latencies, as in "response.p99".
const (
	ResponsePrefix = "response."
	LatenessPrefix = "lateness."
)

// latencies are in the order of the metrics.
func latencies() []latency {
	response := func(r *Report) Times { return r.Latency.Response }
	all := []latency{
		{"", "response", response},
		{ResponsePrefix, "response", response},
		{"service.", "service", func(r *Report) Times { return r.Latency.Service }},
		{"attempt.", "attempt", func(r *Report) Times { return r.Latency.Attempt }},
		{"corrected.", "corrected response", correctedResponse},
		{LatenessPrefix, "lateness", lateness},
	}
	for _, kind := range history.Kinds() {
		all = append(all, latency{kind.String() + ".", kind.String(), responseOf(kind)})
	}
	return all
}

func lateness(r *Report) Times {
	if r.OpenLoop == nil {
		return Times{}
	}
	return r.OpenLoop.Lateness
}

// responseOf returns the response of one kind of operation. Old reports of an open
// loop, from before it was measured, have none.
func responseOf(kind history.Kind) func(*Report) Times {
	return func(r *Report) Times {
		if r.OpenLoop != nil {
			return r.ResponseByOperation[kind.String()]
		}
		return r.LatencyByOperation[kind.String()]
	}
}

func (l latency) metrics() []Metric {
	return []Metric{
		l.metric("min", "min", func(t *Times) *float64 { return t.Min }),
		l.metric("mean", "mean", func(t *Times) *float64 { return t.Mean }),
		l.percentile(50), l.percentile(90), l.percentile(95), l.percentile(99), l.percentile(99.9),
		l.metric("max", "max", func(t *Times) *float64 { return t.Max }),
	}
}

func (l latency) metric(name, shown string, pick func(*Times) *float64) Metric {
	return Metric{
		Name: l.prefix + name, Kind: threshold.Duration, Label: l.label + " " + shown, Unit: unitOf(threshold.Duration), Better: lower,
		value: func(r *Report) *float64 {
			times := l.of(r)
			return pick(&times)
		},
	}
}

// percentile is the metric of any percentile in (0, 100].
func (l latency) percentile(p float64) Metric {
	m := l.metric("", PercentileLabel(p), func(t *Times) *float64 { return t.Percentile(p) })
	m.Name = threshold.PercentileName(l.prefix, p)
	return m
}

// PercentileNamed returns the metric of the percentile p, in (0, 100], of the latency
// with a prefix such as "response."; ok is false if there is no such latency.
func PercentileNamed(prefix string, p float64) (m Metric, ok bool) {
	all := latencies()
	if i := slices.IndexFunc(all, func(l latency) bool { return l.prefix == prefix }); i >= 0 {
		return all[i].percentile(p), true
	}
	return Metric{}, false
}

// PercentileLabel is the label of a percentile, as in "p99".
func PercentileLabel(p float64) string { return "p" + strconv.FormatFloat(p, 'f', -1, 64) }
