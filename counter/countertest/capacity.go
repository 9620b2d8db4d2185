package countertest

import (
	"testing"

	"contend/counter"
)

func (s suite) capacity(t *testing.T) {
	t.Run("of reads", s.readCapacity)
	t.Run("of a change", s.changeCapacity)
	if s.traits.NeedsState {
		t.Run("of a conflict", s.conflictCapacity)
	}
	if s.traits.Floor {
		t.Run("of a refusal", s.floorCapacity)
	}
	if s.traits.Idempotent {
		t.Run("of a repetition", s.repeatCapacity)
	}
}

func (s suite) readCapacity(t *testing.T) {
	key := s.fresh(t, 0)
	for consistent, units := range map[bool]float64{true: s.Costs.Read, false: s.Costs.Read / 2} {
		_, got, err := s.strategy.Read(t.Context(), key, consistent)
		if want := (counter.Units{Read: units, Reported: true}); got != want || err != nil {
			t.Errorf("consistent %t: got %+v, %v; want %+v", consistent, got, err, want)
		}
	}
}

// changeCapacity tests the second change: before the first, a design may have to
// read the counter.
func (s suite) changeCapacity(t *testing.T) {
	key := s.fresh(t, 0)
	s.apply(t, key, change(1))
	receipt := s.apply(t, key, change(1))
	want, local := counter.Units{Write: s.Costs.Write, Reported: true}, counter.Units{Write: s.Costs.LocalWrite, Reported: true}
	if receipt.Units != want && receipt.Units != local || receipt.Reads != 0 {
		t.Errorf("got %+v and %d reads, want %+v", receipt.Units, receipt.Reads, want)
	}
	checkEstimate(t, receipt, 0)
}

func (s suite) conflictCapacity(t *testing.T) {
	key := s.fresh(t, 0)
	late := change(1)
	late.Seen = s.read(t, key)
	s.apply(t, key, change(1))
	receipt, _ := s.strategy.Add(t.Context(), key, late)
	checkEstimate(t, receipt, s.Costs.Write)
}

// floorCapacity: a design that builds on the state reads the counter again instead
// of sending a write that must fail.
func (s suite) floorCapacity(t *testing.T) {
	receipt, _ := s.settle(t, s.fresh(t, 0), above(0, -1))
	if !receipt.Unsent {
		checkEstimate(t, receipt, s.Costs.Write)
		return
	}
	if want := (counter.Units{Read: s.Costs.Read, Reported: true}); receipt.Units != want || receipt.Reads != 1 {
		t.Errorf("got %+v and %d reads, want %+v by one", receipt.Units, receipt.Reads, want)
	}
	checkEstimate(t, receipt, 0)
}

// repeatCapacity: a repetition costs nothing if it was not sent, the reported units
// if the store accepted it, and otherwise as much as a refused write. If the store
// does not return the item, a read beside the write is reported too.
func (s suite) repeatCapacity(t *testing.T) {
	key, mine := s.fresh(t, 0), change(1)
	s.apply(t, key, mine)
	receipt := s.apply(t, key, mine)
	switch {
	case receipt.Reads == 0 && receipt.Units.Reported && receipt.Units.Read+receipt.Units.Write > 0, receipt.Unsent:
		checkEstimate(t, receipt, 0)
	default:
		checkEstimate(t, receipt, s.Costs.Write)
	}
}

// checkEstimate checks the units that the store charged without reporting them.
func checkEstimate(t *testing.T, r counter.Receipt, write float64) {
	t.Helper()
	if r.EstimatedUnits.Read != 0 || r.EstimatedUnits.Write != write {
		t.Errorf("%+v: got estimated units %+v, want %g for the write", r, r.EstimatedUnits, write)
	}
}
