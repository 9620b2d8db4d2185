package measure

import (
	"testing"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/scenario"
)

// TestLiveCallsAreThoseOfTheResult: what is shown while a run goes on is what its result
// says at the end.
func TestLiveCallsAreThoseOfTheResult(t *testing.T) {
	s := &scenario.Scenario{Load: scenario.Load{Workers: 1}, Operations: scenario.Mix{1}}
	recording := NewRecording(s, 1, true)
	recorder := recording.Recorder(0)
	live := new(Live)
	live.Start(func() time.Duration { return time.Second }, 1, 1, nil)
	receipt := func(outcome counter.Outcome, reported, estimated float64) *counter.Receipt {
		return &counter.Receipt{
			Classification: counter.Classification{Outcome: outcome},
			Units:          counter.Units{Write: reported, Reported: reported > 0}, EstimatedUnits: counter.Units{Write: estimated},
		}
	}
	read := &counter.Receipt{Units: counter.Units{Read: 0.5, Reported: true}}
	for _, c := range []Call{
		{Receipt: read},
		{Receipt: receipt(counter.Applied, 2, 0), Write: true, Judged: true, Gap: 3 * time.Millisecond},
		{Receipt: receipt(counter.Conflict, 0, 1), Write: true, Judged: true, Gap: 9 * time.Millisecond},
		{Receipt: receipt(counter.Unknown, 0, 1), Write: true, Unanswered: 2},
		{Receipt: receipt(counter.Applied, 1, 0), Queue: true},
		{Receipt: receipt(counter.Throttled, 0, 0), Write: true},
		{Receipt: &counter.Receipt{Unsent: true}, Write: true},
	} {
		recorder.Call(c)
		live.Call(&recorder, 0, &c)
	}
	result := recording.Collect([]*Recorder{&recorder}, make([]history.Ledger, 1), 0)
	got, capacity, tally := live.Snapshot().Measured.LiveCalls, result.Capacity, result.Tally
	want := LiveCalls{
		Writes: tally.Writes, Wins: tally.Wins, WonGap: tally.WonGap,
		Consumption: Consumption{ReadUnits: capacity.ReadUnits, WriteUnits: capacity.WriteUnits + capacity.UnansweredWriteUnits},
	}
	if got != want || got.Wins != 1 || got.WriteUnits != 7 {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, c := range []Call{
		{Receipt: &counter.Receipt{}}, {Receipt: &counter.Receipt{Classification: counter.Classification{Outcome: counter.Applied}, Reads: 1}, Write: true},
	} {
		live.Call(&recorder, 0, &c)
	}
	if got := live.Count().Measured; got.UnreportedReads != 2 || got.UnreportedWrites != 1 {
		t.Errorf("without reported units: got %+v", got.Consumption)
	}
}

// BenchmarkLive measures what the live view costs each operation: one call, one attempt.
func BenchmarkLive(b *testing.B) {
	s := &scenario.Scenario{Load: scenario.Load{Workers: 1}, Operations: scenario.Mix{1}}
	recorder := NewRecording(s, 1, true).Recorder(0)
	live := new(Live)
	live.Start(func() time.Duration { return time.Second }, 1, 1, nil)
	attempt := history.Attempt{Outcome: counter.Applied, Returned: int64(time.Millisecond)}
	op := history.Op{Ending: history.Applied, Returned: int64(time.Millisecond), Attempts: []history.Attempt{attempt}}
	call := Call{Receipt: &counter.Receipt{Classification: counter.Classification{Outcome: counter.Applied}, Units: counter.Units{Write: 1, Reported: true}}, Write: true}
	for b.Loop() {
		live.Begin(0, op.Kind, 1)
		live.Call(&recorder, 0, &call)
		live.Attempt(&recorder, 0, op.Kind, &attempt)
		live.Operation(&recorder, &op)
	}
}
