package explore_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"contend/counter"
	"contend/workload/explore"
	"contend/workload/history"
)

const ms = int64(time.Millisecond)

func state(value, version int64) history.State {
	return history.State{Value: value, Version: version, Known: true}
}

// saved writes a history of two counters.
func saved(t *testing.T, finals []history.CounterEnd, ops ...history.Op) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "history.jsonl.zst")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := history.NewWriter(file, history.Header{Counters: []history.CounterStart{{Key: "a", Initial: state(0, 1)}, {Key: "b"}}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range ops {
		w.Record(&ops[i])
	}
	if err := w.Close(&history.Footer{Operations: int64(len(ops)), Finals: finals}); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTell(t *testing.T) {
	lost := history.Fault{Kind: "lost-reply", Request: 2, Write: true, Delivered: 1, AppliedUnacknowledged: 1, Status: 200}
	path := saved(t, []history.CounterEnd{{Counter: 0, Final: state(2, 3)}, {Counter: 1, Final: state(9, 9)}},
		history.Op{
			Worker: 0, Sequence: 1, Kind: history.Increment, Delta: 1, Invoked: 0, Returned: 9 * ms, Ending: history.Applied,
			Attempts: []history.Attempt{
				{Invoked: 1 * ms, Returned: history.NoEnd, LookInvoked: 0, LookReturned: 1 * ms, Before: state(0, 1), Written: true,
					Outcome: counter.Unknown, Reason: "time-out", Faults: []history.Fault{lost}},
				{Invoked: 8 * ms, Returned: 9 * ms, LookInvoked: 7 * ms, LookReturned: 8 * ms, Before: state(1, 2), Written: true,
					Outcome: counter.Applied, After: state(2, 3)},
			},
		},
		history.Op{
			Worker: 1, Sequence: 1, Kind: history.Decrement, Delta: -1, Invoked: 2 * ms, Returned: 3 * ms, Ending: history.GaveUp,
			Attempts: []history.Attempt{{Invoked: 2 * ms, Returned: 3 * ms, Before: state(0, 1), Written: true,
				Outcome: counter.Conflict, Reason: "condition", Saw: state(1, 2)}},
		},
		history.Op{
			Worker: 1, Sequence: 2, Kind: history.Read, Invoked: 4 * ms, Returned: 5 * ms, Ending: history.Applied,
			Attempts: []history.Attempt{{Invoked: 4 * ms, Returned: 5 * ms, Outcome: counter.Applied, Saw: state(1, 2)}},
		},
		history.Op{
			Worker: 1, Sequence: 3, Kind: history.Increment, Delta: 1, Invoked: 6 * ms, Returned: 6 * ms, Ending: history.GaveUp,
			Attempts: []history.Attempt{{Invoked: 6 * ms, Returned: 6 * ms, Outcome: counter.Throttled, Reason: "slow down"}},
		},
	)
	got, err := explore.Tell(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []explore.Event{
		{0, `"a" begins at 0 (version 1)`},
		{0, `worker 0, operation 1 (increment) of "a": read 0 (version 1) and sent +1: no usable answer (time-out; injected lost-reply, which the store had accepted)`},
		{2 * time.Millisecond, `worker 1, operation 1 (decrement) of "a": knew 0 (version 1) and sent -1: conflict, because it was 1 (version 2) (condition); the caller got "gave up"`},
		{4 * time.Millisecond, `worker 1, operation 2 (read) of "a": saw 1 (version 2)`},
		{6 * time.Millisecond, `worker 1, operation 3 (increment) of "a": sent no write, because the read before it was throttled (slow down); the caller got "gave up"`},
		{7 * time.Millisecond, `worker 0, operation 1 again: read 1 (version 2) and sent +1: applied, leaving 2 (version 3); the caller got "applied"`},
		{9 * time.Millisecond, `"a" ends at 2 (version 3)`},
	}
	if !slices.Equal(got.Events, want) || got.Omitted != 0 {
		t.Errorf("%d omitted, got", got.Omitted)
		for _, e := range got.Events {
			t.Log(e)
		}
	}
}

func TestALongStoryIsCut(t *testing.T) {
	var ops []history.Op
	for i := range int64(explore.MaxTold + 3) {
		ops = append(ops, history.Op{Sequence: i + 1, Kind: history.Read, Invoked: i, Returned: i, Ending: history.Applied,
			Attempts: []history.Attempt{{Invoked: i, Returned: i, Outcome: counter.Applied, Saw: state(0, 1)}}})
	}
	got, err := explore.Tell(saved(t, nil, ops...))
	if err != nil || got.Omitted != 3 || len(got.Events) != explore.MaxTold+1 {
		t.Errorf("got %d events, %d omitted, %v", len(got.Events), got.Omitted, err)
	}
}

func TestAHistoryThatCannotBeRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.jsonl")
	if _, err := explore.Tell(path); !os.IsNotExist(err) {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(path, []byte("{]\n{}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := explore.Tell(path); err == nil {
		t.Error("no error")
	}
}

// TestTellATransfer: both of its counters are in the story.
func TestTellATransfer(t *testing.T) {
	path := saved(t, []history.CounterEnd{{Counter: 0, Final: state(-7, 2)}, {Counter: 1, Final: state(7, 2)}}, history.Op{
		Worker: 0, Sequence: 1, Kind: history.Transfer, Delta: -7, To: 1, Returned: 2 * ms, Ending: history.Applied,
		Attempts: []history.Attempt{{Returned: 2 * ms, Written: true, Outcome: counter.Applied}},
	})
	story, err := explore.Tell(path)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, e := range story.Events {
		texts = append(texts, e.Text)
	}
	want := []string{
		`"a" begins at 0 (version 1)`, `worker 0, operation 1 (transfer) of "a" with the opposite for "b": sent -7: applied; the caller got "applied"`,
		`"a" ends at -7 (version 2)`, `"b" ends at 7 (version 2)`,
	}
	for _, text := range want {
		if !slices.Contains(texts, text) {
			t.Errorf("got %q, want %q in it", texts, text)
		}
	}
}
