package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
			status ThresholdStatus
			what   string
		}{{Missed, "is missed by"}, {Undecided, "cannot be told of"}, {Unanswerable, "has no answer from"}} {
			if by := c.unkeptBy(text, s.status); len(by) > 0 {
				sentences = append(sentences, fmt.Sprintf("the threshold %s %s %s", text, s.what, strings.Join(listed(by, 20), "; ")))
			}
		}
	}
	return sentences
}

// unkeptBy names the variants of which a threshold has the status, with the runs
// and what they measured or why that does not decide.
func (c *Comparison) unkeptBy(text string, status ThresholdStatus) []string {
	var by []string
	for i := range c.Variants {
		v := &c.Variants[i]
		found := slices.DeleteFunc(v.thresholds(), func(t Threshold) bool { return t.Text != text || t.Status != status })
		if len(found) == 0 {
			continue
		}
		name := v.Name
		if name == "" {
			name = "the scenario"
		}
		by = append(by, fmt.Sprintf("%s (%d of %s: %s)", name, len(found), plural(int64(len(v.Runs)), "run"), because(found)))
	}
	return by
}

// because is why some thresholds of one text have their status: the reason of the
// first, or the range of what was measured.
func because(found []Threshold) string {
	if found[0].Reason != "" {
		return found[0].Reason
	}
	number := func(t Threshold) float64 {
		v, _ := strconv.ParseFloat(t.Value, 64) // findings are 0, and in their order
		return v
	}
	slices.SortStableFunc(found, func(a, b Threshold) int { return cmp.Compare(number(a), number(b)) })
	low, high := found[0].shown(), found[len(found)-1].shown()
	if low == high {
		return low
	}
	return low + " to " + high
}

// thresholds are those of all runs of the variant.
func (v *ComparedVariant) thresholds() []Threshold {
	var all []Threshold
	for _, run := range v.Runs {
		all = append(all, run.Thresholds...)
	}
	return all
}

// allMet says that there were thresholds and all were met; "" if not.
func (c *Comparison) allMet() string {
	n := 0
	for _, v := range c.Variants {
		for _, run := range v.Runs {
			if WorstThreshold(run.Thresholds) != Met {
				return ""
			}
			n += min(len(run.Thresholds), 1)
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("All thresholds were met, by %s.", plural(int64(n), "run"))
}
