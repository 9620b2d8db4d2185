package fleet

import (
	"runtime"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// TestWorkersTakeLittleMemory: beside its connection and its stack each worker
// takes some kilobytes, whatever the load's duration and the number of counters.
func TestWorkersTakeLittleMemory(t *testing.T) {
	const few, many, most = 1000, 10_000, 3 << 10
	if each := (memoryOf(few) - memoryOf(many)) / (few - many); each > most {
		t.Errorf("a worker takes %d bytes, want at most %d", each, most)
	} else {
		t.Logf("a worker takes %d bytes", each)
	}
}

// memoryOf is the memory that a load with the given number of workers takes before it
// begins.
func memoryOf(workers int) int64 {
	sc := baseScenario(func(sc *scenario.Scenario) {
		sc.Load = scenario.Load{Workers: workers, Duration: time.Hour, Rate: 100}
		sc.Operations, sc.Counters.Count = scenario.Mix{1, 1, 1}, 1000
	})
	s := &store{}
	fleet := Fleet{Scenario: sc, Live: new(measure.Live), Strategy: func(int) counter.Strategy { return s }}
	keys := fleet.keys()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := newRun(fleet, keys, clock.Clock{})
	r.show(fleet.Live)
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(r)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}
