package main

import (
	"os"
	"runtime/debug"
	"slices"

	"contend/workload/scenario"
	"contend/workload/trial"
)

// proxyGarbage is the GC percent of a proxy, which keeps little. What it allocates for
// a request is otherwise collected every few hundred requests.
const proxyGarbage = 400

// limitGarbage sets the smallest of the GC percents of some runs, unless the user set one
// (GOGC) or a memory limit (GOMEMLIMIT). Of no runs it changes nothing. The caller must
// call restore.
func limitGarbage(runs ...*scenario.Scenario) (restore func()) {
	if len(runs) == 0 {
		return func() {}
	}
	percents := make([]int, len(runs))
	for i, s := range runs {
		percents[i] = trial.GCPercent(s)
	}
	return setGarbage(slices.Min(percents))
}

// setGarbage sets the GC percent, unless the user set one. The caller must call restore.
func setGarbage(percent int) (restore func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(percent)
	return func() { debug.SetGCPercent(before) }
}
