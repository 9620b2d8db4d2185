package main

import (
	"os"
	"runtime/debug"
)

const (
	// usualGarbage is Go's own GC percent: a collection begins when the heap has grown
	// by that part of what was alive after the last one.
	usualGarbage = 100
	minGarbage   = 50
	// fewWorkers is how many workers leave the memory small enough for usualGarbage.
	fewWorkers = 1000
)

// gcPercent is the GC percent of a run. With thousands of workers most of what is
// alive are stacks and requests in flight, and as much garbage again would take more
// memory than they do; collecting it earlier takes processor time.
func gcPercent(workers int) int {
	return max(minGarbage, usualGarbage*fewWorkers/max(workers, fewWorkers))
}

// limitGarbage sets the GC percent of a run unless the user set one (GOGC) or a
// limit of the memory (GOMEMLIMIT). The caller must call restore.
func limitGarbage(workers int) (restore func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" || workers <= fewWorkers {
		return func() {}
	}
	before := debug.SetGCPercent(gcPercent(workers))
	return func() { debug.SetGCPercent(before) }
}
