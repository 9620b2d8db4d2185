package threshold

import "slices"

// Kind says what a metric measures, and so which units its limit may have.
type Kind uint8

// The kinds, with the unit of measured values.
const (
	Number   Kind = iota // a plain number
	Duration             // milliseconds
	Rate                 // a number a second
	Share                // a fraction, from 0 to 1
	Money                // dollars
	Status               // the finding of a check (see [Findings]), not a number
)

// Metric is something that a threshold can limit.
type Metric struct {
	Name string
	Kind Kind
}

// latencies returns the prefixes of the names of all latencies. The empty prefix is
// the response time; those of the kinds of operations are response times too.
func latencies() []string {
	return []string{"", "response.", "service.", "attempt.", "corrected.", "lateness.", "increment.", "decrement.", "read.", "transfer."}
}

// Metrics lists all metrics, in the order of "contend metrics". Of the percentiles
// it lists the usual ones; see [Percentile] for the others.
func Metrics() []Metric {
	all := []Metric{
		{"throughput", Rate}, {"attempts_per_success", Number}, {"writes_per_success", Number}, {"reads_per_success", Number}, {"gaps_per_success", Number}, {"frontier_product", Number}, {"conflict_rate", Share}, {"throttle_rate", Share}, {"server_error_rate", Share},
	}
	for _, prefix := range latencies() {
		for _, name := range []string{"min", "mean", "p50", "p90", "p95", "p99", "p99_9", "max"} {
			all = append(all, Metric{prefix + name, Duration})
		}
	}
	return append(all,
		Metric{"longest_stall", Duration}, Metric{"stalled_share", Share},
		Metric{"gap", Duration},
		Metric{"fairness", Number}, Metric{"fairness_limit", Number}, Metric{"worst_worker", Number}, Metric{"starved_workers", Number}, Metric{"worst_group", Number}, Metric{"longest_losing_streak", Number},
		Metric{"read_units_per_success", Number}, Metric{"write_units_per_success", Number}, Metric{"wasted_share", Share}, Metric{"cost_per_million", Money},
		Metric{"gave_up", Number}, Metric{"unknown", Number}, Metric{"failed", Number}, Metric{"dropped", Number},
		Metric{"gave_up_rate", Share}, Metric{"unknown_rate", Share}, Metric{"failed_rate", Share}, Metric{"dropped_rate", Share},
		Metric{"due_rate", Rate}, Metric{"started_rate", Rate},
		Metric{"verdict", Status}, Metric{"exactly_once", Status}, Metric{"conservation", Status}, Metric{"chain", Status},
		Metric{"linearizable", Status}, Metric{"reads", Status}, Metric{"floor", Status}, Metric{"transfers", Status},
	)
}

// Names lists the names of [Metrics].
func Names() []string {
	var names []string
	for _, m := range Metrics() {
		names = append(names, m.Name)
	}
	return names
}

// Named returns the metric with that name; ok is false if there is none. Every
// percentile is a metric (see [Percentile]); the returned Name has an underscore
// where name may have a point.
func Named(name string) (m Metric, ok bool) {
	if latency, percentile, ok := Percentile(name); ok {
		return Metric{PercentileName(latency, percentile), Duration}, true
	}
	all := Metrics()
	if i := slices.IndexFunc(all, func(m Metric) bool { return m.Name == name }); i >= 0 {
		return all[i], true
	}
	return Metric{}, false
}
