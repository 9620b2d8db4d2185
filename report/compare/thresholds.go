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

// unkept says which variants did not keep which threshold, one sentence for each
// threshold and for what came of it.
func (c *Comparison) unkept() []string {
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
		}{{report.Missed, "is missed by"}, {report.Undecided, "cannot be told of"}, {report.Unanswerable, "has no answer from"}} {
			if by := c.unkeptBy(text, s.status); len(by) > 0 {
				sentences = append(sentences, fmt.Sprintf("the threshold %s %s %s", text, s.what, strings.Join(format.Listed(by, 20), "; ")))
			}
		}
	}
	return sentences
}

// unkeptBy names the variants of which a threshold has the status, with the runs
// and what they measured or why that does not decide.
func (c *Comparison) unkeptBy(text string, status report.ThresholdStatus) []string {
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

// because is why some thresholds of one text have their status: the reason of the
// first, or the range of what was measured.
func because(found []report.Threshold) string {
	if found[0].Reason != "" {
		return found[0].Reason
	}
	number := func(t report.Threshold) float64 {
		v, _ := strconv.ParseFloat(t.Value, 64) // findings are 0, and in their order
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
