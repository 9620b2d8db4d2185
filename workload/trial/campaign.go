package trial

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"contend/internal/crash"
	"contend/workload/plan"
	"contend/workload/scenario"
	"contend/workload/store"
)

// Keeper saves the results of the runs of a [Campaign]. i is a run's index in
// [Campaign.Runs]. Its methods are called one after another, but not always by the same
// goroutine. Between Start and End of a run of the target simulated, those of others may
// be called.
type Keeper interface {
	// Done reports whether the run's result is saved already, so that the run is
	// left out.
	Done(i int) bool
	// Start prepares a run. It adds the files to write, and its own callbacks, to
	// the run's options. After an error the run is not made.
	Start(i int, o *Options) error
	// End takes the result of each run for which Start was called: the outcome,
	// which is nil if there was no load, and the error of Start or of [Run]. It
	// returns errors of its own only.
	End(i int, o *Outcome, err error) error
}

// Campaign carries out the runs of a plan: those of the target simulated on all
// processors, in their order, and all others one after another, each alone.
type Campaign struct {
	Runs   []plan.Run // in their order, as by [plan.Plan.Runs]
	Keeper Keeper
	// Options returns the options of run i, to which the keeper then adds; nil means
	// the zero value for every run. It is called like the methods of the keeper.
	Options func(i int) Options
}

// Course is how far a campaign got.
type Course struct {
	// Stopped is true if it was stopped before its end: by [Options.Stop] of one of
	// its runs, or by the context.
	Stopped bool
	// NotRun lists the runs, by index, that had no load because the campaign was
	// stopped, or ended by an error.
	NotRun []int
}

// RunError is what went wrong in, or around, one run of a campaign.
type RunError struct {
	Run int // its index
	Err error
}

func (e *RunError) Error() string { return fmt.Sprintf("run %d: %v", e.Run+1, e.Err) }

// Unwrap returns what went wrong.
func (e *RunError) Unwrap() error { return e.Err }

// Run carries out all runs that are not done. A run that fails does not end the
// campaign. A run without the consent that it needs does, because the others would
// lack it too.
//
// The error joins a [*RunError] for each run that failed, in the order of the runs.
func (c *Campaign) Run(ctx context.Context) (Course, error) {
	p := &progress{Campaign: c, failures: make([]error, len(c.Runs))}
	var together errgroup.Group
	together.SetLimit(runtime.GOMAXPROCS(0))
	for i := range c.Runs {
		if c.Runs[i].Scenario.Target == scenario.TargetSimulated {
			together.Go(func() error { p.make(ctx, i); return nil })
			continue
		}
		_ = together.Wait() // they return no errors
		p.make(ctx, i)
	}
	_ = together.Wait()
	slices.Sort(p.course.NotRun)
	return p.course, errors.Join(p.failures...)
}

// progress is a campaign that goes on.
type progress struct {
	*Campaign
	mu       sync.Mutex // guards what follows, and is held while the keeper is called
	course   Course
	failures []error // by run; nil for one that did not fail
	refused  bool    // for want of consent
}

// make makes one run, unless it is done or the campaign has ended.
func (p *progress) make(ctx context.Context, i int) {
	o, begun, err := p.start(ctx, i)
	if !begun {
		return
	}
	var outcome *Outcome
	if err == nil { // a panic is the end of this run, and not that of the others
		err = crash.Catch(func() (err error) { outcome, err = Run(ctx, p.Runs[i].Scenario, o); return err })
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	err = errors.Join(err, p.Keeper.End(i, outcome, err))
	stopped := errors.Is(err, ErrStopped)
	if stopped {
		p.course.NotRun = append(p.course.NotRun, i)
	}
	if err != nil {
		p.failures[i] = &RunError{i, err}
	}
	p.course.Stopped = p.course.Stopped || stopped || outcome != nil && outcome.Result.Interrupted
	p.refused = p.refused || errors.As(err, new(*store.NoConsentError))
}

// start reports false for a run that is not to be made.
func (p *progress) start(ctx context.Context, i int) (o Options, begun bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Keeper.Done(i) {
		return o, false, nil
	}
	p.course.Stopped = p.course.Stopped || ctx.Err() != nil
	if p.course.Stopped || p.refused {
		p.course.NotRun = append(p.course.NotRun, i)
		return o, false, nil
	}
	if p.Options != nil {
		o = p.Options(i)
	}
	err = p.Keeper.Start(i, &o)
	return o, true, err
}
