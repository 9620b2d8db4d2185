package compare

import (
	"slices"

	"contend/internal/statistic"
	"contend/report"
	"contend/workload/check"
)

// passed reports whether all runs of the variant passed: a wrong count is no
// achievement, however fast.
func (v *Variant) passed() bool {
	return !slices.ContainsFunc(v.Runs, func(r Run) bool { return r.Verdict != string(check.Pass) })
}

// Best is the best variant of a group in one metric, among the variants whose runs all
// passed. It is a claim only if Shown is true. It is tested against the runner-up,
// because being ahead of the baseline says nothing about the other variants.
type Best struct {
	Group    string `json:"group"` // as in [Variant]
	Path     string `json:"path"`  // of the setting in which its variants differ; "" if there is none
	Metric   string `json:"metric"`
	Variant  string `json:"variant"`
	RunnerUp string `json:"runner_up"`
	// P and Adjusted are as in [Change]; absent if there are too few runs.
	P        *float64 `json:"p,omitempty"`
	Adjusted *float64 `json:"p_adjusted,omitempty"`
	Shown    bool     `json:"shown"`

	of *Variant
}

// Winner is the variant itself.
func (b *Best) Winner() *Variant { return b.of }

// chooseBest compares the best variant of each group with the runner-up, in every main
// metric that is better higher or better lower.
func (c *Comparison) chooseBest() {
	c.Best = []Best{}
	for _, m := range c.Metrics {
		if m.Better == "" || !m.Main {
			continue
		}
		for _, g := range c.Groups() {
			ranked := g.Ranked(m)
			if len(ranked) < 2 {
				continue
			}
			first, second := ranked[0], ranked[1]
			b := Best{Group: g.Name, Path: first.FirstPath(), Metric: m.Name, Variant: first.Name, RunnerUp: second.Name, of: first}
			if test, err := statistic.Compare(first.sample(m.Name), second.sample(m.Name), c.Alpha); err == nil && !test.TooFew {
				b.P = new(test.P)
			}
			c.Best = append(c.Best, b)
		}
	}
}

// Ranked returns the variants that passed and have the metric, the best first.
func (g Group) Ranked(m Metric) []*Variant {
	has := func(v *Variant) bool { _, there := v.Estimates[m.Name]; return there && v.passed() }
	ranked := slices.DeleteFunc(slices.Clone(g.Variants), func(v *Variant) bool { return !has(v) })
	slices.SortStableFunc(ranked, func(a, b *Variant) int {
		x, y := a.Estimates[m.Name].Median, b.Estimates[m.Name].Median
		switch {
		case x == y:
			return 0
		case (x > y) == (m.Better == report.Higher):
			return -1
		}
		return 1
	})
	return ranked
}

// BestIn is the best variant of a group in a metric; nil if fewer than two variants
// compete.
func (c *Comparison) BestIn(g Group, metric string) *Best {
	i := slices.IndexFunc(c.Best, func(b Best) bool {
		return b.Metric == metric && b.Group == g.Name && b.Path == g.Variants[0].FirstPath()
	})
	if i < 0 {
		return nil
	}
	return &c.Best[i]
}

// correct adjusts the P of each test to the number of tests of the same metric, and
// decides by the result. Each metric is a question of its own: other metrics that are
// shown beside it do not make it harder to answer.
func (c *Comparison) correct() {
	for _, m := range c.Metrics {
		c.Tests += c.correctIn(m)
	}
}

// correctIn decides the tests of one metric and counts them.
func (c *Comparison) correctIn(m Metric) int {
	var ps []float64
	var decide []func(adjusted float64)
	add := func(p float64, then func(float64)) { ps, decide = append(ps, p), append(decide, then) }
	for i := range c.Variants {
		if change := c.Variants[i].Estimates[m.Name].Change; change != nil && change.P != nil {
			add(*change.P, func(q float64) { change.decide(q, c.Alpha, m.Better) })
		}
	}
	for i := range c.Best {
		if b := &c.Best[i]; b.Metric == m.Name && b.P != nil {
			add(*b.P, func(q float64) { b.Adjusted, b.Shown = new(q), q <= c.Alpha })
		}
	}
	for i, q := range statistic.Adjusted(ps) {
		decide[i](q)
	}
	return len(ps)
}

// decide sets the verdict of a difference by its adjusted P.
func (c *Change) decide(adjusted, alpha float64, better string) {
	c.Adjusted, c.Verdict = new(adjusted), NotShown
	if adjusted <= alpha {
		c.Verdict = direction(c.before, c.after, better)
	}
}
