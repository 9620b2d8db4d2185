package trial

import (
	"context"
	"errors"
	"fmt"

	"contend/internal/crash"
	"contend/workload/plan"
	"contend/workload/store"
)

// Keeper saves the results of the runs of a [Campaign]. i is a run's index in
// [Campaign.Runs]. All methods are called by the goroutine that called
// [Campaign.Run], one after another.
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

// Campaign carries out the runs of a plan one after another.
type Campaign struct {
	Runs   []plan.Run // in their order, as by [plan.Plan.Runs]
	Keeper Keeper
	// Options returns the options of run i, to which the keeper then adds; nil means
	// the zero value for every run.
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
// The error joins a [*RunError] for each run that failed.
func (c *Campaign) Run(ctx context.Context) (Course, error) {
	var course Course
	var failures []error
	refused := false
	for i := range c.Runs {
		if c.Keeper.Done(i) {
			continue
		}
		course.Stopped = course.Stopped || ctx.Err() != nil
		if course.Stopped || refused {
			course.NotRun = append(course.NotRun, i)
			continue
		}
		o, err := c.one(ctx, i)
		if errors.Is(err, ErrStopped) {
			course.NotRun = append(course.NotRun, i)
		}
		if err != nil {
			failures = append(failures, &RunError{i, err})
		}
		course.Stopped = errors.Is(err, ErrStopped) || o != nil && o.Result.Interrupted
		refused = errors.As(err, new(*store.NoConsentError))
	}
	return course, errors.Join(failures...)
}

// one makes one run. A panic is its end, and not that of the others.
func (c *Campaign) one(ctx context.Context, i int) (outcome *Outcome, err error) {
	var o Options
	if c.Options != nil {
		o = c.Options(i)
	}
	if err = c.Keeper.Start(i, &o); err == nil {
		err = crash.Catch(func() (err error) { outcome, err = Run(ctx, c.Runs[i].Scenario, o); return err })
	}
	return outcome, errors.Join(err, c.Keeper.End(i, outcome, err))
}
