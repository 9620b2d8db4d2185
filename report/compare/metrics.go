package compare

import (
	"slices"

	"contend/report"
	"contend/workload/history"
	"contend/workload/threshold"
)

// limitedPercentiles are the percentiles that thresholds of the runs limit and that
// [distinctMetrics] does not have.
func limitedPercentiles(groups []Candidate) []report.Metric {
	var all []report.Threshold
	for _, g := range groups {
		for _, run := range g.Runs {
			if run.Report != nil {
				all = append(all, run.Report.Thresholds...)
			}
		}
	}
	return percentilesOf(all)
}

// percentilesOf are the percentiles that thresholds limit and that [distinctMetrics]
// does not have, by their long names.
func percentilesOf(limits []report.Threshold) (metrics []report.Metric) {
	listed := func(in []report.Metric, name string) bool {
		return slices.ContainsFunc(in, func(m report.Metric) bool { return m.Name == name })
	}
	distinct := distinctMetrics()
	for _, limit := range limits {
		prefix, p, ok := threshold.Percentile(limit.Metric)
		if !ok {
			continue
		}
		if prefix == "" {
			prefix = report.ResponsePrefix
		}
		if m, ok := report.PercentileNamed(prefix, p); ok && !listed(distinct, m.Name) && !listed(metrics, m.Name) {
			metrics = append(metrics, m)
		}
	}
	return metrics
}

// limitedPercentiles are those of the runs' thresholds, as the runs have them.
func (c *Comparison) limitedPercentiles() []report.Metric {
	var all []report.Threshold
	for i := range c.Variants {
		all = append(all, c.Variants[i].thresholds()...)
	}
	return percentilesOf(all)
}

// metricsOfLimits are the names of the percentiles that are compared because thresholds
// limit them.
func (c *Comparison) metricsOfLimits() (names []string) {
	usual := slices.Concat(mainMetrics(), otherMetrics(), c.metricsOfKinds())
	for _, v := range c.Variants {
		for _, t := range v.thresholds() {
			prefix, p, ok := threshold.Percentile(t.Metric)
			if prefix == "" {
				prefix = report.ResponsePrefix
			}
			if name := threshold.PercentileName(prefix, p); ok && !slices.Contains(usual, name) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// metricsOfKinds are the times of the kinds of operations, if there are several.
func (c *Comparison) metricsOfKinds() (names []string) {
	mixed := false
	for d := range c.Digests {
		mixed = mixed || d.mixed
	}
	if !mixed {
		return nil
	}
	for _, kind := range history.Kinds() {
		names = append(names, kind.String()+".p50", kind.String()+".p99")
	}
	return names
}
