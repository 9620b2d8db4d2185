package measure

import (
	"testing"
	"time"

	"contend/counter"
	"contend/workload/scenario"
)

func check[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// TestDoubtedWritesTakeWhatTheirOwnKindTakes: a write that the SDK sent again costs as
// much as the one that was answered or refused, and at least one unit.
func TestDoubtedWritesTakeWhatTheirOwnKindTakes(t *testing.T) {
	for _, c := range []struct {
		what    string
		writes  int
		receipt counter.Receipt
		want    float64
	}{
		{"no write", 0, counter.Receipt{Units: counter.Units{Write: 4}}, 0},
		{"the answer tells", 2, counter.Receipt{Units: counter.Units{Write: 4, Reported: true}}, 8},
		{"a refusal takes as much", 2, counter.Receipt{EstimatedUnits: counter.Units{Write: 3}}, 6},
		{"nothing tells", 3, counter.Receipt{}, 3},
	} {
		m := NewRecording(&scenario.Scenario{}, 1, false).Recorder(0)
		m.Call(Call{Receipt: &c.receipt, Write: true, Unanswered: c.writes})
		check(t, c.what, m.capacity.UnansweredWriteUnits, c.want)
	}
}

// TestTheSpreadOfGaps: gaps of 10 and 30 ms have a standard deviation of half their mean.
func TestTheSpreadOfGaps(t *testing.T) {
	m := NewRecording(&scenario.Scenario{}, 1, false).Recorder(0)
	for i := range 10 {
		gap := 10 * time.Millisecond
		if i%2 == 1 {
			gap *= 3
		}
		m.Call(Call{Receipt: &counter.Receipt{}, Write: true, Judged: true, Gap: gap})
	}
	check(t, "spread", m.tally.GapSpread(), 0.5)
	check(t, "no gap", new(Gaps).GapSpread(), 0)
}
