// Package report makes a run readable: for the terminal, as JSON, as an
// HdrHistogram distribution, and as a folder of files from which every form can
// be made again.
package report

import (
	"time"

	"contend/internal/check"
	"contend/internal/hist"
	"contend/internal/history"
	"contend/workload"
)

// Version is the version of report.json that this package writes.
const Version = 1

// Report is everything that is told of a run: the content of report.json. Every
// form is rendered from it alone. A number that could not be measured is absent
// (nil), never 0. Times are in the unit that the field's name ends with.
type Report struct {
	Version     int       `json:"version"`
	ToolVersion string    `json:"tool_version"`
	Scenario    string    `json:"scenario"`
	Description string    `json:"description,omitempty"`
	Strategy    string    `json:"strategy"`
	Policy      string    `json:"retry_policy"`
	Workers     int       `json:"workers"`
	Seed        uint64    `json:"seed"`
	Target      Target    `json:"target"`
	StartedAt   time.Time `json:"started_at"`
	ElapsedS    float64   `json:"elapsed_s"`
	Interrupted bool      `json:"interrupted"`

	Verdict  check.Verdict `json:"verdict"`
	Counters []Counter     `json:"counters"`
	Tally    Tally         `json:"tally"`

	ThroughputPerS     *float64     `json:"throughput_per_s,omitempty"`     // operations applied
	AttemptsPerSuccess *float64     `json:"attempts_per_success,omitempty"` // of increments and decrements
	ConflictRate       ConflictRate `json:"conflict_rate"`

	// Latency is of operations that the caller was told succeeded; attempt is
	// of attempts that were applied.
	Latency Latency `json:"latency"`
	// LatencyUnsuccessful is of all other operations and attempts.
	LatencyUnsuccessful Latency `json:"latency_unsuccessful"`
	// LatencyByOperation is the service latency of successful operations.
	LatencyByOperation map[string]*Distribution `json:"latency_by_operation"`

	ThrottlesByReason map[string]int64 `json:"throttles_by_reason"`
	FailuresByReason  map[string]int64 `json:"failures_by_reason"`

	Capacity *Capacity `json:"capacity,omitempty"`
	Warnings []string  `json:"warnings"`
}

// Target is where the load went.
type Target struct {
	Kind     string `json:"kind"` // embedded, url or aws
	Endpoint string `json:"endpoint"`
}

// Counter is one counter before and after the run. Lowest and highest are the
// bounds within which the operations can explain its final value.
type Counter struct {
	Key          string `json:"key"`
	Initial      int64  `json:"initial"`
	Final        *int64 `json:"final,omitempty"`
	Acknowledged int64  `json:"acknowledged"` // what clients were told they added
	Lowest       int64  `json:"lowest"`
	Highest      int64  `json:"highest"`
	Operations   int64  `json:"operations"`
}

// Tally counts operations, attempts and requests; see [workload.Tally].
type Tally struct {
	Due             int64 `json:"due"`
	Dropped         int64 `json:"dropped"`
	Started         int64 `json:"started"`
	Applied         int64 `json:"applied"`
	GaveUp          int64 `json:"gave_up"`
	Unknown         int64 `json:"unknown"`
	Failed          int64 `json:"failed"`
	Attempts        int64 `json:"attempts"`
	AppliedAttempts int64 `json:"applied_attempts"`
	Conflicts       int64 `json:"conflicts"`
	Throttles       int64 `json:"throttles"`
	FailedAttempts  int64 `json:"failed_attempts"`
	UnknownAttempts int64 `json:"unknown_attempts"`
	UpdateAttempts  int64 `json:"update_attempts"`
	UpdatesApplied  int64 `json:"updates_applied"`
	Reads           int64 `json:"reads"`
	Writes          int64 `json:"writes"`
}

// ConflictRate is the share of the attempts to increment or decrement that lost
// a race, in [0, 1].
type ConflictRate struct {
	Overall *float64 `json:"overall,omitempty"`
	// PerSecond has an entry a second of the run, null for a second without
	// an attempt.
	PerSecond []*float64 `json:"per_second"`
	// AttemptsHistogram tells how many increments and decrements were applied
	// after how many attempts, without empty entries.
	AttemptsHistogram []Attempts `json:"attempts_histogram"`
}

// Attempts is a bar of [ConflictRate.AttemptsHistogram].
type Attempts struct {
	Attempts   int   `json:"attempts"`
	Operations int64 `json:"operations"`
}

// Latency holds the three latencies; each is absent if nothing was measured.
type Latency struct {
	Response *Distribution `json:"response,omitempty"` // from when the work was due
	Service  *Distribution `json:"service,omitempty"`  // from the first request, waits and retries included
	Attempt  *Distribution `json:"attempt,omitempty"`  // of one request
}

// Distribution sums up a histogram, in milliseconds.
type Distribution struct {
	Count int64   `json:"count"`
	Min   float64 `json:"min"`
	Mean  float64 `json:"mean"`
	P50   float64 `json:"p50"`
	P90   float64 `json:"p90"`
	P99   float64 `json:"p99"`
	P999  float64 `json:"p99_9"`
	Max   float64 `json:"max"`
	// OutOfRange durations were too long for the histogram; they are in none
	// of the other numbers.
	OutOfRange int64 `json:"out_of_range,omitempty"`
	// Histogram holds all of it, in HdrHistogram's compressed form.
	Histogram hist.Histogram `json:"histogram"`
}

// Capacity is what the run consumed, in DynamoDB's units.
type Capacity struct {
	ReadUnits        float64 `json:"read_units"`
	WriteUnits       float64 `json:"write_units"`        // the wasted ones included
	WastedWriteUnits float64 `json:"wasted_write_units"` // consumed by refused conditions
}

// About is what a run does not know of itself.
type About struct {
	ToolVersion string
	Target      Target
}

// New makes the report of a run.
func New(run *workload.Result, verdict check.Verdict, about About) *Report {
	r := &Report{
		Version:            Version,
		ToolVersion:        about.ToolVersion,
		Scenario:           run.Scenario.Name,
		Description:        run.Scenario.Description,
		Strategy:           run.Scenario.Strategy,
		Policy:             string(run.Scenario.Retry.Kind),
		Workers:            run.Scenario.Load.Workers,
		Seed:               run.Scenario.Seed,
		Target:             about.Target,
		StartedAt:          run.StartedAt.UTC().Round(0),
		ElapsedS:           run.Elapsed.Seconds(),
		Interrupted:        run.Interrupted,
		Verdict:            verdict,
		Counters:           counters(run.Ledgers),
		Tally:              tally(&run.Tally),
		ConflictRate:       conflictRate(run),
		LatencyByOperation: map[string]*Distribution{},
		ThrottlesByReason:  run.Throttles,
		FailuresByReason:   run.Failures,
		Warnings:           append(append([]string{}, run.Warnings...), doubts(run, about.Target)...),
	}
	r.ThroughputPerS = ratio(float64(run.Tally.Applied), run.Elapsed.Seconds())
	r.AttemptsPerSuccess = ratio(float64(run.Tally.UpdateAttempts), float64(run.Tally.UpdatesApplied))
	r.Latency = latency(&run.Latency.Succeeded)
	r.LatencyUnsuccessful = latency(&run.Latency.Others)
	for _, kind := range history.Kinds() {
		if d := distribution(&run.Latency.ByKind[kind]); d != nil {
			r.LatencyByOperation[kind.String()] = d
		}
	}
	if c := run.Capacity; c.Reported {
		r.Capacity = &Capacity{c.ReadUnits, c.WriteUnits, c.WastedWriteUnits}
	}
	return r
}

func counters(ledgers []history.Ledger) []Counter {
	all := make([]Counter, len(ledgers))
	for i := range ledgers {
		l := &ledgers[i]
		all[i] = Counter{
			Key: l.Key, Initial: l.Initial, Acknowledged: l.Acknowledged,
			Lowest: l.Lowest(), Highest: l.Highest(), Operations: l.Operations,
		}
		if l.FinalKnown {
			all[i].Final = &l.Final
		}
	}
	return all
}

func tally(t *workload.Tally) Tally {
	return Tally{
		Due: t.Due, Dropped: t.Dropped, Started: t.Started,
		Applied: t.Applied, GaveUp: t.GaveUp, Unknown: t.Unknown, Failed: t.Failed,
		Attempts: t.Attempts, AppliedAttempts: t.AppliedAttempts, Conflicts: t.Conflicts, Throttles: t.Throttles,
		FailedAttempts: t.FailedAttempts, UnknownAttempts: t.UnknownAttempts,
		UpdateAttempts: t.UpdateAttempts, UpdatesApplied: t.UpdatesApplied,
		Reads: t.Reads, Writes: t.Writes,
	}
}

func conflictRate(run *workload.Result) ConflictRate {
	c := ConflictRate{
		Overall:           ratio(float64(run.Tally.Conflicts), float64(run.Tally.UpdateAttempts)),
		PerSecond:         make([]*float64, len(run.Seconds)),
		AttemptsHistogram: []Attempts{},
	}
	for i, s := range run.Seconds {
		c.PerSecond[i] = ratio(float64(s.Conflicts), float64(s.Attempts))
	}
	for n, operations := range run.AttemptsPerOperation {
		if operations > 0 {
			c.AttemptsHistogram = append(c.AttemptsHistogram, Attempts{n, operations})
		}
	}
	return c
}

// ratio is absent if there is nothing to divide by.
func ratio(a, b float64) *float64 {
	if b == 0 {
		return nil
	}
	quotient := a / b
	return &quotient
}

func latency(t *workload.Timing) Latency {
	return Latency{Response: distribution(&t.Response), Service: distribution(&t.Service), Attempt: distribution(&t.Attempt)}
}

// distribution is absent for a histogram that was never recorded to.
func distribution(h *hist.Histogram) *Distribution {
	if h.Count() == 0 && h.OutOfRange() == 0 {
		return nil
	}
	d := &Distribution{Count: h.Count(), OutOfRange: h.OutOfRange(), Histogram: *h}
	if d.Count == 0 {
		return d
	}
	d.Min, d.Mean, d.Max = milliseconds(h.Min()), milliseconds(h.Mean()), milliseconds(h.Max())
	d.P50, d.P90 = milliseconds(h.At(50)), milliseconds(h.At(90))
	d.P99, d.P999 = milliseconds(h.At(99)), milliseconds(h.At(99.9))
	return d
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
