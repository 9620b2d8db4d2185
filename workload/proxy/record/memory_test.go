package record_test

import (
	"fmt"
	"runtime"
	"testing"

	"contend/internal/longtest"
	"contend/workload/check"
	"contend/workload/history"
)

// TestMemoryIsFlat: an hour of traffic on one counter, in which some calls never end, takes
// no more memory at its end than after its first minutes.
func TestMemoryIsFlat(t *testing.T) {
	requests := longtest.Count(60_000, 2_000_000)
	p := newTape(t)
	p.held[home] = 0
	var early uint64
	for i := range requests {
		at := float64(i) * 3600 / float64(requests)
		h := told
		if i%100 == 0 {
			h = lost
		}
		p.write(write{fmt.Sprint("c", i), at, at + 0.0001, h, adding("home", 1, int64(i)+1)})
		if i == requests/5 {
			early = heap()
		}
	}
	late := heap()
	t.Logf("%d MB after a fifth of %d requests, %d MB at the end", early>>20, requests, late>>20)
	if late > early+early/2+4<<20 {
		t.Errorf("memory grew from %d to %d bytes", early, late)
	}
	p.held[home] = int64(requests)
	v, _, _ := p.end(map[string]history.Claim{"": {Change: int64(requests)}})
	p.expect(v, map[string]check.Status{"exactly-once": check.Pass, "once-per-call": check.Pass, "chain": check.Pass})
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
