package report

import (
	"fmt"

	"contend/internal/format"
	"contend/workload/measure"
)

// OpenLoop is what became of a load that was due at times of its own
// (load.rate).
type OpenLoop struct {
	Arrivals string `json:"arrivals"` // uniform or poisson
	Overload string `json:"overload"` // what an arrival does that finds no free worker: queue or drop
	// AskedRatePerS is the scenario's rate; absent if stages have different ones.
	AskedRatePerS *float64 `json:"asked_rate_per_s,omitempty"`
	// DueRatePerS is how many operations were due a second, while any were, and
	// StartedRatePerS how many began, until the last had begun.
	DueRatePerS     float64 `json:"due_rate_per_s"`
	StartedRatePerS float64 `json:"started_rate_per_s"`
	// Queued counts the operations that began later than they were due because
	// no worker was free; Lateness is how much later all operations began.
	Queued   int64 `json:"queued"`
	Lateness Times `json:"lateness"`
	// MostWaiting is the most operations that were due and not begun at a moment.
	MostWaiting int64 `json:"most_waiting"`
	// Dropped counts those that were never begun.
	Dropped int64 `json:"dropped"`
}

// openLoop is nil of a closed loop.
func openLoop(run *measure.Result) *OpenLoop {
	o := run.OpenLoop
	if o == nil {
		return nil
	}
	load := run.Scenario.Load
	r := &OpenLoop{
		Arrivals: string(load.Arrivals), Overload: string(load.Overload),
		Queued: o.Queued, Lateness: TimesOf(&o.Lateness), MostWaiting: o.MostWaiting, Dropped: run.Tally.Dropped,
	}
	if load.Rate > 0 {
		r.AskedRatePerS = new(float64(load.Rate))
	}
	if seconds := o.Lasted.Seconds(); seconds > 0 {
		r.DueRatePerS = float64(run.Tally.Due) / seconds
	}
	if seconds := o.BegunIn.Seconds(); seconds > 0 {
		r.StartedRatePerS = float64(run.Tally.Started) / seconds
	}
	return r
}

// leastStarted is the part of the due operations that must begin for the run to
// be one of the rate that was asked for.
const leastStarted = 0.95

// doubts are warnings about the rate.
func (o *OpenLoop) doubts() []string {
	if o == nil || o.StartedRatePerS >= leastStarted*o.DueRatePerS {
		return nil
	}
	return []string{fmt.Sprintf("only %s/s of the %s/s operations that were due began: this is not a run of the rate that was asked for",
		format.Number(o.StartedRatePerS), format.Number(o.DueRatePerS))}
}
