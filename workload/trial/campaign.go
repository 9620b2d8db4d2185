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

// Keeper saves the results of the runs of a [Campaign]. i is the index of a run in
// [Campaign.Runs]. Calls of the methods never overlap, but may come from different goroutines.
// Simulated runs overlap: between Start and End of one run, the methods may be called for other
// runs.
type Keeper interface {
	// Done reports whether the run's result is already saved. Such a run is skipped.
	Done(i int) bool
	// Start prepares a run. It adds the files to write, and its own callbacks, to
	// the run's options. If it returns an error, the run is not carried out.
	Start(i int, o *Options) error
	// End saves the result of a run. It is called once after each Start, even one that failed.
	// o is nil if there was no load; err is the error of Start or of [Run]. End returns its own
	// errors only, not err.
	End(i int, o *Outcome, err error) error
}

// Campaign carries out the runs of a plan. Consecutive simulated runs are started in order and
// share all processors. Every other run has the machine to itself. A Campaign must not be used
// by several goroutines at once.
type Campaign struct {
	Runs   []plan.Run // in the order in which they start; see [plan.Plan.Runs]
	Keeper Keeper     // must not be nil
	// Options returns the options of run i, before the keeper adds to them; nil means the zero
	// Options. Calls of Options and of the keeper's methods never overlap.
	Options func(i int) Options
}

// Course says how far a campaign went.
type Course struct {
	// Stopped is true if [Options.Stop] of one of its runs, or the context, stopped
	// the campaign before its end.
	Stopped bool
	// NotRun lists the indices of the runs that had no load because the campaign was
	// stopped or lacked consent, in ascending order.
	NotRun []int
}

// RunError is the error of one run of a campaign, or of the keeper for that run.
type RunError struct {
	Run int // the run's index, from 0; the message counts from 1
	Err error
}

func (e *RunError) Error() string { return fmt.Sprintf("run %d: %v", e.Run+1, e.Err) }

// Unwrap returns the error itself.
func (e *RunError) Unwrap() error { return e.Err }

// Run carries out all runs that are not done yet. A failed run does not end the campaign, but a
// run without consent does, because the others would lack consent too.
//
// The error joins one [*RunError] for each run that failed, in the order of the runs.
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

// progress is the state of a campaign under way.
type progress struct {
	*Campaign
	mu       sync.Mutex // guards all fields below, and is held while the keeper is called
	course   Course
	failures []error // one for each run; nil if it did not fail
	refused  bool    // a run lacked consent
}

// make carries out one run, unless it is done or the campaign has ended.
func (p *progress) make(ctx context.Context, i int) {
	o, begun, err := p.start(ctx, i)
	if !begun {
		return
	}
	var outcome *Outcome
	if err == nil { // a panic ends this run, but not the others
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

// start prepares run i. begun is false if the run is not to be carried out.
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
