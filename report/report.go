package report

import (
	"fmt"
	"io"
	"time"

	"contend/internal/plainjson"
	"contend/workload/check"
)

// Version is the version of report.json that this package writes. A change that
// an old reader would misunderstand raises it; a new field does not.
const Version = 1

// Report is report.json. A number that could not be measured is a nil pointer and
// absent from the JSON; a 0 was measured. The embedded structs are not objects in the
// file: their fields stand directly in it.
//
// In the report of a simulated run, the scenario and its seed decide everything but
// started_at, real_s, machine and tool_version.
type Report struct {
	Conditions
	Course
	Together
	Verdict  check.Verdict `json:"verdict"`
	Counters []Counter     `json:"counters"`
	Tally    Tally         `json:"tally"`
	Rates
	Latencies
	Reasons
	Capacity *Capacity `json:"capacity,omitempty"`
	// Staleness is about eventually consistent reads; absent if there were none.
	Staleness *Staleness `json:"staleness,omitempty"`
	SDK       *SDK       `json:"sdk,omitempty"`
	// Wire is absent if requests were not counted.
	Wire *Wire `json:"wire,omitempty"`
	Contention
	// WarmupS is the length of the run's beginning that rates and latencies leave out.
	// Checks and tallies leave nothing out.
	WarmupS    float64     `json:"warmup_s,omitempty"`
	Client     *Client     `json:"client,omitempty"`
	OpenLoop   *OpenLoop   `json:"open_loop,omitempty"`
	Stages     []Stage     `json:"stages,omitempty"`
	Thresholds []Threshold `json:"thresholds,omitempty"`
	// Faults are the faults that were injected on the way to the store.
	Faults []Fault `json:"faults,omitempty"`
	// Misbehaved are the faults that were planted in the embedded server.
	Misbehaved []Misbehaved `json:"misbehaved,omitempty"`
	// ViolationDrawn is true if [PictureFile] beside the report shows the operations
	// around the first violation.
	ViolationDrawn bool     `json:"violation_drawn,omitempty"`
	Warnings       []string `json:"warnings"` // one sentence each
}

// Conditions say what was run, on what, and when.
type Conditions struct {
	// Simulated is true if the run was in simulated time. Then all times are simulated,
	// except StartedAt and RealS.
	Simulated   bool      `json:"simulated,omitempty"`
	Version     int       `json:"version"`
	ToolVersion string    `json:"tool_version"`
	Scenario    string    `json:"scenario"` // the scenario's name
	Description string    `json:"description,omitempty"`
	Strategy    string    `json:"strategy"`
	RetryPolicy string    `json:"retry_policy"` // the policy's name
	Workers     int       `json:"workers"`
	Setup       Setup     `json:"setup"`
	Seed        uint64    `json:"seed"`
	Target      Target    `json:"target"`
	Machine     *Machine  `json:"machine,omitempty"`
	StartedAt   time.Time `json:"started_at"`
	// Items says in a sentence what became of the counters' items in a table that was
	// there before the run; "" if the run created its table.
	Items string `json:"items,omitempty"`
}

// Course says how long a run took and how it ended.
type Course struct {
	// RealS is how long a simulated run took in real time, from StartedAt to its
	// verdict; absent if the run was not simulated.
	RealS *float64 `json:"real_s,omitempty"`
	// ElapsedS is the time from the common start to the end of the last operation.
	ElapsedS float64 `json:"elapsed_s"`
	// LoadS is the time from the common start to the end of the load, after which no
	// operation began. Absent in old reports, whose rates are based on ElapsedS.
	LoadS *float64 `json:"load_s,omitempty"`
	// EndedLater counts the operations that ended after the load. No rate per second
	// includes them, everything else does. Absent if there were none.
	EndedLater  *EndedLater `json:"ended_later,omitempty"`
	Interrupted bool        `json:"interrupted"`
	// EndedEarly says which threshold ended the load before its limit; absent if none did.
	EndedEarly *EndedEarly `json:"ended_early,omitempty"`
	// CostReached is the limit of the cost that ended the load; absent if it did not.
	CostReached *CostReached `json:"cost_reached,omitempty"`
	// Error is what ended the run early, or made its result doubtful. Such a run does
	// not pass.
	Error string `json:"error,omitempty"`
}

// Rates are what a run achieved, and how many requests that took.
type Rates struct {
	// ThroughputPerS is the number of operations, reads included, that were applied
	// while the load was on, divided by the length of the load in seconds; both without
	// the warm-up.
	ThroughputPerS *float64 `json:"throughput_per_s,omitempty"`
	// AttemptsPerSuccess is the number of attempts of all increments and decrements,
	// divided by the number of those that were applied: at least 1.
	AttemptsPerSuccess *float64 `json:"attempts_per_success,omitempty"`
	// WritesPerSuccess is the number of write requests of all increments and
	// decrements, divided by the number of those that were applied. Attempts that wrote
	// nothing do not count. It is below 1 if one write carries the changes of several
	// operations.
	WritesPerSuccess *float64 `json:"writes_per_success,omitempty"`
	// ReadsPerSuccess is the number of read requests for increments and decrements, for
	// each one that was applied. Read operations do not count.
	ReadsPerSuccess *float64     `json:"reads_per_success,omitempty"`
	ConflictRate    ConflictRate `json:"conflict_rate"`
	// Seconds counts the attempts of increments and decrements in each second of the
	// run, by the time when they returned.
	Seconds []Second `json:"seconds"`
}

// Latencies are the times that operations and attempts took.
type Latencies struct {
	// Latency covers the operations whose caller was told that they succeeded, and the
	// attempts that were applied. LatencyUnsuccessful covers all others, so that
	// failing fast does not look like speed. All times are in milliseconds.
	Latency             Timing `json:"latency"`
	LatencyUnsuccessful Timing `json:"latency_unsuccessful"`
	// Stalls is absent in reports of versions that did not measure it.
	Stalls *Stalls `json:"stalls,omitempty"`
	// ResponseCorrected is Latency.Response together with the hidden operations of
	// Stalls; absent if there are none.
	ResponseCorrected *Times `json:"response_corrected,omitempty"`
	// LatencyByOperation splits Latency.Service by increment, decrement and read.
	// Operations that were never applied are left out.
	LatencyByOperation map[string]Times `json:"latency_by_operation"`
	// ResponseByOperation splits Latency.Response in the same way in an open loop;
	// absent in a closed one, where response and service are the same.
	ResponseByOperation map[string]Times `json:"response_by_operation,omitempty"`
}

// Reasons count the attempts that were not applied, and the operations that gave up, by
// reason.
type Reasons struct {
	ConflictsByReason map[string]int64 `json:"conflicts_by_reason"` // attempts by the store's reason
	ThrottlesByReason map[string]int64 `json:"throttles_by_reason"` // attempts, too
	FailuresByReason  map[string]int64 `json:"failures_by_reason"`  // failed and unknown attempts
	// GivenUp counts the operations of Tally.GaveUp by why nothing more was tried: "policy"
	// (it never retries), "outcome" (it does not retry this one), "max-attempts", "deadline",
	// "budget", or "load-end". Absent if none gave up.
	GivenUp map[string]int64 `json:"given_up,omitempty"`
}

// Contention is how the workers got in each other's way.
type Contention struct {
	// Fairness is absent if no increment or decrement was made.
	Fairness *Fairness `json:"fairness,omitempty"`
	// Groups compare the workers with different policies, and those with different
	// latencies; absent if all had the same.
	Groups []Group `json:"groups,omitempty"`
	// GapMS is the mean time between the moment at which the store gave the state that
	// a conditional write starts from and the moment at which it decided on the write;
	// absent if the design needs no state. Each moment is taken as the middle of its
	// request.
	GapMS *float64 `json:"gap_ms,omitempty"`
	// Frontier is absent with several counters, and without a gap or a success.
	Frontier *Frontier `json:"frontier,omitempty"`
	// Prediction is that of the law of contention; absent with several counters, with a
	// single worker, with stages, and without conditional writes that won.
	Prediction *Prediction `json:"law,omitempty"`
	// Drift is absent if none was found.
	Drift *Drift `json:"drift,omitempty"`
}

// Target is the store that a run put load on.
type Target struct {
	Kind     string `json:"kind"` // embedded, simulated, aws or url
	Endpoint string `json:"endpoint"`
}

// Encode writes the report as indented JSON. The order of the keys is always
// the same.
func (r *Report) Encode(w io.Writer) error {
	if err := plainjson.Write(w, r); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
