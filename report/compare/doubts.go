package compare

import (
	"fmt"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/internal/statistic"
	"contend/workload/check"
)

// doubts returns the reasons why a comparison may mislead, one sentence each.
func (c *Comparison) doubts() []string {
	all := []string{
		c.mixed("scenarios", func(d *digest) string { return d.scenario }),
		c.mixedTargets(),
		c.mixed("versions of contend", func(d *digest) string { return d.tool }),
		c.mixed("machines", func(d *digest) string { return d.Machine }),
		c.failedRuns(),
		c.runsThat("failed a check: their numbers belong to a wrong count", func(run Run) bool { return run.Verdict == string(check.Fail) }),
		c.runsThat("are inconclusive", func(run Run) bool { return run.Verdict == string(check.Inconclusive) }),
		c.runsThat("were interrupted", func(run Run) bool { return run.LeftOut == leftOutInterrupted }),
		c.leftOutRuns(),
		c.equalRuns(),
		c.runsThat("may have been limited by the client, not by the store", func(run Run) bool {
			return run.digest != nil && run.digest.byClient
		}),
		c.apart(),
		c.tooFew(),
	}
	all = append(all, c.doubtsOfRuns()...)
	return slices.DeleteFunc(all, func(doubt string) bool { return doubt == "" })
}

// mixed warns that the runs differ in something that is not a setting.
func (c *Comparison) mixed(what string, of func(*digest) string) string {
	var found []string
	for d := range c.Digests {
		if v := of(d); v != "" && !slices.Contains(found, v) {
			found = append(found, v)
		}
	}
	if len(found) < 2 {
		return ""
	}
	return fmt.Sprintf("the runs are of different %s: %s", what, strings.Join(found, ", "))
}

func (c *Comparison) mixedTargets() string {
	return c.mixed("targets", func(d *digest) string { return d.target.String() })
}

// runsThat counts the runs for which something is true, and names their variants.
func (c *Comparison) runsThat(what string, is func(Run) bool) string {
	n, total := 0, 0
	var names []string
	for _, v := range c.Variants {
		total += len(v.Runs)
		if of := len(slices.DeleteFunc(slices.Clone(v.Runs), func(run Run) bool { return !is(run) })); of > 0 {
			n += of
			names = append(names, v.Name)
		}
	}
	if n == 0 {
		return ""
	}
	const shown = 4
	of := strings.Join(names[:min(len(names), shown)], "; ")
	if rest := len(names) - shown; rest > 0 {
		of += fmt.Sprintf("; and %d more", rest)
	}
	return fmt.Sprintf("%d of %s %s (%s)", n, format.Count(int64(total), "run"), what, of)
}

// failedRuns says which runs ended in an error, and in which error.
func (c *Comparison) failedRuns() string {
	text := c.runsThat("could not be run, or not to their end", func(run Run) bool { return run.Error != "" || run.Verdict == "" })
	var reasons []string
	for _, v := range c.Variants {
		for _, run := range v.Runs {
			if run.Error != "" && !slices.Contains(reasons, run.Error) {
				reasons = append(reasons, run.Error)
			}
		}
	}
	const shown = 3
	if rest := len(reasons) - shown; rest > 0 {
		reasons = append(reasons[:shown], fmt.Sprintf("and %d other errors", rest))
	}
	if len(reasons) == 0 {
		return text
	}
	return text + ": " + strings.Join(reasons, "; ")
}

// apart warns that no variant can be compared with any other.
func (c *Comparison) apart() string {
	together := func(v Variant) bool { return !v.Baseline }
	if len(c.Variants) < 2 || slices.ContainsFunc(c.Variants, together) {
		return ""
	}
	return "no variant can be compared with another: only variants that differ in the first setting alone are compared"
}

// tooFew says how many runs a comparison needs, if some variants have fewer.
func (c *Comparison) tooFew() string {
	for _, v := range c.Variants {
		for _, e := range v.Estimates {
			if e.Change != nil && e.Change.Verdict == TooFew {
				return fmt.Sprintf("some variants have too few runs to show a difference: %d of each are needed (repeat: %d)",
					statistic.Need(c.Alpha), DefaultRepeat)
			}
		}
	}
	return ""
}
