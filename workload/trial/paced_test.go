package trial_test

import (
	"context"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/pace"
	"contend/workload/retry"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// queueing is a simulated load of clients that queue.
func queueing(change func(*scenario.Scenario)) scenario.Scenario {
	s := scenario.Default()
	s.Name, s.Target = "queueing", scenario.TargetSimulated
	s.Retry.Kind, s.Retry.Enlist, s.Retry.Chain = retry.Ticket, true, 4
	s.Embedded.Latency = scenario.ModelledLatency{Mean: 20 * time.Millisecond, SD: 4 * time.Millisecond}
	s.Load = scenario.Load{Workers: 16, Duration: 10 * time.Second}
	change(&s)
	return s
}

func mustTrial(t *testing.T, s scenario.Scenario) *trial.Outcome {
	t.Helper()
	o, err := trial.Run(t.Context(), s, trial.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if o.Verdict.Status == check.Fail {
		t.Fatalf("%+v", o.Verdict.Checks)
	}
	return o
}

// TestQueuesBesideEverythingElse: whatever the load is, a policy that queues ends all
// operations, and the sums of the run agree.
func TestQueuesBesideEverythingElse(t *testing.T) {
	for name, change := range map[string]func(*scenario.Scenario){
		"reads and decrements": func(s *scenario.Scenario) { s.Operations = scenario.Mix{3, 2, 1} },
		"several counters": func(s *scenario.Scenario) {
			s.Counters.Count, s.Counters.Pick = 5, scenario.Pick{Kind: scenario.PickZipf, Zipf: 1.1}
		},
		"pauses":                 func(s *scenario.Scenario) { s.Load.Think = 50 * time.Millisecond },
		"a number of operations": func(s *scenario.Scenario) { s.Load.Duration, s.Load.Operations = 0, 333 },
		"an open loop": func(s *scenario.Scenario) {
			s.Load.Rate, s.Load.Arrivals, s.Load.Overload = 45, pace.Poisson, scenario.OverloadQueue
		},
		"an open loop that drops": func(s *scenario.Scenario) {
			s.Load.Rate, s.Load.Arrivals, s.Load.Overload = 45, pace.Poisson, scenario.OverloadDrop
		},
		"a floor": func(s *scenario.Scenario) {
			s.Operations, s.Counters.Floor, s.Counters.Initial = scenario.Mix{1, 1, 0}, scenario.Floor{Set: true}, 2
		},
		"a deadline":             func(s *scenario.Scenario) { s.Retry.Deadline = 200 * time.Millisecond },
		"one attempt":            func(s *scenario.Scenario) { s.Retry.MaxAttempts = 1 },
		"a design that is exact": func(s *scenario.Scenario) { s.Strategy = counter.ConditionalHistoryName },
		"one worker":             func(s *scenario.Scenario) { s.Load.Workers = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			o := mustTrial(t, queueing(change))
			if err := o.Result.Verify(); err != nil {
				t.Error(err)
			}
			if tally := o.Result.Tally; tally.Applied < 100 || tally.Due != tally.Started+tally.Dropped {
				t.Errorf("%d applied, %d due, %d started, %d dropped", tally.Applied, tally.Due, tally.Started, tally.Dropped)
			}
		})
	}
}

// TestGivingUpAtOnceTakesUntilTheDeadline: a policy that would wait for longer than the
// deadline does not make a worker begin one operation after another without end.
func TestGivingUpAtOnceTakesUntilTheDeadline(t *testing.T) {
	for _, kind := range []retry.Kind{retry.VersionPaced, retry.Window, retry.SharedWindow, retry.Ticket} {
		o := mustTrial(t, queueing(func(s *scenario.Scenario) {
			s.Retry.Kind, s.Retry.Enlist, s.Retry.Chain, s.Retry.Deadline = kind, false, 0, 50*time.Millisecond
		}))
		if tally, most := o.Result.Tally, int64(16*10*time.Second/(10*time.Millisecond)); tally.Started > most {
			t.Errorf("%s: %d operations began, want at most %d", kind, tally.Started, most)
		}
	}
}

// TestGivingUpInAQueueReadsLittle: clients whose deadline is shorter than the queue do not
// look for their turn with each operation that they give up.
func TestGivingUpInAQueueReadsLittle(t *testing.T) {
	o := mustTrial(t, queueing(func(s *scenario.Scenario) {
		s.Retry.Enlist, s.Retry.Chain, s.Retry.Deadline, s.Load.Workers = false, 0, 300*time.Millisecond, 50
	}))
	if tally := o.Result.Tally; tally.Applied < 250 || tally.Reads > 8*tally.Applied {
		t.Errorf("%d reads for %d applied operations, want at most 8 for each", tally.Reads, tally.Applied)
	}
}

// released counts the turns that were given up.
type released struct {
	counter.Queuer
	applied *int
}

func (r released) Release(ctx context.Context, key counter.Key, ticket int64) (counter.Receipt, error) {
	receipt, err := r.Queuer.Release(ctx, key, ticket)
	if receipt.Outcome == counter.Applied {
		*r.applied++
	}
	return receipt, err
}

// TestWhoLeavesGivesUpItsTurn: clients whose stage ends while they are in the middle of a
// turn give it up, so that nobody has to wait until it may be taken over.
func TestWhoLeavesGivesUpItsTurn(t *testing.T) {
	var applied int
	s := queueing(func(s *scenario.Scenario) {
		s.Load = scenario.Load{Workers: 16}
		for range 50 {
			s.Load.Stages = append(s.Load.Stages,
				scenario.Stage{Workers: 16, Duration: 50 * time.Millisecond}, scenario.Stage{Workers: 1, Duration: 350 * time.Millisecond})
			s.Load.Duration += 400 * time.Millisecond
		}
	})
	_, err := trial.Run(t.Context(), s, trial.Options{Strategy: func(client counter.DynamoDB) (counter.Strategy, error) {
		inner, err := counter.NewStrategy(s.Strategy, client, s.CounterParameters())
		if err != nil {
			return nil, err
		}
		return released{inner.(counter.Queuer), &applied}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if applied < 5 {
		t.Errorf("%d turns were given up, want one at the end of some of the 50 stages", applied)
	}
}
