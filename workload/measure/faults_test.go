package measure

import (
	"testing"

	"contend/workload/history"
)

// TestFaultsAreCountedByKind: an operation counts once for each kind that it met.
func TestFaultsAreCountedByKind(t *testing.T) {
	lost, twice := history.Fault{Kind: "lost", Write: true, AppliedUnacknowledged: 1}, history.Fault{Kind: "twice", AppliedUnacknowledged: 1}
	var some, all faultTallies
	some.operation(&history.Op{Ending: history.Applied, Attempts: []history.Attempt{
		{Faults: []history.Fault{lost, twice}},
		{Faults: []history.Fault{lost}},
		{Faults: []history.Fault{lost}, Carried: true},
	}})
	all.operation(&history.Op{Ending: history.Unknown, Attempts: []history.Attempt{{Faults: []history.Fault{twice}}}})
	all.merge(some)
	check(t, "kinds", len(all), 2)
	byKind := map[string]FaultTally{all[0].Kind: all[0], all[1].Kind: all[1]}
	check(t, "lost", byKind["lost"], FaultTally{Kind: "lost", Requests: 2, Writes: 2, Accepted: 3, Endings: ended(1, 0)})
	check(t, "twice", byKind["twice"], FaultTally{Kind: "twice", Requests: 2, Endings: ended(1, 1)})
}

// ended are so many operations that were applied, and that are unknown.
func ended(applied, unknown int64) (endings [history.Failed + 1]int64) {
	endings[history.Applied], endings[history.Unknown] = applied, unknown
	return endings
}
