package trial_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"contend/counter"
	"contend/internal/embedded"
	"contend/internal/localtest"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// theirs is a scenario on a table of another program with a counter at 5.
func theirs(t *testing.T) (s scenario.Scenario, strategy counter.Strategy, key counter.Key) {
	t.Helper()
	listener, err := embedded.New(embedded.Config{}).Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close(context.WithoutCancel(t.Context())) })
	client := localtest.Client(listener.Endpoint)
	if _, err := counter.CreateTable(t.Context(), client, "theirs", counter.Traits{}); err != nil {
		t.Fatal(err)
	}
	strategy, key = counter.NewAtomicAdd(client), counter.Key{Table: "theirs", Name: "counter-0"}
	if err := strategy.Create(t.Context(), key, 5); err != nil {
		t.Fatal(err)
	}
	s = scenario.Default()
	s.Name, s.Target, s.Table, s.Strategy = "theirs", listener.Endpoint, "theirs", counter.AtomicAddName
	s.Load = scenario.Load{Workers: 2, Operations: 20}
	return s, strategy, key
}

func holds(t *testing.T, strategy counter.Strategy, key counter.Key) int64 {
	t.Helper()
	state, _, err := strategy.Read(t.Context(), key, true)
	if err != nil {
		t.Fatal(err)
	}
	return state.Value
}

// TestItemsOfATableThatWasThere: they are reported before the load, and put back.
func TestItemsOfATableThatWasThere(t *testing.T) {
	s, strategy, key := theirs(t)
	var reported [][]counter.Original
	o, err := trial.Run(t.Context(), s, trial.Options{OnTable: func(t trial.Table) error {
		reported = append(reported, t.Items)
		return nil
	}})
	if err != nil || o.Items == nil || o.Items.Restored != 1 || o.Result.Ledgers[0].Final != 25 {
		t.Fatalf("got %+v, %v", o, err)
	}
	if got := holds(t, strategy, key); got != 5 {
		t.Errorf("the counter has %d, want 5", got)
	}
	if len(reported) < 3 || len(reported[1]) != 1 || reported[len(reported)-1] != nil {
		t.Errorf("reported %v", reported)
	}
}

// TestItemsThatAnotherProgramUses: what was changed after the run stays, and the record of
// what it was too.
func TestItemsThatAnotherProgramUses(t *testing.T) {
	s, strategy, key := theirs(t)
	var last []counter.Original
	var warned string
	o, err := trial.Run(t.Context(), s, trial.Options{
		OnTable:   func(t trial.Table) error { last = t.Items; return nil },
		OnWarning: func(sentence string) { warned = sentence },
		Watch: func(*measure.Live) func() error {
			return func() error {
				_, err := strategy.Add(t.Context(), key, counter.Change{Delta: 100})
				return err
			}
		},
	})
	var left *trial.ItemsLeftError
	if !errors.As(err, &left) || left.Items != 1 || o.Items.Left != 1 || len(last) != 1 {
		t.Fatalf("got %+v, %v, and %v are left", o, err, last)
	}
	if got := holds(t, strategy, key); got != 125 || !strings.Contains(warned, `is NOT what it was: "counter-0" was changed after the run`) {
		t.Errorf("the counter has %d, want 125; warned %q", got, warned)
	}
}

// TestItemsThatAreKept: they stay if the scenario says so.
func TestItemsThatAreKept(t *testing.T) {
	s, strategy, key := theirs(t)
	s.Counters.Keep = true
	o, err := trial.Run(t.Context(), s, trial.Options{})
	if err != nil || !o.Items.Kept {
		t.Fatalf("got %+v, %v", o, err)
	}
	if got := holds(t, strategy, key); got != 25 {
		t.Errorf("the counter has %d, want 25", got)
	}
}
