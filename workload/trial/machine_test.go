package trial_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"golang.org/x/sync/errgroup"

	"contend/counter"
	"contend/counter/layout"
	"contend/internal/embedded"
	"contend/internal/localtest"
	"contend/workload/check"
	"contend/workload/fault"
	"contend/workload/measure"
	"contend/workload/rendezvous"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// remote is a server that all machines reach.
func remote(t *testing.T) (url string) {
	t.Helper()
	listener, err := embedded.New(embedded.Config{}).Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close(context.WithoutCancel(t.Context())) })
	return listener.Endpoint
}

func tablesOf(t *testing.T, url string) []string {
	t.Helper()
	out, err := localtest.Client(url).ListTables(t.Context(), &dynamodb.ListTablesInput{})
	if err != nil {
		t.Fatal(err)
	}
	return out.TableNames
}

// stopAfter closes stop when the load that is watched has carried out so many operations.
func stopAfter(operations int64, stop chan<- struct{}) func(*measure.Live) func() error {
	return func(live *measure.Live) func() error {
		over := make(chan struct{})
		var watching sync.WaitGroup
		watching.Go(func() {
			defer close(stop)
			look := time.NewTicker(5 * time.Millisecond)
			defer look.Stop()
			for live.Snapshot().Operations < operations {
				select {
				case <-look.C:
				case <-over:
					return
				}
			}
		})
		return func() error { close(over); watching.Wait(); return nil }
	}
}

// together runs a scenario on several machines, of which change may change one's scenario
// and options. Machine 1 has the last context, if there is one.
func together(t *testing.T, s scenario.Scenario, machines int, change func(machine int, s *scenario.Scenario, o *trial.Options), second ...context.Context) (outcomes []*trial.Outcome, errs []error) {
	t.Helper()
	outcomes, errs = make([]*trial.Outcome, machines), make([]error, machines)
	var all errgroup.Group
	for i := range machines {
		s, o := s, trial.Options{Tool: "contend test", History: filepath.Join(t.TempDir(), fmt.Sprint(i))}
		o.Machine.Run, o.Machine.Machine, o.Machine.Machines, o.Machine.JoinTimeout = "r", i, machines, 10*time.Second
		if change != nil {
			change(i, &s, &o)
		}
		ctx := t.Context()
		if i == 1 && len(second) > 0 {
			ctx = second[0]
		}
		all.Go(func() error { outcomes[i], errs[i] = trial.Run(ctx, s, o); return nil })
	}
	_ = all.Wait()
	return outcomes, errs
}

// TestThreeMachinesMakeOneRun: they carry out all operations of the scenario between them,
// begin together, and the table ends with them.
func TestThreeMachinesMakeOneRun(t *testing.T) {
	s := short(counter.ConditionalName)
	s.Target, s.Load.Workers = remote(t), 7
	outcomes, errs := together(t, s, 3, func(_ int, _ *scenario.Scenario, o *trial.Options) { o.Machine.Run = "Run-A" })
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	var applied, final int64
	for i, o := range outcomes {
		applied += o.Result.Tally.Applied
		final = max(final, o.Result.Ledgers[0].Final)
		if workers := []int{3, 2, 2}; len(o.Result.Workers) != workers[i] {
			t.Errorf("machine %d has %d workers", i, len(o.Result.Workers))
		}
		if o.Verdict.Status == check.Pass || o.Verdict.Status == check.Fail {
			t.Errorf("machine %d alone: %s", i, o.Verdict.Status)
		}
		if o.Part == nil || o.Part.Control.Requests < 5 || o.Part.Control.WriteUnits < 5 || len(o.Part.Clock) == 0 || len(o.Part.Ends) != 3 {
			t.Errorf("machine %d: part %+v", i, o.Part)
		}
		if want := "contend-Run-A"; o.Place.Table != want { // run-a is another run
			t.Errorf("machine %d used table %q, want %q", i, o.Place.Table, want)
		}
		if began := o.Result.StartedAt.Sub(outcomes[0].Result.StartedAt); began.Abs() > time.Second {
			t.Errorf("machine %d began %s after machine 0", i, began)
		}
	}
	if applied != 200 || final != 200 {
		t.Errorf("%d operations were applied, the counter is %d", applied, final)
	}
	if tables := tablesOf(t, s.Target); len(tables) > 0 {
		t.Errorf("left tables %q", tables)
	}
}

// TestAMachineThatIsStoppedStopsAll: the others end early too, and say why.
func TestAMachineThatIsStoppedStopsAll(t *testing.T) {
	s := short(counter.AtomicAddName)
	s.Target, s.Load.Operations, s.Load.Think = remote(t), 100_000_000, 50*time.Millisecond
	stop := make(chan struct{})
	outcomes, errs := together(t, s, 2, func(machine int, _ *scenario.Scenario, o *trial.Options) {
		if machine == 1 {
			o.Stop, o.Watch = stop, stopAfter(10, stop)
		}
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for i, o := range outcomes {
		if !o.Result.Interrupted || o.Result.Tally.Started == 0 || o.Part.Abort == nil || o.Part.Abort.Machine != 1 {
			t.Errorf("machine %d: interrupted %t, %d operations, %+v", i, o.Result.Interrupted, o.Result.Tally.Started, o.Part.Abort)
		}
		said := slices.ContainsFunc(o.Result.Warnings, func(w string) bool { return strings.Contains(w, "machine 1 ended the run: it was interrupted") })
		if said != (i == 0) {
			t.Errorf("machine %d: warnings %q", i, o.Result.Warnings)
		}
	}
}

// TestAMachineThatIsCutOff ends at once and without an error of its own: it is interrupted.
// The others neither wait for its goodbye, nor forget what it should have done.
func TestAMachineThatIsCutOff(t *testing.T) {
	s := short(counter.AtomicAddName)
	s.Target, s.Load.Operations, s.Load.Think = remote(t), 100_000_000, 50*time.Millisecond
	cut, cancel := context.WithCancel(t.Context())
	defer cancel()
	stop := make(chan struct{})
	outcomes, errs := together(t, s, 2, func(machine int, _ *scenario.Scenario, o *trial.Options) {
		o.Stop = stop
		if machine == 1 {
			o.Watch = stopAfter(10, stop)
			var cutting sync.WaitGroup
			cutting.Go(func() { <-stop; cancel() })
			t.Cleanup(cutting.Wait)
		}
	}, cut)
	for i, o := range outcomes {
		if errs[i] != nil || o == nil || !o.Result.Interrupted || o.Verdict.Status == check.Pass {
			t.Errorf("machine %d: %+v, error %v", i, o, errs[i])
		}
	}
}

// TestMachinesThatDoNotFit are told what is wrong, and no load begins.
func TestMachinesThatDoNotFit(t *testing.T) {
	for name, c := range map[string]struct {
		change func(machine int, s *scenario.Scenario, o *trial.Options)
		want   func(error) bool
	}{
		"other scenario": {
			func(machine int, s *scenario.Scenario, _ *trial.Options) { s.Seed += uint64(machine) },
			func(err error) bool {
				return errors.As(err, new(*rendezvous.DisagreementError)) || errors.As(err, new(*rendezvous.AbortedError))
			},
		},
		"one missing": {
			func(machine int, _ *scenario.Scenario, o *trial.Options) {
				o.Machine.Machines, o.Machine.JoinTimeout = 3, time.Second
			},
			func(err error) bool {
				return errors.As(err, new(*rendezvous.MissingError)) || errors.As(err, new(*rendezvous.AbortedError))
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := short(counter.AtomicAddName)
			s.Target = remote(t)
			outcomes, errs := together(t, s, 2, c.change)
			for i, err := range errs {
				if outcomes[i] != nil || !c.want(err) {
					t.Errorf("machine %d: outcome %v, error %v", i, outcomes[i], err)
				}
			}
			if tables := tablesOf(t, s.Target); len(tables) > 0 {
				t.Errorf("left tables %q", tables)
			}
		})
	}
}

// TestScenariosForSeveralMachines: all reasons against one are told.
func TestScenariosForSeveralMachines(t *testing.T) {
	var m trial.Machine
	m.Run, m.Machines = "r", 5
	s := short(scenario.ExecName)
	err := trial.CheckMachine(&s, m)
	for _, part := range []string{"target: embedded", "strategy: exec", "load.workers: 4 workers cannot be divided over 5 machines"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("no %q in: %v", part, err)
		}
	}
	if err := trial.CheckMachine(&s, trial.Machine{}); err != nil {
		t.Error(err)
	}
	if outcome, err := trial.Run(t.Context(), s, trial.Options{Machine: m}); err == nil || outcome != nil {
		t.Errorf("outcome %v, error %v", outcome, err)
	}
}

// TestFaultsAreShared: a fault that is to happen so many times happens so many times on all
// machines together.
func TestFaultsAreShared(t *testing.T) {
	s := short(counter.AtomicAddName)
	s.Target, s.Faults = remote(t), []fault.Rule{{Kind: fault.Throttle, Count: 5}, {Kind: fault.Duplicate, Count: 1}}
	outcomes, errs := together(t, s, 2, nil)
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	hits := map[string]int64{}
	for _, o := range outcomes {
		for _, f := range o.Result.Faults {
			hits[f.Kind] += f.Requests
		}
	}
	if hits["throttle"] != 5 || hits["duplicate"] != 1 {
		t.Errorf("faults: %v", hits)
	}
}

// TestMachinesOnATableThatWasThere: machine 0 puts its items back when all are done with
// them, and nothing of their meeting stays.
func TestMachinesOnATableThatWasThere(t *testing.T) {
	s, strategy, key := theirs(t)
	outcomes, errs := together(t, s, 2, nil)
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if o := outcomes[0]; o.Items == nil || o.Items.Restored != 1 || outcomes[1].Items != nil || o.Result.Ledgers[0].Final != 25 {
		t.Errorf("items %+v and %+v, final %d", o.Items, outcomes[1].Items, o.Result.Ledgers[0].Final)
	}
	if got := holds(t, strategy, key); got != 5 {
		t.Errorf("the counter has %d, want 5", got)
	}
	for _, name := range []string{"run", "machine-0", "machine-1"} {
		out, err := localtest.Client(s.Target).GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: &s.Table, Key: layout.Default.Of("contend#r#" + name), ConsistentRead: aws.Bool(true),
		})
		if err != nil || out.Item != nil {
			t.Errorf("left %s: %v, %v", name, out, err)
		}
	}
}
