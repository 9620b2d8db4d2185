package main

import (
	"os"
	"runtime/debug"
)

const (
	// usualGarbage is Go's default GC percent: a collection begins when the heap has
	// grown by that share of what was alive after the last one.
	usualGarbage = 100
	minGarbage   = 50
	// fewWorkers is the number of workers up to which usualGarbage takes little memory.
	fewWorkers = 1000
)

// gcPercent is the GC percent of a run. With thousands of workers, stacks and requests
// in flight are most of the live memory, and as much garbage again would be too much.
// Collecting earlier takes processor time.
func gcPercent(workers int) int {
	return max(minGarbage, usualGarbage*fewWorkers/max(workers, fewWorkers))
}

// limitGarbage sets the GC percent of a run, unless the user set one (GOGC) or a memory
// limit (GOMEMLIMIT). The caller must call restore.
func limitGarbage(workers int) (restore func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" || workers <= fewWorkers {
		return func() {}
	}
	before := debug.SetGCPercent(gcPercent(workers))
	return func() { debug.SetGCPercent(before) }
}
