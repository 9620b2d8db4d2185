package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"contend/internal/format"
	"contend/report"
)

// missed says which variants missed which threshold, or could not be judged by it: one
// sentence for each threshold and status.
func (c *Comparison) missed() []string {
	var texts, sentences []string
	for _, v := range c.Variants {
		for _, t := range v.thresholds() {
			if !slices.Contains(texts, t.Text) {
				texts = append(texts, t.Text)
			}
		}
	}
	for _, text := range texts {
		for _, s := range []struct {
			status report.ThresholdStatus
			what   string
		}{{report.Missed, "is missed by"}, {report.Undecided, "cannot be decided for"}, {report.Unanswerable, "has no value to compare in"}} {
			if by := c.missedBy(text, s.status); len(by) > 0 {
				sentences = append(sentences, fmt.Sprintf("the threshold %s %s %s", text, s.what, strings.Join(format.Listed(by, 20), "; ")))
			}
		}
	}
	return sentences
}

// missedBy names the variants whose result of a threshold is the status. For each it
// says how many runs, and what they measured or why that does not decide.
func (c *Comparison) missedBy(text string, status report.ThresholdStatus) []string {
	var by []string
	for i := range c.Variants {
		v := &c.Variants[i]
		found := slices.DeleteFunc(v.thresholds(), func(t report.Threshold) bool { return t.Text != text || t.Status != status })
		if len(found) == 0 {
			continue
		}
		name := v.Name
		if name == "" {
			name = "the scenario"
		}
		by = append(by, fmt.Sprintf("%s (%d of %s: %s)", name, len(found), format.Count(int64(len(v.Runs)), "run"), because(found)))
	}
	return by
}

// because explains the status of several results of one threshold: by the first reason,
// or by the range of the measured values.
func because(found []report.Threshold) string {
	if found[0].Reason != "" {
		return found[0].Reason
	}
	number := func(t report.Threshold) float64 {
		v, _ := strconv.ParseFloat(t.Value, 64) // a finding becomes 0, so that findings keep their order
		return v
	}
	slices.SortStableFunc(found, func(a, b report.Threshold) int { return cmp.Compare(number(a), number(b)) })
	low, high := found[0].Shown(), found[len(found)-1].Shown()
	if low == high {
		return low
	}
	return low + " to " + high
}

// thresholds are those of all runs of the variant.
func (v *Variant) thresholds() []report.Threshold {
	var all []report.Threshold
	for _, run := range v.Runs {
		all = append(all, run.Thresholds...)
	}
	return all
}
