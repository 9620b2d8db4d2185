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
	// Verdict is what the history shows, or the accounts alone if the history
	// cannot be read.
	Verdict check.Verdict
	// Staleness is what the history shows of eventual reads; nil if the history
	// cannot be read.
	Staleness *check.Staleness
	// Place says where the run was; its endpoint is the one that requests were
	// sent to.
	Place   Place
	SDK     store.SDK
	Planted []store.Planted // the faults that were planted in the embedded server
	// Items says what became of the counters' items; nil if the run created its table.
	Items *Items
	// Simulation is nil if the run was not simulated.
	Simulation *Simulation
	// Part is nil if this process made the whole run.
	Part *Part
	// Drawn is true if a violation is in the file [Options.Picture].
	Drawn bool
}

// Simulation is what happened in real time while a run went on in simulated time. It is
// the only part of the outcome that the scenario and its seed do not decide.
type Simulation struct {
	StartedAt time.Time
	// Took is the time from StartedAt to the verdict.
	Took time.Duration
}
