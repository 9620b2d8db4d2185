package compare

import (
	"cmp"
	"slices"
)

// AddLaw sets [Variant.Law] of each variant; see [report.Report.Law]. It reports whether
// the law of contention applies to any of them.
func (c *Comparison) AddLaw() bool {
	found := false
	for i := range c.Variants {
		c.Variants[i].Law = c.Variants[i].law()
		found = found || c.Variants[i].Law != nil
	}
	return found
}

// law returns the median of each of the law's figures over the variant's samples, keyed
// by metric. It is nil if the law applies to none of them.
func (v *Variant) law() map[string]float64 {
	all := map[string][]float64{}
	for d := range v.Samples {
		if l := d.Frontier.Law(); l != nil {
			for name, value := range l.Values() {
				all[name] = append(all[name], value)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	medians := map[string]float64{}
	for name, values := range all {
		slices.SortFunc(values, cmp.Compare[float64])
		n := len(values)
		medians[name] = (values[(n-1)/2] + values[n/2]) / 2
	}
	return medians
}

// LawMetrics returns those metrics of the comparison for which the law has figures. There
// are none before [Comparison.AddLaw].
func (c *Comparison) LawMetrics() []Metric {
	var found []Metric
	for _, m := range c.Metrics {
		if slices.ContainsFunc(c.Variants, func(v Variant) bool { _, has := v.Law[m.Name]; return has }) {
			found = append(found, m)
		}
	}
	return found
}
