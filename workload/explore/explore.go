package explore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/check"
	"contend/workload/plan"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// Explorer says which seeds to try. It must not be changed while it runs.
type Explorer struct {
	Space *plan.Space
	// First is the first seed; the others follow it. After the highest possible seed
	// comes 0.
	First uint64
	Seeds int64 // how many, at least 1
	// Failures is the number of failing seeds after which no more are tried, at least 1.
	Failures int
	// Tries bounds the runs that are made to shrink the first failure; 0: it is not
	// shrunk.
	Tries int
	// Strategy makes the design; nil means the one that the scenario names. See
	// [trial.Options]. It may be called from any goroutine.
	Strategy func(counter.DynamoDB) (counter.Strategy, error)
	// Stop ends the exploration early when it is closed. Runs in progress are discarded.
	Stop <-chan struct{}
	// OnProgress gets what was done so far, after each run. It is called by the goroutine
	// that called Run. It may be nil.
	OnProgress func(Progress)
}

// Progress is what an exploration has done so far.
type Progress struct {
	Tally Tally
	// Shrinking is the number of runs made to shrink the first failure, 0 before that.
	// Smallest is the smallest failing scenario so far, nil before that.
	Shrinking int
	Smallest  *Failure
}

// Result is what an exploration found.
type Result struct {
	Tally
	// Failures are those of the seeds that failed, in the order of the seeds, at most
	// [Explorer.Failures].
	Failures []Failure
	// Smallest is the smallest scenario that fails by the same check as the first of the
	// failures; nil if nothing failed.
	Smallest *Failure
	// Shrinking is the number of runs that were made to find Smallest. Exhausted is true
	// if they were all that were allowed, so that there may be a smaller one.
	Shrinking int
	Exhausted bool
	// Stopped is true if [Explorer.Stop] or the context ended the exploration early.
	Stopped bool
}

// Failure is a scenario, with its seed, of which a check failed.
type Failure struct {
	Scenario scenario.Scenario
	Drawn    []plan.Setting // the values that the seed drew, empty for a shrunk scenario
	Checks   []check.Result // those that failed, at least one
	// Operations is the number of operations that were started.
	Operations int64
	// Elapsed is the run's own time, from the start of the load to its end.
	Elapsed time.Duration
}

// Check is the name of the first check that failed.
func (f *Failure) Check() string { return f.Checks[0].Name }

// ErrSame: all seeds make the same run.
var ErrSame = errors.New("nothing in the scenario is random or drawn from a list: every seed makes the same run")

// Run tries the seeds, and shrinks the first failure. The result is never nil, and has what
// was found until an error.
//
// The error is [ErrSame]; that of the lowest seed whose run could not be judged, or whose
// values do not go together; or nil, also if a check failed or the exploration was stopped.
func (e *Explorer) Run(ctx context.Context) (*Result, error) {
	result := new(Result)
	if !e.varies() {
		return result, ErrSame
	}
	ctx, release := clock.Clock{}.WithStop(ctx, e.Stop) // the runs have clocks of their own
	defer release()
	err := e.search(ctx, result)
	if err == nil && len(result.Failures) > 0 {
		e.shrink(ctx, result)
	}
	result.Stopped = ctx.Err() != nil
	return result, err
}

// search tries the seeds until enough of them failed.
func (e *Explorer) search(ctx context.Context, result *Result) error {
	var err error
	try := func(ctx context.Context, i int64) seen {
		v, err := e.Space.Draw(e.First + uint64(i))
		if err != nil {
			return seen{err: err}
		}
		s := e.see(ctx, v.Scenario)
		s.drawn = v.Values
		return s
	}
	inOrder(ctx, e.Seeds, try, func(_ int64, s seen) (more bool) {
		if s.err != nil {
			err = s.err
			return false
		}
		result.add(&s)
		if s.status == check.Fail {
			result.Failures = append(result.Failures, s.failure())
		}
		e.progress(Progress{Tally: result.Tally})
		return len(result.Failures) < e.Failures
	})
	return err
}

func (e *Explorer) progress(p Progress) {
	if e.OnProgress != nil {
		p.Tally.ByCheck = slices.Clone(p.Tally.ByCheck)
		e.OnProgress(p)
	}
}

// seen is what a run showed.
type seen struct {
	scenario   scenario.Scenario
	drawn      []plan.Setting
	status     check.Status
	failed     []check.Result
	operations int64
	elapsed    time.Duration
	doubt      string // of the first check that could not judge it; "": there is none
	unfinished bool   // it had not made all its operations when the explorer's patience ended
	err        error  // why it could not be judged
}

// see makes one run. A failed check counts even if the run also ended in an error. A run
// that only the explorer's patience ended has that limit in its scenario: without it, it
// might never end when it is made again.
func (e *Explorer) see(ctx context.Context, s scenario.Scenario) seen {
	limited := s
	limited.Load.Duration = cmp.Or(s.Load.Duration, patience(s.Load.Operations))
	o, err := trial.Run(ctx, limited, trial.Options{Strategy: e.Strategy})
	if o == nil || err != nil && o.Verdict.Status != check.Fail {
		return seen{scenario: s, err: fmt.Errorf("seed %d: %w", s.Seed, err)}
	}
	it := seen{scenario: s, status: o.Verdict.Status, operations: o.Result.Tally.Started, elapsed: o.Result.Elapsed}
	if s.Load.Duration == 0 && it.elapsed >= limited.Load.Duration {
		it.scenario, it.unfinished = limited, true
	}
	for _, c := range o.Verdict.Checks {
		switch {
		case c.Status == check.Fail:
			it.failed = append(it.failed, c)
		case c.Status == check.Inconclusive && it.doubt == "":
			it.doubt = c.Name + ": " + c.Reason
		}
	}
	return it
}

// patience is how much of its own time a run may take that only its number of operations
// limits: far more than operations take that end at all.
func patience(operations int64) time.Duration {
	const least, forEach = 5 * time.Minute, time.Second
	return least + forEach*time.Duration(min(operations, int64(math.MaxInt64/2/forEach)))
}

func (s *seen) failure() Failure {
	return Failure{Scenario: s.scenario, Drawn: s.drawn, Checks: s.failed, Operations: s.operations, Elapsed: s.elapsed}
}

// failsBy reports whether a check failed.
func (s *seen) failsBy(name string) bool {
	for _, c := range s.failed {
		if c.Name == name {
			return true
		}
	}
	return false
}
