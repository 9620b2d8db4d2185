package measure

import (
	"testing"

	"contend/workload/history"
)

func TestLateOperationsAddUp(t *testing.T) {
	late := LateTally{Applied: 1, GaveUp: 20, Unknown: 300, Failed: 4000, UpdatesApplied: 1}
	check(t, "operations", late.Operations(), 4321)
}

func TestLateOperationsAreCountedByTheirEnd(t *testing.T) {
	var late LateTally
	for ending, times := range map[history.Ending]int{history.Applied: 1, history.GaveUp: 2, history.Unknown: 3, history.Failed: 4} {
		for range times {
			late.count(&history.Op{Ending: ending})
		}
	}
	late.count(&history.Op{Ending: history.Applied, Kind: history.Read})
	check(t, "late", late, LateTally{Applied: 2, GaveUp: 2, Unknown: 3, Failed: 4, UpdatesApplied: 1})
}
