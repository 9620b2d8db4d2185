package reporttest

import (
	"time"

	"contend/report"
	"contend/workload/check"
	"contend/workload/measure"
	"contend/workload/pace"
	"contend/workload/scenario"
)

// OpenLoopRun is a run whose workers could not keep up with the rate, on a machine that
// was too small.
func OpenLoopRun() *report.Report {
	f := NewFixture(1)
	f.Load(2000)
	f.Result.Scenario.Load = scenario.Load{Workers: 64, Rate: 500, Duration: 10 * time.Second, Arrivals: pace.Poisson, Overload: scenario.OverloadQueue}
	f.Result.Tally.Due, f.Result.Tally.Dropped = 4987, 2987
	f.Result.OpenLoop = &measure.OpenLoop{Lasted: 10 * time.Second, BegunIn: 10 * time.Second, Queued: 1930, MaxWaiting: 2987}
	f.Result.Client = measure.ClientUse{CPU: 19500 * time.Millisecond, CPUIn: 10 * time.Second, CPUKnown: true, CPUs: 2, ClockStep: 250 * time.Millisecond}
	for i := range 2000 {
		f.Result.OpenLoop.Lateness.Record(time.Duration(i) * 2 * time.Millisecond)
		f.Result.OpenLoop.Delay.Record(time.Duration(i) * 10 * time.Microsecond)
		f.Result.Client.Delay.Record(time.Duration(i) * 6 * time.Microsecond)
	}
	return f.Report(ExactlyOnce(check.Pass, `"counter-0" changed by +2000, which is what its clients were told`))
}

// staged divides a run into stages.
func staged(f *fixture, stages ...measure.StageTally) *report.Report {
	f.Load(1200)
	f.Result.Scenario.Load = scenario.Load{Workers: 16, Duration: 10 * time.Second}
	for i := range stages {
		s := &stages[i]
		f.Result.Scenario.Load.Stages = append(f.Result.Scenario.Load.Stages, s.Stage)
		s.Dropped, s.UpdateAttempts, s.Conflicts = s.Due-s.Started, 2*s.Started, s.Started/int64(i+2)
		for n := range s.Applied {
			s.Response.Record(time.Duration(n*int64(i+1)) * 100 * time.Microsecond)
		}
	}
	f.Result.Stages = stages
	return f.Report(ExactlyOnce(check.Pass, `"counter-0" changed by +1200, which is what its clients were told`))
}

func stagedRates() *report.Report {
	const s = time.Second
	f := NewFixture(1)
	f.Result.OpenLoop = &measure.OpenLoop{Lasted: 10 * s, BegunIn: 10 * s}
	f.Result.Tally.Due, f.Result.Tally.Dropped = 40, 40
	r := staged(f,
		measure.StageTally{Stage: scenario.Stage{Duration: 5 * s, Rate: 100}, To: 5 * s, Due: 500, Started: 500, Applied: 499},
		measure.StageTally{Stage: scenario.Stage{Duration: 4 * s, Rate: 200, Ramp: true}, From: 5 * s, To: 9 * s, Due: 600, Started: 580, Applied: 580},
		measure.StageTally{Stage: scenario.Stage{Duration: s, Rate: 1.5}, From: 9 * s, To: 10 * s, Due: 20})
	r.OpenLoop.Arrivals, r.OpenLoop.Overload = "uniform", "drop"
	return r
}

func stagedWorkers() *report.Report {
	const s = time.Second
	return staged(NewFixture(1),
		measure.StageTally{Stage: scenario.Stage{Duration: 5 * s, Workers: 1}, To: 5 * s, Due: 200, Started: 200, Applied: 200},
		measure.StageTally{Stage: scenario.Stage{Duration: 5 * s, Workers: 16, Ramp: true}, From: 5 * s, To: 10 * s, Due: 1000, Started: 1000, Applied: 1000})
}
