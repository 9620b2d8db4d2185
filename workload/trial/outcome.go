package trial

import (
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
	// Drawn is true if a violation is in the file [Options.Picture].
	Drawn bool
}
