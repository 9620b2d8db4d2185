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

// Report is report.json. A number that could not be measured is a nil pointer
// and absent from the JSON; a 0 was measured. The parts that are embedded are no
// objects of the file: their fields stand in it one after another.
type Report struct {
	Conditions
	Course
	Verdict  check.Verdict `json:"verdict"`
	Counters []Counter     `json:"counters"`
	Tally    Tally         `json:"tally"`
	Rates
	Latencies
	Reasons
	Capacity *Capacity `json:"capacity,omitempty"`
	// Staleness is of eventually consistent reads; absent if there were none.
	Staleness *Staleness `json:"staleness,omitempty"`
	SDK       *SDK       `json:"sdk,omitempty"`
	// Wire is absent if requests were not counted.
	Wire *Wire `json:"wire,omitempty"`
	Contention
	// WarmupS is how much of the run's beginning is left out of rates and
	// latencies. Checks and tallies leave nothing out.
	WarmupS    float64     `json:"warmup_s,omitempty"`
	Client     *Client     `json:"client,omitempty"`
	OpenLoop   *OpenLoop   `json:"open_loop,omitempty"`
	Stages     []Stage     `json:"stages,omitempty"`
	Thresholds []Threshold `json:"thresholds,omitempty"`
	// Faults are those that were injected on the way to the store.
	Faults []Fault `json:"faults,omitempty"`
	// Misbehaved are the faults that were planted in the embedded server.
	Misbehaved []Misbehaved `json:"misbehaved,omitempty"`
	// ViolationDrawn: [PictureFile] beside the report shows the operations around
	// the first violation.
	ViolationDrawn bool     `json:"violation_drawn,omitempty"`
	Warnings       []string `json:"warnings"` // one sentence each
}

// Conditions are what was run, on what, and when.
type Conditions struct {
	Version     int       `json:"version"`
	ToolVersion string    `json:"tool_version"`
	Scenario    string    `json:"scenario"` // its name
	Description string    `json:"description,omitempty"`
	Strategy    string    `json:"strategy"`
	RetryPolicy string    `json:"retry_policy"` // its name
	Workers     int       `json:"workers"`
	Setup       Setup     `json:"setup"`
	Seed        uint64    `json:"seed"`
	Target      Target    `json:"target"`
	Machine     *Machine  `json:"machine,omitempty"`
	StartedAt   time.Time `json:"started_at"`
}

// Course is how a run went.
type Course struct {
	// ElapsedS is from the common start to the end of the last operation.
	ElapsedS float64 `json:"elapsed_s"`
	// LoadS is from the common start to the end of the load: nothing began after it.
	// Absent in reports of before it was measured, whose rates are by ElapsedS.
	LoadS *float64 `json:"load_s,omitempty"`
	// EndedLater are the operations that ended after the load and are in no rate a
	// second; absent if there were none. All else counts them.
	EndedLater  *EndedLater `json:"ended_later,omitempty"`
	Interrupted bool        `json:"interrupted"`
	// Error is what ended the run before its end, or made its result doubtful.
	// Such a run does not pass.
	Error string `json:"error,omitempty"`
}

// Rates are what a run achieved, and what it took.
type Rates struct {
	// ThroughputPerS is the operations that were applied while the load was on, reads
	// included, by the seconds that it lasted; both without the warm-up.
	ThroughputPerS *float64 `json:"throughput_per_s,omitempty"`
	// AttemptsPerSuccess is the attempts of all increments and decrements by
	// those that were applied: at least 1.
	AttemptsPerSuccess *float64 `json:"attempts_per_success,omitempty"`
	// WritesPerSuccess is the write requests of all increments and decrements by
	// those that were applied. Attempts that wrote nothing are not in it, and it is
	// below 1 if one write carries the changes of several.
	WritesPerSuccess *float64     `json:"writes_per_success,omitempty"`
	ConflictRate     ConflictRate `json:"conflict_rate"`
	// Seconds holds the attempts of increments and decrements by the second of
	// the run in which they returned.
	Seconds []Second `json:"seconds"`
}

// Latencies are the times that operations and attempts took.
type Latencies struct {
	// Latency is of operations whose caller was told success, its attempts of
	// those that were applied; all others are apart, so that failing fast does
	// not look like speed. All of it is in milliseconds.
	Latency             Timing `json:"latency"`
	LatencyUnsuccessful Timing `json:"latency_unsuccessful"`
	// Stalls are absent in reports of before they were measured.
	Stalls *Stalls `json:"stalls,omitempty"`
	// ResponseCorrected is Latency.Response with the hidden operations of Stalls;
	// absent if there are none.
	ResponseCorrected *Times `json:"response_corrected,omitempty"`
	// LatencyByOperation splits Latency.Service by increment, decrement and
	// read; what was never applied is left out.
	LatencyByOperation map[string]Times `json:"latency_by_operation"`
	// ResponseByOperation splits Latency.Response in the same way in an open loop;
	// absent in a closed one, where the response is the service.
	ResponseByOperation map[string]Times `json:"response_by_operation,omitempty"`
}

// Reasons count attempts that were not applied by why.
type Reasons struct {
	ConflictsByReason map[string]int64 `json:"conflicts_by_reason"` // attempts by the store's reason
	ThrottlesByReason map[string]int64 `json:"throttles_by_reason"` // of attempts, too
	FailuresByReason  map[string]int64 `json:"failures_by_reason"`  // failed and unknown attempts
}

// Contention is what the workers did to each other.
type Contention struct {
	// Fairness is absent if no increment or decrement was made.
	Fairness *Fairness `json:"fairness,omitempty"`
	// GapMS is the mean time from when the store told the state that a conditional
	// write starts from to when it judged the write; absent if the design needs no
	// state. Both are taken as the middle of their requests.
	GapMS *float64 `json:"gap_ms,omitempty"`
	// Frontier is absent with several counters, and without a gap or a success.
	Frontier *Frontier `json:"frontier,omitempty"`
	// Drift is absent if none is shown.
	Drift *Drift `json:"drift,omitempty"`
}

// Target is the store that a run put load on.
type Target struct {
	Kind     string `json:"kind"` // embedded, aws or url
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
