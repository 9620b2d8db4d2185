package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"contend/internal/statistic"
	"contend/report"
	"contend/workload/threshold"
)

// Candidate is the runs of one variant. For a run with a report, [Compare] fills in the
// rest.
type Candidate struct {
	Settings []report.Setting // the first is the one in which its group's variants differ
	Runs     []Run
}

// Options says how to compare. The zero value has the defaults.
type Options struct {
	// Baseline is "path=value": the setting of the variants with which the others are
	// compared. Its path becomes the first setting. "" means the first variant of each
	// group.
	Baseline string
	// Alpha is [Comparison].Alpha, in (0, 1); 0 means [DefaultAlpha].
	Alpha float64
	// Metrics are the names of those to compare; empty: all of them.
	Metrics     []string
	ToolVersion string
}

const (
	// DefaultAlpha is the level of P after its correction for the number of tests. With
	// [DefaultRepeat] runs and normal noise of 3 % (standard deviation), a single test
	// finds a difference of 10 % in 99 % of cases, and reports a difference that does
	// not exist in 1.5 % (at 0.05: 99.9 % and 4.1 %). Under noise with a long tail of
	// the same size (exponential) it finds the difference in 92 %, with 8 runs in 99 %.
	// Among many tests, a single difference needs more runs.
	DefaultAlpha = 0.02
	// DefaultRepeat is the number of runs of each variant that a comparison needs: 5
	// are the fewest for a difference at [DefaultAlpha], 6 for an interval at a
	// confidence of 0.95.
	DefaultRepeat = 6

	confidence = 0.95
)

// mainMetrics are the metrics by which variants are compared, in the order of interest.
// Tables show them at once.
func mainMetrics() []string {
	return []string{"throughput", "writes_per_success", "conflict_rate", "dropped_rate", "response.p50", "response.p99", "fairness", "cost_per_million"}
}

func otherMetrics() []string {
	return []string{
		"response.p99_9", "service.p50", "service.p99", "service.p99_9", "attempt.p50", "attempt.p99", "attempt.p99_9",
		"write_units_per_success", "read_units_per_success", "longest_losing_streak",
	}
}

// Compare compares variants. It does not change its arguments.
func Compare(groups []Candidate, o Options) *Comparison {
	c := &Comparison{
		Version: report.Version, ToolVersion: o.ToolVersion, Confidence: confidence, Alpha: cmp.Or(o.Alpha, DefaultAlpha),
		Metrics: []Metric{}, Variants: []Variant{}, Best: []Best{}, Warnings: []string{},
	}
	if len(groups) == 0 {
		return c
	}
	path, value, _ := strings.Cut(o.Baseline, "=")
	metrics := append(distinctMetrics(), limitedPercentiles(groups)...)
	for _, g := range groups {
		v := newComparedVariant(g.Settings, path)
		for _, run := range g.Runs {
			v.Runs = append(v.Runs, run.filled(metrics))
		}
		v.leaveOutEqual()
		c.Variants = append(c.Variants, v)
	}
	c.describe()
	c.markSimulated()
	c.chooseBaselines(o.Baseline, report.Setting{Path: path, Value: value})
	c.measure(o.Metrics)
	c.chooseBest()
	c.correct()
	c.scale()
	c.Warnings = append(append(c.Warnings, c.missed()...), c.doubts()...) // an empty list, not null
	return c
}

// newComparedVariant makes a variant without runs. It puts the setting of the path
// first, if there is one.
func newComparedVariant(settings []report.Setting, path string) Variant {
	v := Variant{Settings: append([]report.Setting{}, settings...), Runs: []Run{}, Estimates: map[string]Estimate{}}
	if i := slices.IndexFunc(v.Settings, func(s report.Setting) bool { return s.Path == path }); i > 0 {
		first := v.Settings[i]
		v.Settings = slices.Insert(slices.Delete(v.Settings, i, i+1), 0, first)
	}
	v.Name = SettingsLine(v.Settings)
	v.Group = SettingsLine(v.Settings[min(1, len(v.Settings)):])
	return v
}

// SettingsLine writes settings in one line.
func SettingsLine(settings []report.Setting) string {
	parts := make([]string, len(settings))
	for i, s := range settings {
		parts[i] = s.Path + "=" + s.Value
	}
	return strings.Join(parts, " ")
}

// distinctMetrics are the metrics that are numbers, each under one name.
func distinctMetrics() []report.Metric {
	isShort := func(m report.Metric) bool {
		return m.Kind == threshold.Duration && !strings.Contains(m.Name, ".") && m.Name != "gap" && m.Name != "longest_stall"
	}
	return slices.DeleteFunc(report.Metrics(), func(m report.Metric) bool { return m.Kind == threshold.Status || isShort(m) })
}

// describe copies the scenario's facts from the first run that has a report.
func (c *Comparison) describe() {
	c.Targets = []report.Target{}
	for d := range c.Digests {
		if c.Scenario == "" {
			c.Scenario, c.Description = d.scenario, d.description
		}
		if !slices.Contains(c.Targets, d.target) {
			c.Targets = append(c.Targets, d.target)
		}
	}
}

// sameTarget leaves out the port of an embedded server, which differs from run to run.
func sameTarget(t report.Target) report.Target {
	if t.Kind == "embedded" {
		t.Endpoint = ""
	}
	return t
}

// groupKey is what the variants of a group have in common.
func (v *Variant) groupKey() string {
	if len(v.Settings) == 0 {
		return ""
	}
	return v.Settings[0].Path + "\n" + v.Group
}

// chooseBaselines marks one variant of each group.
func (c *Comparison) chooseBaselines(asked string, wanted report.Setting) {
	chosen := map[string]int{} // the chosen variant, by group
	for i := range c.Variants {
		v := &c.Variants[i]
		best, exists := chosen[v.groupKey()]
		if !exists || v.begins(wanted) && !c.Variants[best].begins(wanted) {
			chosen[v.groupKey()] = i
		}
	}
	c.baselines = map[string]*Variant{}
	for group, i := range chosen {
		c.Variants[i].Baseline = true
		c.baselines[group] = &c.Variants[i]
	}
	for _, v := range c.Variants {
		if v.Baseline && asked != "" && !v.begins(wanted) {
			c.Warnings = append(c.Warnings, fmt.Sprintf("the baseline %s is not among the variants%s: they are compared with %s", asked, within(v.Group), v.Name))
		}
	}
}

func (v *Variant) begins(with report.Setting) bool {
	return len(v.Settings) > 0 && v.Settings[0] == with
}

func within(group string) string {
	if group == "" {
		return ""
	}
	return " with " + group
}

// baselineOf is the variant with which a variant is compared; nil for a baseline.
func (c *Comparison) baselineOf(v *Variant) *Variant {
	if v.Baseline {
		return nil
	}
	return c.baselines[v.groupKey()]
}

// measure estimates every metric of every variant, or those that were asked for.
func (c *Comparison) measure(asked []string) {
	main := mainMetrics()
	others := slices.Concat(otherMetrics(), c.metricsOfKinds(), c.metricsOfLimits())
	if len(asked) > 0 {
		main, others = asked, nil
	}
	for i, name := range slices.Concat(main, others) {
		m, _ := report.MetricNamed(name)
		if m.Name == "dropped_rate" && !c.isAboveZero(m) {
			continue // nothing was dropped, as in every closed loop
		}
		measured := false
		for i := range c.Variants {
			measured = c.estimate(&c.Variants[i], m) || measured
		}
		if measured {
			c.Metrics = append(c.Metrics, Metric{Name: m.Name, Label: m.Label, Unit: m.Unit, Better: m.Better, Main: i < len(main)})
		}
	}
}

// isAboveZero reports whether the metric is above 0 in some run.
func (c *Comparison) isAboveZero(m report.Metric) bool {
	for i := range c.Variants {
		if slices.ContainsFunc(c.Variants[i].sample(m.Name), func(v float64) bool { return v > 0 }) {
			return true
		}
	}
	return false
}

// estimate reports whether the variant has the metric. A file may hold numbers that
// have no median; they are ignored.
func (c *Comparison) estimate(v *Variant, m report.Metric) bool {
	sample := v.sample(m.Name)
	s, err := statistic.Summarize(sample, c.Confidence)
	if err != nil {
		return false
	}
	e := Estimate{N: len(sample), Median: s.Median}
	if s.Bounded {
		e.Low, e.High = new(s.Low), new(s.High)
	}
	if base := c.baselineOf(v); base != nil {
		e.Change = c.change(base.sample(m.Name), sample)
	}
	v.Estimates[m.Name] = e
	return true
}

func (v *Variant) sample(name string) []float64 {
	var sample []float64
	for _, run := range v.Runs {
		if value, ok := run.Values[name]; ok && run.LeftOut == "" {
			sample = append(sample, value)
		}
	}
	return sample
}

// change is nil if there is nothing to compare with.
func (c *Comparison) change(base, sample []float64) *Change {
	test, err := statistic.Compare(base, sample, c.Alpha)
	if err != nil {
		return nil
	}
	// Neither call fails, because Compare checked the confidence and the samples.
	before, _ := statistic.Summarize(base, c.Confidence)
	after, _ := statistic.Summarize(sample, c.Confidence)
	change := &Change{Verdict: TooFew}
	if r := report.Ratio(after.Median-before.Median, before.Median); r != nil && !math.IsInf(*r, 0) {
		change.Ratio = r
	}
	if test.TooFew {
		return change
	}
	change.P, change.Verdict = new(test.P), NotShown // until correct decides
	change.before, change.after = before.Median, after.Median
	return change
}

func direction(before, after float64, better string) ChangeVerdict {
	switch {
	case better == "" || before == after:
		return Different
	case (after > before) == (better == report.Higher):
		return Better
	}
	return Worse
}
