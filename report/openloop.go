package report

import (
	"fmt"
	"math"
	"time"

	"contend/internal/format"
	"contend/workload/measure"
)

// OpenLoop is the result of a load whose operations were due at times of their own
// (load.rate).
type OpenLoop struct {
	Arrivals string `json:"arrivals"` // uniform or poisson
	Overload string `json:"overload"` // what happens to an arrival that finds no free worker: queue or drop
	// AskedRatePerS is the scenario's rate; absent if stages have different ones.
	AskedRatePerS *float64 `json:"asked_rate_per_s,omitempty"`
	// DueRatePerS is how many operations were due per second, as long as any were.
	// StartedRatePerS is how many began per second, until the last one began.
	DueRatePerS     float64 `json:"due_rate_per_s"`
	StartedRatePerS float64 `json:"started_rate_per_s"`
	// Queued counts the operations that began later than they were due because no
	// worker was free. Lateness is how much later than due all operations began.
	Queued   int64 `json:"queued"`
	Lateness Times `json:"lateness"`
	// MaxWaiting is the largest number of operations that were due and not yet begun.
	MaxWaiting int64 `json:"most_waiting"`
	// Dropped counts the operations that never began.
	Dropped int64 `json:"dropped"`
	// Backlog is the number of operations that were due and had not ended, at the end of
	// each second of the load. Dropped ones do not count.
	Backlog []int64 `json:"backlog,omitempty"`
}

// openLoop is nil for a closed loop.
func openLoop(run *measure.Result) *OpenLoop {
	o := run.OpenLoop
	if o == nil {
		return nil
	}
	load := run.Scenario.Load
	r := &OpenLoop{
		Arrivals: string(load.Arrivals), Overload: string(load.Overload),
		Queued: o.Queued, Lateness: TimesOf(&o.Lateness), MaxWaiting: o.MaxWaiting, Dropped: run.Tally.Dropped,
		Backlog: backlog(run),
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

// backlog covers whole seconds only.
func backlog(run *measure.Result) []int64 {
	var all []int64
	var behind int64
	for i := range int(run.LoadEnded / time.Second) {
		if i < len(run.OpenLoop.Due) {
			behind += run.OpenLoop.Due[i]
		}
		if i < len(run.Seconds) {
			behind -= run.Seconds[i].Ended
		}
		all = append(all, behind)
	}
	return all
}

// BacklogGrowth returns by how many operations a second the backlog grew after the warm-up:
// the slope from its mean in the first quarter of that time to its mean in the last. ok is
// false in a closed loop, and if there are fewer than four seconds.
func (r *Report) BacklogGrowth() (perS float64, ok bool) {
	if r.OpenLoop == nil {
		return 0, false
	}
	all := r.OpenLoop.Backlog
	measured := all[min(int(math.Ceil(r.WarmupS)), len(all)):]
	quarter := len(measured) / 4
	if quarter == 0 {
		return 0, false
	}
	return (mean(measured[len(measured)-quarter:]) - mean(measured[:quarter])) / float64(len(measured)-quarter), true
}

func mean(all []int64) float64 {
	var sum int64
	for _, n := range all {
		sum += n
	}
	return float64(sum) / float64(len(all))
}

// leastStarted is the share of the due operations that must begin; below it the run did
// not have the rate that was asked for.
const leastStarted = 0.95

// doubts returns the warnings about the rate.
func (o *OpenLoop) doubts() []string {
	if o == nil || o.StartedRatePerS >= leastStarted*o.DueRatePerS {
		return nil
	}
	return []string{fmt.Sprintf("only %s/s of the %s/s operations that were due began: this run did not have the rate that was asked for",
		format.Number(o.StartedRatePerS), format.Number(o.DueRatePerS))}
}
