package check_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"contend/counter"
	"contend/workload/check"
	"contend/workload/history"
)

// faultyOps is a history in which every finding depends on members that the format got
// later: repeats, doubts, faults and refusals.
func faultyOps() []history.Op {
	state := func(value, version int64) history.State {
		return history.State{Value: value, Version: version, Known: true}
	}
	lost := history.Attempt{
		Invoked: 10, Returned: 20, Outcome: counter.Unknown, Written: true, Reason: "time-out", Token: "t-1", Requests: 1, Settled: 1,
		Faults: []history.Fault{{Kind: "lost-reply", Request: 1, Write: true, Delivered: 1, AppliedUnacknowledged: 1, Status: 200}},
	}
	found := history.Attempt{
		Invoked: 50, Returned: 60, Outcome: counter.Applied, Written: true, Token: "t-1", Requests: 1, Repeated: true, After: state(4, 2),
	}
	return []history.Op{
		{Worker: 0, Sequence: 1, Kind: history.Decrement, Delta: -1, Due: 10, Invoked: 10, Returned: 60, Ending: history.Applied, Attempts: []history.Attempt{lost, found}},
		{Worker: 0, Sequence: 2, Kind: history.Decrement, Delta: -1, Due: 70, Invoked: 70, Returned: 80, Ending: history.Failed, Attempts: []history.Attempt{
			{Invoked: 70, Returned: 80, Outcome: counter.Failed, Written: true, Reason: counter.ReasonFloor, Requests: 1, Saw: state(3, 3)}}},
		{Worker: 1, Sequence: 1, Kind: history.Decrement, Delta: -1, Due: 30, Invoked: 30, Returned: 40, Ending: history.Applied, Attempts: []history.Attempt{
			{Invoked: 30, Returned: 40, Outcome: counter.Applied, Written: true, Token: "t-2", Requests: 2, AmbiguousWrites: 1, After: state(3, 3)}}},
	}
}

// TestAHistoryIsJudgedAsItsRun: "contend check" comes to the verdict of the run, so the
// file keeps everything that the verdict depends on.
func TestAHistoryIsJudgedAsItsRun(t *testing.T) {
	floor := int64(2)
	header := history.Header{
		Workers: 2, Ordered: true, Idempotent: true, Floor: &floor,
		Counters: []history.CounterStart{{Key: "c", Initial: history.State{Value: 5, Version: 1, Known: true}}},
	}
	for _, c := range []struct {
		what     string
		final    int64
		statuses []check.Status // exactly-once, conservation, chain, linearizable, reads, floor
	}{
		{"as acknowledged", 3, []check.Status{check.Inconclusive, check.Pass, check.Pass, check.Pass, check.Pass, check.Fail}},
		{"a repeated write counted twice", 2, []check.Status{check.Fail, check.Pass, check.Pass, check.Pass, check.Pass, check.Fail}},
	} {
		ops := faultyOps()
		footer := history.Footer{Operations: int64(len(ops)), Elapsed: 100, Finals: []history.CounterEnd{{
			Invoked: 100, Returned: 110, Final: history.State{Value: c.final, Version: 6 - c.final, Known: true},
		}}}
		path := filepath.Join(t.TempDir(), "history.jsonl.zst")
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w, err := history.NewWriter(file, header)
		if err != nil {
			t.Fatal(err)
		}
		audit := check.NewAudit(header)
		for i := range ops {
			w.Record(&ops[i])
			if err := audit.Add(&ops[i]); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(&footer); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		want := audit.Close(footer, false)
		e, err := check.ExamineFile(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Findings; !reflect.DeepEqual(got.Checks, want.Checks) || !reflect.DeepEqual(got.Ledgers, want.Ledgers) {
			t.Errorf("%s: the file gives\n%+v\nthe run\n%+v", c.what, got, want)
		}
		for i, r := range e.Findings.Checks {
			if r.Status != c.statuses[i] {
				t.Errorf("%s: %s: got %s (%s), want %s", c.what, r.Name, r.Status, r.Reason, c.statuses[i])
			}
		}
	}
}
