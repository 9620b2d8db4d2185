package advise

import (
	"cmp"
	"fmt"
	"time"

	"contend/internal/format"
	"contend/workload/scenario"
)

const (
	// usualLatency is of a request to DynamoDB from the same region, if nothing else is
	// known. The spread of a latency without one is a fifth of it.
	usualLatency = 5 * time.Millisecond
	spread       = 5
	// What one partition of DynamoDB takes a second (developer guide, partition-key
	// design).
	usualWriteLimit = 1000
	usualReadLimit  = 3000
	// maxWorkers and maxCounters bound the memory and the set-up of a run.
	maxWorkers  = 1000
	maxCounters = 2000
)

// world is the scenario as it is simulated, but for the length of its load.
type world struct {
	scenario.Scenario
	// changed are the settings that make it of the user's scenario, but for the target.
	changed []Setting
	// assumptions are what the user's scenario did not say, or was not followed in, one
	// sentence each.
	assumptions []string
}

// newWorld makes a scenario one of simulated time. asked is the user's scenario.
func newWorld(asked scenario.Scenario, o Options) (*world, error) {
	served := asked.HasServer()
	asked.Target = scenario.TargetSimulated
	w := &world{Scenario: asked}
	w.Table = ""
	w.latency(o.Latency, served)
	w.limits(o.WriteLimit, served)
	if len(w.Embedded.Misbehave) > 0 {
		w.Embedded.Misbehave = nil
		w.assume("faults planted in the server (embedded.misbehave) are left out")
	}
	if o.ReadsPerS > 0 {
		var err error
		if w.Scenario, err = withReads(w.Scenario, o.ReadsPerS); err != nil {
			return nil, err
		}
	}
	for _, d := range scenario.Differences(asked, w.Scenario) {
		w.changed = append(w.changed, Setting{d.Path, d.B})
	}
	w.shrink()
	return w, nil
}

func (w *world) assume(format string, args ...any) {
	w.assumptions = append(w.assumptions, fmt.Sprintf(format, args...))
}

// latency is of the option, of the scenario, or the usual one of a real store. served means
// that the scenario has a server of its own, of which it says everything.
func (w *world) latency(given time.Duration, served bool) {
	e := &w.Embedded
	switch isSaid := len(e.Latencies) > 0 || e.Latency != (scenario.ModelledLatency{}); {
	case given > 0:
		e.Latency, e.Latencies = scenario.ModelledLatency{Mean: given, SD: given / spread}, nil
	case served && isSaid:
		return
	case served:
		w.assume("a request takes no time at the store, because embedded.latency is not set, and %s in the client", w.Simulated.Client)
		return
	case !isSaid:
		e.Latency = scenario.ModelledLatency{Mean: usualLatency, SD: usualLatency / spread}
	}
	for _, l := range e.Kinds() {
		w.assume("a request takes %s ± %s at the store, and %s in the client", l.Mean, l.SD, w.Simulated.Client)
	}
}

// limits are of the option, of the scenario, or DynamoDB's own.
func (w *world) limits(writes int, served bool) {
	e := &w.Embedded
	if e.HasThroughput() {
		if writes == 0 {
			return
		}
		e.Throughput = scenario.Embedded{}.Throughput // the option is a limit of each key
	}
	e.WriteCapacity = cmp.Or(writes, e.WriteCapacity)
	if !served {
		e.WriteCapacity = cmp.Or(e.WriteCapacity, usualWriteLimit)
		e.ReadCapacity = cmp.Or(e.ReadCapacity, usualReadLimit)
	}
	if !served || writes > 0 {
		w.assume("an item takes %s a second", capacity(e))
	}
}

func capacity(e *scenario.Embedded) string {
	text := fmt.Sprintf("%d write units", e.WriteCapacity)
	if e.ReadCapacity > 0 {
		text += fmt.Sprintf(" and %d read units", e.ReadCapacity)
	}
	return text
}

// shrink bounds the numbers of workers and counters. Both become smaller by the same
// factor, so that as many workers share a counter as before; where workers pause, they
// pause less, so that as many operations are wanted.
func (w *world) shrink() {
	was, counters := w.Load.Workers, w.Counters.Count
	if was > maxWorkers {
		factor := float64(maxWorkers) / float64(was)
		w.Load.Workers = maxWorkers
		w.Counters.Count = max(1, int(float64(counters)*factor))
		w.Load.Think = time.Duration(float64(w.Load.Think) * factor)
		w.Load.Stages = append([]scenario.Stage(nil), w.Load.Stages...)
		for i := range w.Load.Stages {
			if n := &w.Load.Stages[i].Workers; *n > 0 {
				*n = max(1, int(float64(*n)*factor))
			}
		}
		w.Load.Resolve(w.Load.Open())
	}
	w.Counters.Count = min(w.Counters.Count, maxCounters)
	if w.Load.Workers != was || w.Counters.Count != counters {
		w.assume("%s on %s stand for %d on %d", format.Count(int64(w.Load.Workers), "worker"), format.Count(int64(w.Counters.Count), "counter"), was, counters)
	}
}
