package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"contend/internal/format"
	"contend/internal/plainjson"
	"contend/workload/check"
)

// Matrix is matrix.json: the runs of all variants of one scenario.
type Matrix struct {
	// Simulated is true if the runs were in simulated time.
	Simulated   bool      `json:"simulated,omitempty"`
	Version     int       `json:"version"`
	ToolVersion string    `json:"tool_version"`
	Scenario    string    `json:"scenario"`
	Description string    `json:"description,omitempty"`
	Target      Target    `json:"target"`
	StartedAt   time.Time `json:"started_at"`
	ElapsedS    float64   `json:"elapsed_s"`
	// Interrupted is true if some variants were not run, or not to their end.
	Interrupted bool `json:"interrupted"`
	Planned     int  `json:"planned"` // runs
	// Repeat is how often each variant was to be run; 0 in files of old versions, which
	// ran each once.
	Repeat   int         `json:"repeat,omitempty"`
	Variants []MatrixRun `json:"variants"`
}

// MatrixRun is the summary of one run of a variant. A number that could not be measured
// is absent.
type MatrixRun struct {
	Settings []Setting `json:"settings"`         // the settings that differ between variants
	Repeat   int       `json:"repeat,omitempty"` // which of the variant's runs, from 1
	Folder   string    `json:"folder"`           // folder of its files, relative to the matrix's folder
	Strategy string    `json:"strategy,omitempty"`
	// Verdict is empty if the variant could not be run. Error is why it could not, or
	// what ended it.
	Verdict check.Status `json:"verdict,omitempty"`
	Error   string       `json:"error,omitempty"`

	// Acknowledged is the sum of the deltas that were reported successful. Changed is
	// how much the counters changed. Both are sums over all counters.
	Acknowledged int64  `json:"acknowledged"`
	Changed      *int64 `json:"changed,omitempty"`
	OffBy        *int64 `json:"off_by,omitempty"` // Changed − Acknowledged
	Unknown      int64  `json:"unknown"`          // operations
	// Faults counts the requests that an injected fault hit.
	Faults int64 `json:"faults"`
	// Lost counts the writes that the store applied without an acknowledgement, because
	// of an injected fault.
	Lost int64 `json:"lost"`
	// Explained is true if the injected faults, write by write, lead to exactly these
	// final values; absent where a write has no answer for another reason.
	Explained *bool `json:"explained,omitempty"`

	AttemptsPerSuccess *float64 `json:"attempts_per_success,omitempty"`
	PerUpdate          *Cost    `json:"per_update,omitempty"`
	P99MS              *float64 `json:"p99_ms,omitempty"` // service latency of applied operations
	ResponseP99MS      *float64 `json:"response_p99_ms,omitempty"`
	ThroughputPerS     *float64 `json:"throughput_per_s,omitempty"`
	// Thresholds are the scenario's thresholds and their results in this run.
	Thresholds []Threshold `json:"thresholds,omitempty"`
}

// Setting is a field of the scenario and its value in one variant.
type Setting struct {
	Path  string `json:"path"`
	Value string `json:"value"`
}

// NewMatrixRun summarizes a run; r is nil if it could not be run.
func NewMatrixRun(settings []Setting, folder string, r *Report) MatrixRun {
	v := MatrixRun{Settings: settings, Folder: folder}
	if r == nil {
		return v
	}
	v.Verdict, v.Error, v.Strategy = r.Verdict.Status, r.Error, r.Strategy
	v.Unknown, v.Thresholds = r.Tally.Unknown, r.Thresholds
	v.AttemptsPerSuccess, v.ThroughputPerS = r.AttemptsPerSuccess, r.ThroughputPerS
	v.P99MS, v.ResponseP99MS = r.Latency.Service.P99, r.Latency.Response.P99
	if r.Capacity != nil {
		v.PerUpdate = r.Capacity.PerUpdate
	}
	for _, f := range r.Faults {
		v.Faults += f.Requests
		v.Lost += f.Accepted
	}
	v.sum(r.Counters)
	return v
}

func (v *MatrixRun) sum(counters []Counter) {
	var changed, untraced int64
	allKnown, explained := true, true
	for _, c := range counters {
		v.Acknowledged += c.Acknowledged
		untraced += c.Untraced
		if c.Final == nil {
			allKnown = false
			continue
		}
		changed += *c.Final - c.Initial
		explained = explained && *c.Final == c.Traced
	}
	if !allKnown {
		return
	}
	v.Changed, v.OffBy = new(changed), new(changed-v.Acknowledged)
	if untraced == 0 {
		v.Explained = new(explained)
	}
}

// Status is the verdict on the whole matrix: that of its worst run.
func (m *Matrix) Status() check.Status {
	worst := check.Pass
	for _, v := range m.Variants {
		switch {
		case v.Verdict == check.Fail:
			return check.Fail
		case v.Verdict != check.Pass:
			worst = check.Inconclusive
		}
	}
	return worst
}

// Thresholds returns the thresholds of all runs.
func (m *Matrix) Thresholds() []Threshold {
	var all []Threshold
	for _, v := range m.Variants {
		all = append(all, v.Thresholds...)
	}
	return all
}

// Encode writes the matrix as indented JSON.
func (m *Matrix) Encode(w io.Writer) error {
	if err := plainjson.Write(w, m); err != nil {
		return fmt.Errorf("matrix: %w", err)
	}
	return nil
}

// Group names the settings that a variant shares with its neighbours in the table.
func (v MatrixRun) Group() string {
	var parts []string
	for _, s := range v.Settings[min(1, len(v.Settings)):] {
		parts = append(parts, s.Path+": "+s.Value)
	}
	return strings.Join(parts, ", ")
}

// Name is the settings of the run in one line, or a dash if it has none.
func (v MatrixRun) Name() string {
	if len(v.Settings) == 0 {
		return format.Absent
	}
	return strings.TrimSuffix(v.Settings[0].Path+": "+v.Settings[0].Value+", "+v.Group(), ", ")
}

// DecodeMatrix reads a matrix.json by the rules of [Decode].
func DecodeMatrix(r io.Reader) (*Matrix, error) {
	var m Matrix
	if err := decode(r, &m); err != nil {
		return nil, err
	}
	for _, v := range m.Variants {
		if v.Verdict != "" && !isStatus(v.Verdict) {
			return nil, fmt.Errorf("matrix: variant %q: unknown verdict %q", v.Name(), v.Verdict)
		}
		for _, t := range v.Thresholds {
			if err := t.validate(); err != nil {
				return nil, fmt.Errorf("matrix: variant %q: %w", v.Name(), err)
			}
		}
	}
	return &m, nil
}
