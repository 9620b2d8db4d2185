package trial_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/fleet"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/trial"
)

// short is a scenario of some operations on the embedded server.
func short(strategy string) scenario.Scenario {
	s := scenario.Default()
	s.Name, s.Strategy = "short", strategy
	s.Load = scenario.Load{Workers: 4, Operations: 200}
	return s
}

// TestARunWithoutOptions: the run is judged by a history that it does not leave behind.
func TestARunWithoutOptions(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	t.Setenv("TMPDIR", t.TempDir())
	o, err := trial.Run(t.Context(), short(counter.AtomicAddName), trial.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if o.Verdict.Status != check.Pass || o.Result.Tally.Applied != 200 || o.Staleness == nil {
		t.Errorf("%s of %d operations", o.Verdict.Status, o.Result.Tally.Applied)
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	goleak.VerifyNone(t, ignore)
}

// TestTheOrderOfARun: the callbacks come in the documented order.
func TestTheOrderOfARun(t *testing.T) {
	folder := t.TempDir()
	var told []string
	tell := func(what string) { told = append(told, what) }
	o, err := trial.Run(t.Context(), short(counter.ConditionalName), trial.Options{
		Table:     "mine",
		History:   filepath.Join(folder, "history"),
		OnTarget:  func(at trial.Place) error { tell("target " + at.Kind); return nil },
		OnTable:   func(table trial.Table) error { tell(string(table.State) + " " + table.Place.Table); return nil },
		OnStart:   func(at trial.Place) { tell("start " + at.Table) },
		Watch:     func(*measure.Live) func() error { tell("load"); return func() error { tell("ended"); return nil } },
		OnOutcome: func(o *trial.Outcome) error { tell("outcome " + string(o.Verdict.Status)); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"target embedded", "asked mine", "made mine", "start mine", "load", "ended", "outcome pass"}; !slices.Equal(told, want) {
		t.Errorf("got  %q\nwant %q", told, want)
	}
	if e, err := check.ExamineFile(filepath.Join(folder, "history"), nil); err != nil || e.Findings.Ledgers[0].Acknowledged != o.Result.Ledgers[0].Acknowledged {
		t.Errorf("the history is not that of the run: %v", err)
	}
}

// TestAnErrorOfTheCallerEndsTheRun: the run ends before anything is created.
func TestAnErrorOfTheCallerEndsTheRun(t *testing.T) {
	mine := errors.New("no")
	for name, o := range map[string]trial.Options{
		"target": {OnTarget: func(trial.Place) error { return mine }},
		"table":  {OnTable: func(trial.Table) error { return mine }},
	} {
		outcome, err := trial.Run(t.Context(), short(counter.AtomicAddName), o)
		if outcome != nil || !errors.Is(err, mine) {
			t.Errorf("%s: %v, %v", name, outcome, err)
		}
	}
	outcome, err := trial.Run(t.Context(), short(counter.AtomicAddName), trial.Options{OnOutcome: func(*trial.Outcome) error { return mine }})
	if outcome == nil || !errors.Is(err, mine) {
		t.Errorf("outcome: %v, %v", outcome, err)
	}
}

// TestStopping: before the load there is nothing to judge; during it, what ran is.
func TestStopping(t *testing.T) {
	stop := make(chan struct{})
	close(stop)
	if o, err := trial.Run(t.Context(), short(counter.AtomicAddName), trial.Options{Stop: stop}); o != nil || !errors.Is(err, fleet.ErrStopped) {
		t.Errorf("before: %v, %v", o, err)
	}
	stop = make(chan struct{})
	s := short(counter.AtomicAddName)
	s.Load = scenario.Load{Workers: 2, Duration: time.Hour}
	o, err := trial.Run(t.Context(), s, trial.Options{Stop: stop, Watch: func(*measure.Live) func() error {
		close(stop)
		return func() error { return nil }
	}})
	if err != nil && !errors.Is(err, fleet.ErrStopped) || o != nil && !o.Result.Interrupted {
		t.Errorf("during: %v, %v", o, err)
	}
}

// TestNoLoadWithoutConsent: the refusal comes before any connection.
func TestNoLoadWithoutConsent(t *testing.T) {
	s := short(counter.AtomicAddName)
	s.Target = "http://192.0.2.1:8000"
	var elsewhere bool
	o, err := trial.Run(t.Context(), s, trial.Options{OnTarget: func(at trial.Place) error { elsewhere = at.Elsewhere; return nil }})
	if refused := new(store.NoConsentError); o != nil || !errors.As(err, &refused) || refused.Target != s.Target || !elsewhere {
		t.Errorf("%v, %v, elsewhere %t", o, err, elsewhere)
	}
}

// TestAStoreThatIsNotThere: the error names the store and the reason.
func TestAStoreThatIsNotThere(t *testing.T) {
	s := short(counter.AtomicAddName)
	s.Target = "http://127.0.0.1:1"
	o, err := trial.Run(t.Context(), s, trial.Options{})
	if o != nil || !errors.Is(err, trial.ErrUnreachable) {
		t.Errorf("%v, %v", o, err)
	}
}

// lossy is a counter that forgets every second change.
type lossy struct {
	counter.Strategy
	calls int
}

func (l *lossy) Add(ctx context.Context, key counter.Key, c counter.Change) (counter.Receipt, error) {
	l.calls++
	if l.calls%2 == 0 {
		return counter.Receipt{Classification: counter.Classification{Outcome: counter.Applied}}, nil
	}
	return l.Strategy.Add(ctx, key, c)
}

// TestAStrategyOfTheCaller: a strategy of the caller is judged like any other.
func TestAStrategyOfTheCaller(t *testing.T) {
	s := short(counter.AtomicAddName)
	s.Load.Workers = 1
	o, err := trial.Run(t.Context(), s, trial.Options{Strategy: func(client counter.DynamoDB) (counter.Strategy, error) {
		return &lossy{Strategy: counter.NewAtomicAdd(client)}, nil
	}})
	if err != nil || o.Verdict.Status != check.Fail {
		t.Errorf("%v, %v", o, err)
	}
}
