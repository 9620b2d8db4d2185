package trial

import "contend/workload/scenario"

const (
	// usualGarbage is Go's default GC percent: a collection begins when the heap is twice
	// as large as what was alive after the last one.
	usualGarbage = 100
	minGarbage   = 50
	// fewWorkers is the number of workers up to which usualGarbage takes little memory.
	fewWorkers = 1000

	// simulatedGarbage is for simulated runs, which allocate much and keep little, of up
	// to fewSimulated workers. With more, a minute of load spends longer on memory that the
	// system has to give it than it saves by collecting less often.
	simulatedGarbage = 200
	fewSimulated     = 20_000
	// minSimulated keeps a simulated run of 100 000 workers below 2 GB.
	minSimulated = 60
)

// GCPercent returns the GC percent that suits a run, from 50 to 200, for
// [runtime/debug.SetGCPercent]. With thousands of workers, stacks and requests in flight
// are most of the live memory, and several times as much garbage again would be too much;
// with few of them, collecting early takes processor time for nothing. [Run] does not set it,
// because it is for the whole program.
func GCPercent(s *scenario.Scenario) int {
	if s.Target == scenario.TargetSimulated {
		return garbageFor(s.Load.Workers, fewSimulated, simulatedGarbage, minSimulated)
	}
	return garbageFor(s.Load.Workers, fewWorkers, usualGarbage, minGarbage)
}

// garbageFor is most for few workers, and the less the more there are.
func garbageFor(workers, few, most, least int) int {
	return max(least, most*few/max(workers, few))
}
