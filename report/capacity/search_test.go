package capacity_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"contend/internal/longtest"
	"contend/report"
	"contend/report/capacity"
	"contend/workload/check"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// quick is a slow key.
func quick(t *testing.T, sets ...string) scenario.Scenario {
	t.Helper()
	return shipped(t, "hot-key", append([]string{"strategy=atomic-add", "embedded.write_capacity=100"}, sets...)...)
}

// short is the length of trials that are about the course of a search, not its result.
const short = 10 * time.Second

// search makes a search with short trials.
func search(t *testing.T, s scenario.Scenario, o capacity.Options) *capacity.Capacity {
	t.Helper()
	o.Trial = short
	c, err := capacity.Search(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var plain struct {
	sync.Once
	found *capacity.Capacity
}

// plainSearch is a search on a slow key without further options. It is made only once.
func plainSearch(t *testing.T) *capacity.Capacity {
	t.Helper()
	plain.Do(func() { plain.found = search(t, quick(t), capacity.Options{}) })
	if plain.found == nil {
		t.Fatal("the search failed in another test")
	}
	return plain.found
}

// TestAnswers: each kind of end is a clear answer, and a number only where one is known.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		what          string
		s             scenario.Scenario
		o             capacity.Options
		kept, missed  bool
		limit, answer string
	}{
		{"a limit", quick(t), capacity.Options{Saved: plainSearch(t).Trials}, true, true, capacity.BacklogGoal, "sustains"},
		{"a goal that no load meets", quick(t, "thresholds=[p99 < 1ms]"), capacity.Options{}, false, true, "p99 < 1ms", "no load meets \"p99 < 1ms\""},
		{"goals that every load meets", quick(t, "embedded.write_capacity=0", "load.workers=2", "thresholds=[p99 < 600s]"), capacity.Options{}, true, false, "",
			"every load that the client could make meets the goals"},
		{"shards", quick(t, "strategy=sharded", "load.rate=250/s"), capacity.Options{Find: capacity.Shards}, true, true, capacity.ServedGoal, "3 shards sustain 250/s, but 2 miss"},
		{"shards of a table that sustains less", quick(t, "strategy=sharded", "load.rate=250/s", "embedded.write_capacity=0", "embedded.read_capacity=0", "embedded.throughput={mode: provisioned, write: 100, read: 100}"),
			capacity.Options{Find: capacity.Shards}, false, true, capacity.ServedGoal, "no number of shards meets"},
		{"workers", quick(t, "strategy=conditional", "embedded.write_capacity=1000", "thresholds=[conflict_rate < 50%]"), capacity.Options{Find: capacity.Workers}, true, true, "conflict_rate < 50%", "sustains"},
	} {
		t.Run(c.what, func(t *testing.T) {
			found := search(t, c.s, c.o)
			if (found.KeptLoad() != nil) != c.kept || (found.MissedLoad() != nil) != c.missed || found.Limit != c.limit || !strings.Contains(found.Answer, c.answer) {
				t.Errorf("kept %v, missed %v, limit %q: %s", found.KeptLoad(), found.MissedLoad(), found.Limit, found.Answer)
			}
			if !found.Complete {
				t.Errorf("not complete: %s", found.Stopped)
			}
		})
	}
}

// TestBeyondTheLaw: beyond 1/G the law has no bound for the writes, where no limit of the key
// gives one. That is no number in JSON.
func TestBeyondTheLaw(t *testing.T) {
	s := quick(t, "strategy=conditional", "retry.policy=immediate", "embedded.write_capacity=0", "load.workers=8")
	found := search(t, s, capacity.Options{Width: 0.3})
	if found.Lower == nil || found.Upper == nil {
		t.Error(found.Answer)
	}
	if err := found.Encode(io.Discard); err != nil {
		t.Error(err)
	}
}

// TestWrongQuestions are refused before the first trial, or at the first that shows it.
func TestWrongQuestions(t *testing.T) {
	for _, c := range []struct {
		s       scenario.Scenario
		find    capacity.Find
		problem string
	}{
		{quick(t), capacity.Workers, "no goal that a number of workers could miss"},
		{quick(t, "load.rate=10/s", "thresholds=[p99 < 1s]"), capacity.Workers, "the load has a rate"},
		{quick(t), capacity.Shards, "which has no shards"},
		{quick(t, "strategy=sharded"), capacity.Shards, "the rate that the shards must sustain is missing"},
		{quick(t, "thresholds=[throughput > 10/s]"), capacity.Rate, "a low load misses it"},
		{quick(t, "thresholds=[p99 == 10ms]"), capacity.Rate, "a limit on one side"},
		{quick(t, "thresholds=[read.p99 < 10ms]"), capacity.Rate, "no sample"},
	} {
		_, err := capacity.Search(t.Context(), c.s, capacity.Options{Find: c.find, Trial: short})
		var wrong *capacity.UsageError
		if !errors.As(err, &wrong) || !strings.Contains(wrong.Problem, c.problem) || wrong.Hint == "" {
			t.Errorf("%s: got %v, want %q", c.find, err, c.problem)
		}
	}
}

// TestResume: a search that was stopped after any trial ends as if it had not been, from
// what capacity.json kept of it.
func TestResume(t *testing.T) {
	whole := search(t, quick(t), capacity.Options{Require: 50})
	for stopAfter := 1; stopAfter < len(whole.Trials); stopAfter += longtest.Count(6, 3) {
		stop := make(chan struct{})
		var saved bytes.Buffer
		part := search(t, quick(t), capacity.Options{Require: 50, Stop: stop, OnTrial: func(one *capacity.Trial, _ *scenario.Scenario, _ *report.Report, c *capacity.Capacity) error {
			if one.Number == stopAfter {
				close(stop)
			}
			saved.Reset()
			return c.Encode(&saved)
		}})
		if part.Complete && stopAfter < 6 || part.Stopped == "" || len(part.Trials) != stopAfter {
			t.Fatalf("stopped after %d: %d trials, complete: %t, stopped: %q", stopAfter, len(part.Trials), part.Complete, part.Stopped)
		}
		before, err := capacity.Decode(&saved)
		if err != nil {
			t.Fatal(err)
		}
		if again := search(t, quick(t), capacity.Options{Require: 50, Saved: before.Trials}); !reflect.DeepEqual(again, whole) {
			t.Errorf("stopped after %d: the resumed search has %d trials and says %q; it was %d and %q", stopAfter, len(again.Trials), again.Answer, len(whole.Trials), whole.Answer)
		}
	}
	other := quick(t)
	other.Seed++
	if _, err := capacity.Search(t.Context(), other, capacity.Options{Trial: short, Saved: whole.Trials}); err == nil || !strings.Contains(err.Error(), "cannot be resumed") {
		t.Errorf("the trials of another seed: %v", err)
	}
}

// TestRequire: inside the lower bound, above the upper one, and between.
func TestRequire(t *testing.T) {
	found := plainSearch(t)
	for _, c := range []struct {
		load float64
		want capacity.RequirementStatus
	}{{50, capacity.Sustained}, {150, capacity.NotSustained}, {(*found.Lower + *found.Upper) / 2, capacity.Unclear}} {
		if got := search(t, quick(t), capacity.Options{Require: c.load, Saved: found.Trials}).Require.Status; got != c.want {
			t.Errorf("%v/s: %s, want %s", c.load, got, c.want)
		}
	}
	shards := quick(t, "strategy=sharded", "load.rate=250/s")
	found = search(t, shards, capacity.Options{Find: capacity.Shards})
	for load, want := range map[float64]capacity.RequirementStatus{2: capacity.NotSustained, 3: capacity.Sustained, 8: capacity.Sustained} {
		if got := search(t, shards, capacity.Options{Find: capacity.Shards, Require: load, Saved: found.Trials}).Require.Status; got != want {
			t.Errorf("%v shards: %s, want %s", load, got, want)
		}
	}
}

// TestMaxUSD: the search ends before it costs more.
func TestMaxUSD(t *testing.T) {
	whole := plainSearch(t)
	limited := search(t, quick(t), capacity.Options{MaxUSD: whole.USD / 2})
	if limited.Complete || limited.USD > whole.USD/2 || len(limited.Trials) == 0 || !strings.Contains(limited.Stopped, "the next one may cost") {
		t.Errorf("cost %v of %v, %d trials: %q", limited.USD, whole.USD, len(limited.Trials), limited.Stopped)
	}
}

// TestAWrongCountIsSaid: a store that loses updates is found, whatever load it sustains.
func TestAWrongCountIsSaid(t *testing.T) {
	found := search(t, quick(t, "embedded.misbehave=[{kind: lose-update, one_in: 1000}]"), capacity.Options{})
	if found.Verdict != check.Fail || len(found.Wrong) == 0 {
		t.Errorf("verdict %s, wrong trials %v", found.Verdict, found.Wrong)
	}
	if clean := plainSearch(t); clean.Verdict != check.Pass || len(clean.Wrong) != 0 {
		t.Errorf("a clean store: verdict %s, wrong trials %v", clean.Verdict, clean.Wrong)
	}
}

// TestTheBurstIsUsedUp: a provisioned table sustains what was bought, and not what it saved.
func TestTheBurstIsUsedUp(t *testing.T) {
	s := quick(t, "embedded.write_capacity=0", "embedded.read_capacity=0", "embedded.throughput={mode: provisioned, write: 100, read: 100}")
	found := search(t, s, capacity.Options{})
	if found.Lower == nil || found.Upper == nil || *found.Lower > 100 || *found.Upper < 100 {
		t.Errorf("%s; want the 100 units that were bought", found.Answer)
	}
	if !strings.Contains(strings.Join(found.Assumptions, " "), "burst") {
		t.Errorf("nothing is said of the burst: %q", found.Assumptions)
	}
}

// TestOptionsOfTrials: each trial has a seed of its own, and its error ends the search.
func TestOptionsOfTrials(t *testing.T) {
	seeds := map[uint64]bool{}
	broken := errors.New("no more")
	_, err := capacity.Search(t.Context(), quick(t), capacity.Options{
		Trial: short,
		Run:   func(_ int, s *scenario.Scenario) trial.Options { seeds[s.Seed] = true; return trial.Options{} },
		OnTrial: func(one *capacity.Trial, _ *scenario.Scenario, _ *report.Report, _ *capacity.Capacity) error {
			if one.Number == 3 {
				return broken
			}
			return nil
		},
	})
	if !errors.Is(err, broken) || len(seeds) != 3 {
		t.Errorf("got %v after the seeds %v", err, seeds)
	}
}

// TestParse: loads with and without their units, and what is no load.
func TestParse(t *testing.T) {
	for _, c := range []struct {
		find capacity.Find
		text string
		want float64 // 0: an error
	}{
		{capacity.Rate, "60/s", 60}, {capacity.Rate, "0.5", 0.5}, {capacity.Rate, "60/", 0}, {capacity.Rate, "NaN", 0}, {capacity.Rate, "Inf", 0}, {capacity.Rate, "0", 0},
		{capacity.Rate, "-1/s", 0}, {capacity.Rate, "", 0}, {capacity.Rate, "60/m", 0},
		{capacity.Workers, "8 workers", 8}, {capacity.Workers, "1 worker", 1}, {capacity.Workers, "8", 8}, {capacity.Workers, "1.5", 0}, {capacity.Workers, "8 shards", 0},
		{capacity.Shards, "4 shards", 4}, {capacity.Shards, "NaN", 0},
	} {
		got, err := c.find.Parse(c.text)
		if got != c.want || (err == nil) != (c.want > 0) {
			t.Errorf("%s %q: %v, %v; want %v", c.find, c.text, got, err, c.want)
		}
	}
}

// FuzzDecode: capacity.json of anybody is refused or read, and what was read can be written.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"version":1,"find":"load.rate","trials":[{"number":1,"load":5,"length_s":30,"goals":[{"goal":"p99 < 1s","kept":true}]}]}`))
	f.Add([]byte(`{"version":2}`))
	f.Add([]byte(`{"version":1,"find":"load.rate","headroom":[{"factor":1,"trial":2}],"trials":[{"number":1,"load":5,"length_s":30}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := capacity.Decode(bytes.NewReader(text))
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := c.Encode(&first); err != nil {
			t.Fatal(err)
		}
		again, err := capacity.Decode(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Encode(&second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%v\n%s\n%s", err, first.Bytes(), second.Bytes())
		}
	})
}
