package trial

import (
	"time"

	"contend/workload/check"
	"contend/workload/measure"
	"contend/workload/store"
)

// Outcome is the result of a run.
type Outcome struct {
	Result *measure.Result
	// Verdict is based on the history, or only on the ledgers if the history cannot be read.
	Verdict check.Verdict
	// Staleness measures eventual reads; nil if the history cannot be read.
	Staleness *check.Staleness
	// Place says where the counters were. Its endpoint is the one to which requests were sent.
	Place   Place
	SDK     store.SDK
	Planted []store.Planted // the faults that were planted in the embedded server
	// Items says what happened to the counters' items; nil if the run created its table.
	Items *Items
	// Simulation is nil if the run was not simulated.
	Simulation *Simulation
	// Part is nil if this process made the whole run.
	Part *Part
	// Drawn is true if a violation was drawn into the file [Options.Picture].
	Drawn bool
}

// Simulation has the real times of a simulated run. It is the only part of the outcome that
// scenario and seed do not determine.
type Simulation struct {
	StartedAt time.Time
	// Took is the time from StartedAt to the verdict.
	Took time.Duration
}
