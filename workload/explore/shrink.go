package explore

import (
	"context"
	"slices"
	"time"

	"contend/internal/pattern"
	"contend/workload/check"
	"contend/workload/scenario"
)

// neighbours is how many seeds a change is tried with when the same seed alone leads
// nowhere any more.
const neighbours = 32

// shrinker looks for a smaller scenario that fails by the same check.
type shrinker struct {
	*Explorer
	see   func(context.Context, scenario.Scenario) seen // makes a run
	check string
	first Failure // neighbours of its seed follow it
	best  Failure
	// tried are the scenarios, with their seeds, that were run.
	tried map[string]bool
	// runs were made so far, of those that are allowed.
	runs, allowed int
	found         Tally // of the seeds
}

// shrink makes the first failure of a result small.
func (e *Explorer) shrink(ctx context.Context, result *Result) {
	first := result.Failures[0]
	s := &shrinker{
		Explorer: e, see: e.see, check: first.Check(), first: first, best: first,
		tried: map[string]bool{}, found: result.Tally,
	}
	s.shrink(ctx)
	result.Smallest, result.Shrinking, result.Exhausted = &s.best, s.runs, e.Tries > 0 && s.runs >= e.Tries
}

func (s *shrinker) shrink(ctx context.Context) {
	s.limitDuration()
	s.allowed = s.Tries - 1 // one is for the last change
	s.reduce(ctx, 1)
	s.reduce(ctx, neighbours)
	s.allowed = s.Tries
	s.dropDuration(ctx)
}

// limitDuration gives a load that ends by its number of operations a limit of time, far
// above what it took: after a change, an operation may fail for ever.
func (s *shrinker) limitDuration() {
	if load := &s.best.Scenario.Load; load.Duration == 0 && s.Tries > 0 {
		load.Duration = 10*s.best.Elapsed.Round(time.Second) + 10*time.Second
	}
}

// reduce tries all changes, each with a number of seeds, until none succeeds any more.
func (s *shrinker) reduce(ctx context.Context, seeds int) {
	for again := true; again; {
		again = false
		for _, smaller := range changes() {
			for s.step(ctx, smaller(&s.best), seeds) {
				again = true
			}
		}
	}
}

// step tries scenarios that are smaller than the best, and makes the first of them that
// fails the best.
func (s *shrinker) step(ctx context.Context, candidates []scenario.Scenario, seeds int) (found bool) {
	all := s.untried(candidates, seeds)
	if len(all) == 0 || ctx.Err() != nil {
		return false
	}
	try := func(ctx context.Context, i int64) seen { return s.see(ctx, all[i]) }
	inOrder(ctx, int64(len(all)), try, func(i int64, it seen) (more bool) {
		s.runs++
		s.tried[string(scenario.Encode(all[i]))] = true
		if found = s.accepts(&it); found {
			s.best = it.failure()
		}
		s.progress(Progress{Tally: s.found, Shrinking: s.runs, Smallest: &s.best})
		return !found
	})
	return found
}

// accepts reports whether a run fails as the first one did. A run that ended in an error
// does not: the scenario was changed after all. If a planted fault is denser than at first,
// the finding must be of the same kind, because a fault in every request may break a counter
// in other ways than a rare one.
func (s *shrinker) accepts(it *seen) bool {
	if it.err != nil || !it.failsBy(s.check) {
		return false
	}
	return !isDenser(&it.scenario, &s.first.Scenario) || findingBy(s.check, it.failed) == findingBy(s.check, s.first.Checks)
}

// isDenser reports whether a planted fault hits more requests than in another scenario.
func isDenser(s, than *scenario.Scenario) bool {
	return slices.ContainsFunc(s.Embedded.Misbehave, func(m scenario.Misbehaviour) bool {
		return !slices.ContainsFunc(than.Embedded.Misbehave, func(before scenario.Misbehaviour) bool {
			return before.Kind == m.Kind && before.OneIn <= m.OneIn
		})
	})
}

// particulars are what differs between two findings of one kind: keys, numbers, and what
// is told in brackets.
var particulars = pattern.Lazy(`"[^"]*"|[+-]?[0-9]+| \(.*`)

// findingBy is the kind of a check's finding: its reason without particulars.
func findingBy(name string, failed []check.Result) string {
	for _, c := range failed {
		if c.Name == name {
			return particulars().ReplaceAllString(c.Reason, "")
		}
	}
	return ""
}

// untried are the valid ones among some scenarios that were not tried yet, each with its
// seeds: that of the best, and the neighbours of the first one. They are no more than the
// runs that are still allowed.
func (s *shrinker) untried(candidates []scenario.Scenario, seeds int) []scenario.Scenario {
	var all []scenario.Scenario
	for _, c := range candidates {
		if scenario.Validate(c) != nil {
			continue
		}
		for i := range seeds {
			if len(all) >= s.allowed-s.runs {
				return all
			}
			c.Seed = s.best.Scenario.Seed
			if i > 0 {
				c.Seed = s.first.Scenario.Seed + uint64(i) - 1
			}
			if !s.tried[string(scenario.Encode(c))] {
				all = append(all, c)
			}
		}
	}
	return all
}

// dropDuration removes the limit of time of a run that ended by its number of operations.
// It is the last change, because a run without that limit may never end if anything else
// is changed.
func (s *shrinker) dropDuration(ctx context.Context) {
	c := s.best.Scenario
	if c.Load.Operations == 0 || c.Load.Duration == 0 || s.best.Elapsed >= c.Load.Duration || s.best.Operations < c.Load.Operations {
		return
	}
	c.Load.Duration = 0
	s.step(ctx, []scenario.Scenario{c}, 1)
}
