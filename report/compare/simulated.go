package compare

import (
	"maps"

	"contend/report"
)

// markSimulated marks the comparison as simulated if all its runs are, and warns if only
// some are.
func (c *Comparison) markSimulated() {
	var simulated, real []string
	for _, v := range c.Variants {
		for _, run := range v.Runs {
			switch {
			case run.Simulated:
				simulated = append(simulated, v.Name)
			case run.digest != nil:
				real = append(real, v.Name)
			}
		}
	}
	c.Simulated = len(simulated) > 0 && len(real) == 0
	c.Mixed = report.MixedTimes(simulated, real)
}

const leftOutSame = "it is simulated, and the same as a run before it: same seed, same numbers"

// leaveOutEqual leaves out simulated runs that are equal to a run before them: the same
// scenario and seed always give the same numbers, which are one sample and not several.
func (v *Variant) leaveOutEqual() {
	for i := range v.Runs {
		run := &v.Runs[i]
		for _, before := range v.Runs[:i] {
			if run.LeftOut == "" && before.LeftOut == "" && run.equals(&before) {
				run.LeftOut = leftOutSame
			}
		}
	}
}

// equals reports whether two runs are one and the same simulation.
func (run *Run) equals(other *Run) bool {
	return run.digest != nil && other.digest != nil && run.Simulated && other.Simulated &&
		run.digest.seed == other.digest.seed && maps.Equal(run.Values, other.Values)
}

// equalRuns returns a warning about the runs that [Variant.leaveOutEqual] left out.
func (c *Comparison) equalRuns() string {
	return c.runsThat("are simulated with the same seed as another of the same variant: they are the same run, and no second sample",
		func(run Run) bool { return run.LeftOut == leftOutSame })
}
