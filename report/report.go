package report

import (
	"fmt"
	"io"
	"time"

	"contend/internal/plainjson"
	"contend/workload/check"
	"contend/workload/hist"
)

// Version is the version of report.json that this package writes. A change that
// an old reader would misunderstand raises it; a new field does not.
const Version = 1

// Report is report.json. A number that could not be measured is a nil pointer
// and absent from the JSON; a 0 was measured.
type Report struct {
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
	Error    string        `json:"error,omitempty"`
	Verdict  check.Verdict `json:"verdict"`
	Counters []Counter     `json:"counters"`
	Tally    Tally         `json:"tally"`
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
	ConflictsByReason   map[string]int64 `json:"conflicts_by_reason"` // attempts by the store's reason
	ThrottlesByReason   map[string]int64 `json:"throttles_by_reason"` // of attempts, too
	FailuresByReason    map[string]int64 `json:"failures_by_reason"`  // failed and unknown attempts
	Capacity            *Capacity        `json:"capacity,omitempty"`
	// Staleness is of eventually consistent reads; absent if there were none.
	Staleness *Staleness `json:"staleness,omitempty"`
	SDK       *SDK       `json:"sdk,omitempty"`
	// Wire is absent if requests were not counted.
	Wire *Wire `json:"wire,omitempty"`
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

// EndedLater counts operations by how they ended.
type EndedLater struct {
	Operations int64 `json:"operations"`
	Applied    int64 `json:"applied"`
	GaveUp     int64 `json:"gave_up"`
	Unknown    int64 `json:"unknown"`
	Failed     int64 `json:"failed"`
}

// Target is the store that a run put load on.
type Target struct {
	Kind     string `json:"kind"` // embedded, aws or url
	Endpoint string `json:"endpoint"`
}

// Setup is what else of the scenario a reader needs to understand the numbers.
type Setup struct {
	Retry   string `json:"retry"` // the policy and its limits, in words
	Refresh string `json:"refresh"`
	View    string `json:"view"`
	Reads   string `json:"reads"`
	Pick    string `json:"pick"`
	// DurationS and Operations are the limits that the run was given.
	DurationS  *float64 `json:"duration_s,omitempty"`
	Operations *int64   `json:"operations,omitempty"`
	ThinkMS    float64  `json:"think_ms"`
	// Stages is how many parts the load was to have; 0: it was not divided.
	Stages int `json:"stages,omitempty"`
	// Mix holds the weights of the operations that are not 0.
	Mix map[string]int `json:"mix"`
}

// Counter is the account of one counter. Final lies in [Lowest, Highest] unless
// the store lost or invented an update.
type Counter struct {
	Key          string `json:"key"`
	Initial      int64  `json:"initial"`
	Final        *int64 `json:"final,omitempty"` // absent: it could not be read
	Acknowledged int64  `json:"acknowledged"`    // sum of the deltas reported successful
	Lowest       int64  `json:"lowest"`
	Highest      int64  `json:"highest"`
	Operations   int64  `json:"operations"` // that ended, reads included
	// Traced is the final value that the injected faults, one by one, make
	// necessary. It means nothing if Untraced, the number of operations of which
	// no fault tells what became of their writes, is not 0.
	Traced   int64 `json:"traced"`
	Untraced int64 `json:"untraced"`
}

// Tally counts operations, attempts and requests:
//
//	due      = dropped + started
//	started  = applied + gave_up + unknown + failed
//	attempts = applied_attempts + conflicts + throttles + unknown_attempts + failed_attempts
type Tally struct {
	Due     int64 `json:"due"`
	Dropped int64 `json:"dropped"`
	Started int64 `json:"started"`
	Applied int64 `json:"applied"`
	GaveUp  int64 `json:"gave_up"`
	Unknown int64 `json:"unknown"`
	Failed  int64 `json:"failed"`
	// Refused is the part of Failed that a design refused by its rules: the
	// counter was at its floor, or full.
	Refused int64 `json:"refused"`

	Attempts        int64 `json:"attempts"`
	AppliedAttempts int64 `json:"applied_attempts"`
	Conflicts       int64 `json:"conflicts"`
	Throttles       int64 `json:"throttles"`
	UnknownAttempts int64 `json:"unknown_attempts"`
	FailedAttempts  int64 `json:"failed_attempts"`

	// UpdateAttempts and UpdatesApplied are the increments' and decrements' part.
	UpdateAttempts int64 `json:"update_attempts"`
	UpdatesApplied int64 `json:"updates_applied"`

	Reads  int64 `json:"reads"`  // read requests sent
	Writes int64 `json:"writes"` // write requests sent
}

// ConflictRate is the part of the attempts of increments and decrements that
// met a conflict, in [0, 1].
type ConflictRate struct {
	Overall *float64 `json:"overall,omitempty"`
	// PerSecond has one element for each second of the run; null for one in
	// which no attempt returned.
	PerSecond []*float64 `json:"per_second"`
	// AttemptsHistogram says how many attempts the applied increments and
	// decrements took; numbers of attempts that none took are left out.
	AttemptsHistogram []AttemptsBar `json:"attempts_histogram"`
}

// AttemptsBar says that a number of operations took a number of attempts each.
type AttemptsBar struct {
	Attempts   int64 `json:"attempts"`
	Operations int64 `json:"operations"`
}

// Second counts the attempts that returned in one second of the run, and the
// operations that ended applied in it, reads included.
type Second struct {
	SecondCounts
	// P50MS and P99MS, of the warm-up too, are of the response of applied operations that ended in this
	// second, within 5 %; absent if there were none.
	P50MS *float64 `json:"p50_ms,omitempty"`
	P99MS *float64 `json:"p99_ms,omitempty"`
	// AfterLoad is the part of the counts that came when the load was over.
	AfterLoad *SecondCounts `json:"after_load,omitempty"`
}

// SecondCounts are counts of a [Second].
type SecondCounts struct {
	Attempts   int64 `json:"attempts"`
	Applied    int64 `json:"applied"`
	Conflicts  int64 `json:"conflicts"`
	Throttles  int64 `json:"throttles"`
	Operations int64 `json:"operations"`
}

// Timing holds the three latencies of a set of operations.
type Timing struct {
	Response Times `json:"response"` // from when the work was due to its end
	Service  Times `json:"service"`  // from the first request to the end
	Attempt  Times `json:"attempt"`  // of one request
}

// Times summarizes a set of durations, in milliseconds. Without a duration all
// but the counts is absent.
type Times struct {
	Count int64 `json:"count"`
	// OutOfRange counts durations that could not be recorded; Count does not
	// include them.
	OutOfRange int64    `json:"out_of_range,omitempty"`
	Min        *float64 `json:"min,omitempty"`
	Mean       *float64 `json:"mean,omitempty"`
	P50        *float64 `json:"p50,omitempty"`
	P90        *float64 `json:"p90,omitempty"`
	P95        *float64 `json:"p95,omitempty"`
	P99        *float64 `json:"p99,omitempty"`
	P999       *float64 `json:"p99_9,omitempty"`
	Max        *float64 `json:"max,omitempty"`
	// Histogram is all of it, in microseconds, in HdrHistogram's V2 compressed
	// form and base64: runs can be merged without loss.
	Histogram *hist.Histogram `json:"histogram,omitempty"`
}

// Encode writes the report as indented JSON. The order of the keys is always
// the same.
func (r *Report) Encode(w io.Writer) error {
	if err := plainjson.Write(w, r); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
