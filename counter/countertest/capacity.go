package countertest

import (
	"testing"

	"contend/counter"
)

// cost is what a design's documentation says that it takes, in capacity units,
// of a counter with little in it.
type cost struct {
	read  float64 // a strongly consistent one; the other takes half
	write float64 // made or refused
	local float64 // what DynamoDB Local 1.25 says of write; 0: the same
}

// costs is by the designs' names.
func costs() map[string]cost {
	return map[string]cost{
		counter.ConditionalName:        {read: 1, write: 1},
		counter.ConditionalHistoryName: {read: 1, write: 1},
		counter.ItemCollectionName:     {read: 1, write: 1},
		counter.TokenSetName:           {read: 1, write: 1},
		counter.AtomicAddName:          {read: 1, write: 1},
		counter.TransactionTokenName:   {read: 1, write: 2, local: 4}, // its transactions of one item cost as much as of two
		counter.TransactionMarkerName:  {read: 1, write: 4},
		counter.ShardedName:            {read: float64(counter.DefaultParameters().Shards), write: 1},
		counter.CombiningName:          {read: 1, write: 1},
	}
}

func (s suite) capacity(t *testing.T) {
	want, known := costs()[s.strategy.Name()]
	if !known {
		t.Fatal("costs lacks the design")
	}
	t.Run("of reads", func(t *testing.T) { s.readCapacity(t, want) })
	t.Run("of a change", func(t *testing.T) { s.changeCapacity(t, want) })
	if s.traits.NeedsState {
		t.Run("of a conflict", func(t *testing.T) { s.conflictCapacity(t, want) })
	}
	if s.traits.Floor {
		t.Run("of a refusal", func(t *testing.T) { s.floorCapacity(t, want) })
	}
	if s.traits.Idempotent {
		t.Run("of a repetition", func(t *testing.T) { s.repeatCapacity(t, want) })
	}
}

func (s suite) readCapacity(t *testing.T, want cost) {
	key := s.fresh(t, 0)
	for consistent, units := range map[bool]float64{true: want.read, false: want.read / 2} {
		_, got, err := s.strategy.Read(t.Context(), key, consistent)
		if want := (counter.Units{Read: units, Reported: true}); got != want || err != nil {
			t.Errorf("consistent %t: got %+v, %v; want %+v", consistent, got, err, want)
		}
	}
}

// changeCapacity is that of the second change: before the first, a design may
// have to look at the counter.
func (s suite) changeCapacity(t *testing.T, want cost) {
	key := s.fresh(t, 0)
	s.apply(t, key, change(1))
	receipt := s.apply(t, key, change(1))
	told, local := counter.Units{Write: want.write, Reported: true}, counter.Units{Write: want.local, Reported: true}
	if receipt.Units != told && receipt.Units != local || receipt.Reads != 0 {
		t.Errorf("got %+v and %d reads, want %+v", receipt.Units, receipt.Reads, told)
	}
	unreported(t, receipt, 0)
}

func (s suite) conflictCapacity(t *testing.T, want cost) {
	key := s.fresh(t, 0)
	late := change(1)
	late.Seen = s.read(t, key)
	s.apply(t, key, change(1))
	receipt, _ := s.strategy.Add(t.Context(), key, late)
	unreported(t, receipt, want.write)
}

// floorCapacity: a design that knows the state asks whether it still holds,
// instead of sending what must fail.
func (s suite) floorCapacity(t *testing.T, want cost) {
	receipt, _ := s.settle(t, s.fresh(t, 0), above(0, -1))
	if !receipt.Unsent {
		unreported(t, receipt, want.write)
		return
	}
	if want := (counter.Units{Read: want.read, Reported: true}); receipt.Units != want || receipt.Reads != 1 {
		t.Errorf("got %+v and %d reads, want %+v by one", receipt.Units, receipt.Reads, want)
	}
	unreported(t, receipt, 0)
}

// repeatCapacity: nothing if it was not sent, what the store reports if it
// accepts a repetition, and otherwise what a refused write takes. Where the store
// does not return the item, a read beside the write is reported too.
func (s suite) repeatCapacity(t *testing.T, want cost) {
	key, mine := s.fresh(t, 0), change(1)
	s.apply(t, key, mine)
	receipt := s.apply(t, key, mine)
	switch {
	case receipt.Reads == 0 && receipt.Units.Reported && receipt.Units.Read+receipt.Units.Write > 0, receipt.Unsent:
		unreported(t, receipt, 0)
	default:
		unreported(t, receipt, want.write)
	}
}

// unreported checks what the store charged without saying so.
func unreported(t *testing.T, r counter.Receipt, write float64) {
	t.Helper()
	if r.EstimatedUnits.Read != 0 || r.EstimatedUnits.Write != write {
		t.Errorf("%+v: got %+v unreported, want %g for the write", r, r.EstimatedUnits, write)
	}
}
