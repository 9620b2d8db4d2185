package main

import (
	"os"
	"runtime/debug"

	"contend/workload/scenario"
)

const (
	// usualGarbage is Go's default GC percent: a collection begins when the heap has
	// grown by that share of what was alive after the last one.
	usualGarbage = 100
	minGarbage   = 50
	// fewWorkers is the number of workers up to which usualGarbage takes little memory.
	fewWorkers = 1000
	// simulatedGarbage is the GC percent of simulated runs of few workers, which
	// allocate much and keep little.
	simulatedGarbage = 400
	// proxyGarbage is the GC percent of a proxy, which keeps little. What it allocates for
	// a request is otherwise collected every few hundred requests.
	proxyGarbage = 400
	// minSimulated is minGarbage of simulated runs, of which the collector does not
	// disturb the measurements.
	minSimulated = 30
)

// gcPercent is the GC percent of a run. With thousands of workers, stacks and requests
// in flight are most of the live memory, and as much garbage again would be too much.
// Collecting earlier takes processor time.
func gcPercent(s *scenario.Scenario) int {
	least := minGarbage
	if s.Target == scenario.TargetSimulated {
		if s.Load.Workers <= fewWorkers {
			return simulatedGarbage
		}
		least = minSimulated
	}
	return max(least, usualGarbage*fewWorkers/max(s.Load.Workers, fewWorkers))
}

// limitGarbage sets the smallest of the GC percents of some runs, unless the user set one
// (GOGC) or a memory limit (GOMEMLIMIT). Of no runs it changes nothing. The caller must
// call restore.
func limitGarbage(runs ...*scenario.Scenario) (restore func()) {
	if len(runs) == 0 {
		return func() {}
	}
	percent := simulatedGarbage
	for _, s := range runs {
		percent = min(percent, gcPercent(s))
	}
	return setGarbage(percent)
}

// setGarbage sets the GC percent, unless the user set one. The caller must call restore.
func setGarbage(percent int) (restore func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(percent)
	return func() { debug.SetGCPercent(before) }
}
