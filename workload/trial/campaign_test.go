package trial_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"contend/counter"
	"contend/workload/plan"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// diary is a keeper that writes down each call of End.
type diary struct {
	done  map[int]bool
	start func(i int) error
	told  []string
}

func (d *diary) Done(i int) bool { return d.done[i] }

func (d *diary) Start(i int, o *trial.Options) error {
	if d.start == nil {
		return nil
	}
	return d.start(i)
}

func (d *diary) End(i int, o *trial.Outcome, err error) error {
	applied := int64(-1)
	if o != nil {
		applied = o.Result.Tally.Applied
	}
	d.told = append(d.told, fmt.Sprint(i, " ", applied, " ", err))
	return nil
}

// four returns four short runs.
func four() []plan.Run {
	var runs []plan.Run
	for range 4 {
		s := short(counter.AtomicAddName)
		s.Load.Operations = 40
		runs = append(runs, plan.Run{Scenario: s})
	}
	return runs
}

// TestACampaignMakesWhatIsNotDone checks that a campaign skips a run that is done, and
// goes on in order after a run that failed.
func TestACampaignMakesWhatIsNotDone(t *testing.T) {
	no := errors.New("no room")
	d := &diary{done: map[int]bool{1: true}, start: func(i int) error {
		if i == 2 {
			return no
		}
		return nil
	}}
	c := trial.Campaign{Runs: four(), Keeper: d}
	course, err := c.Run(t.Context())
	if want := []string{"0 40 <nil>", "2 -1 no room", "3 40 <nil>"}; !slices.Equal(d.told, want) {
		t.Errorf("got %q, want %q", d.told, want)
	}
	var of *trial.RunError
	if !errors.As(err, &of) || of.Run != 2 || !errors.Is(err, no) {
		t.Errorf("the error is %v", err)
	}
	if course.Stopped || course.NotRun != nil {
		t.Errorf("course %+v", course)
	}
}

// TestSimulatedRunsAreMadeTogether checks that each of several simulated runs has its own
// result, and that End is called for each.
func TestSimulatedRunsAreMadeTogether(t *testing.T) {
	runs := four()
	for i := range runs {
		runs[i].Scenario.Target = scenario.TargetSimulated
		runs[i].Scenario.Load.Operations = int64(20 * (i + 1))
	}
	runs[2].Scenario.Target = scenario.TargetEmbedded
	d := &diary{}
	course, err := (&trial.Campaign{Runs: runs, Keeper: d}).Run(t.Context())
	if err != nil || course.Stopped || course.NotRun != nil {
		t.Fatalf("%+v, %v", course, err)
	}
	if slices.Sort(d.told[:2]); !slices.Equal(d.told, []string{"0 20 <nil>", "1 40 <nil>", "2 60 <nil>", "3 80 <nil>"}) {
		t.Errorf("got %q", d.told)
	}
}

// TestACampaignIsStopped checks that the context of a campaign and the Stop channel of a
// run stop the campaign, and that Course lists the runs that were left out.
func TestACampaignIsStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := trial.Campaign{Runs: four(), Keeper: &diary{}, Options: func(i int) trial.Options {
		return trial.Options{OnOutcome: func(*trial.Outcome) error {
			if i == 1 {
				cancel()
			}
			return nil
		}}
	}}
	if course, err := c.Run(ctx); err != nil || !course.Stopped || !slices.Equal(course.NotRun, []int{2, 3}) {
		t.Errorf("by its context: %+v, %v", course, err)
	}
	stop := make(chan struct{})
	close(stop)
	d := &diary{}
	c.Keeper, c.Options = d, func(i int) trial.Options {
		if i < 2 {
			return trial.Options{}
		}
		return trial.Options{Stop: stop}
	}
	course, err := c.Run(t.Context())
	if !errors.Is(err, trial.ErrStopped) || !course.Stopped || !slices.Equal(course.NotRun, []int{2, 3}) || len(d.told) != 3 {
		t.Errorf("by a run: %+v, %v, %q", course, err, d.told)
	}
}

// TestACampaignWithoutConsentEnds checks that no run follows the first that lacks consent.
func TestACampaignWithoutConsentEnds(t *testing.T) {
	d, runs := &diary{}, four()
	for i := range runs {
		runs[i].Scenario.Target = "http://192.0.2.1:8000"
	}
	c := trial.Campaign{Runs: runs, Keeper: d}
	if course, err := c.Run(t.Context()); err == nil || course.Stopped || !slices.Equal(course.NotRun, []int{1, 2, 3}) || len(d.told) != 1 {
		t.Errorf("%+v, %v, %q", course, err, d.told)
	}
}

// TestAPanicEndsOneRun checks that the other runs of a campaign go on after a panic.
func TestAPanicEndsOneRun(t *testing.T) {
	d := &diary{}
	c := trial.Campaign{Runs: four(), Keeper: d, Options: func(i int) trial.Options {
		return trial.Options{OnStart: func(trial.Place) {
			if i == 0 {
				panic("planted")
			}
		}}
	}}
	if _, err := c.Run(t.Context()); err == nil || len(d.told) != 4 {
		t.Errorf("%v, %q", err, d.told)
	}
}
