package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/workload/check"
)

// Decode reads a report.json. It is strict about the version, the words of a verdict,
// and histograms, which must agree with their counts. It ignores unknown fields,
// because a later program may write more of them in the same version.
func Decode(r io.Reader) (*Report, error) {
	var report Report
	if err := decode(r, &report); err != nil {
		return nil, err
	}
	if err := report.validate(); err != nil {
		return nil, err
	}
	return &report, nil
}

// decode reads one JSON value of a version that this program supports.
func decode(r io.Reader, into any) error {
	decoder := json.NewDecoder(r)
	var text json.RawMessage
	if err := decoder.Decode(&text); err != nil {
		return fmt.Errorf("report: not JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("report: more than one JSON value")
	}
	if err := checkVersion(text); err != nil {
		return err
	}
	if err := checkNumbers(text); err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return misplaced(text, into, err)
	}
	return nil
}

// misplaced names the field of the text whose value does not fit the type of into.
func misplaced(text []byte, into any, err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) && kind.Field != "" {
		return fmt.Errorf("report: %s: unexpected %s", format.Printable(withoutEmbedded(kind.Field)), kind.Value)
	}
	field := fieldOf(text, func(_ any, alone []byte) bool {
		return json.Unmarshal(alone, reflect.New(reflect.TypeOf(into).Elem()).Interface()) != nil
	})
	if field != "" {
		return fmt.Errorf("report: %s: %s", field, format.Printable(err.Error()))
	}
	return fmt.Errorf("report: %s", format.Printable(err.Error()))
}

// withoutEmbedded removes the names of embedded structs from a path of fields:
// [json.UnmarshalTypeError] has them, and no file has. They are exported, while the
// fields of our files begin with small letters.
func withoutEmbedded(path string) string {
	names := slices.DeleteFunc(strings.Split(path, "."), func(name string) bool {
		return name != "" && name[0] >= 'A' && name[0] <= 'Z'
	})
	return strings.Join(names, ".")
}

// checkNumbers refuses numbers that no run can have measured, so that no sum or product
// of a few of them leaves the range of a float64.
func checkNumbers(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("report: %w", err)
		}
		number, is := token.(json.Number)
		if !is {
			continue
		}
		if isImpossible(number) {
			field := fieldOf(text, func(v any, _ []byte) bool { return v == number })
			return fmt.Errorf("report: %s: %s is out of range", field, format.Shorten(number.String(), 40))
		}
	}
}

// isImpossible reports whether no run can have measured the number.
func isImpossible(number json.Number) bool {
	const largest, smallest = 1e300, 1e-300
	v, err := number.Float64()
	return err != nil || math.Abs(v) > largest || v != 0 && math.Abs(v) < smallest
}

// checkVersion comes first: other problems of a newer report would only mislead.
func checkVersion(text []byte) error {
	var head struct {
		Version *int `json:"version"`
	}
	switch err := json.Unmarshal(text, &head); {
	case err != nil:
		return fmt.Errorf("report: %w", err)
	case head.Version == nil:
		return errors.New("report: no version: is this a report.json?")
	case *head.Version > Version:
		return fmt.Errorf("report version %d is newer than this program's %d", *head.Version, Version)
	case *head.Version < 1:
		return fmt.Errorf("report: unknown version %d", *head.Version)
	}
	return nil
}

func (r *Report) validate() error {
	if !isStatus(r.Verdict.Status) || r.Verdict.Status == check.Skipped {
		return fmt.Errorf("report: verdict: unknown status %q", r.Verdict.Status)
	}
	if r.Error != "" && r.Verdict.Status == check.Pass {
		return errors.New("report: verdict: a run that ended in an error does not pass")
	}
	for _, c := range r.Verdict.Checks {
		if !isStatus(c.Status) {
			return fmt.Errorf("report: verdict.checks: %q has the unknown status %q", c.Name, c.Status)
		}
	}
	for _, m := range r.Machines {
		if m.State != MachineEnded && m.State != MachineLost && m.State != MachineMissing {
			return fmt.Errorf("report: machines: unknown state %q", m.State)
		}
	}
	for _, t := range r.Thresholds {
		if err := t.validate(); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	if r.Prediction != nil && r.Prediction.Attempts != nil {
		if err := r.Prediction.Attempts.validate(); err != nil {
			return fmt.Errorf("report: law.attempts: %w", err)
		}
	}
	for name, t := range r.times() {
		if err := t.validate(); err != nil {
			return fmt.Errorf("report: %s: %w", name, err)
		}
	}
	return nil
}

// times returns every set of times by its name.
func (r *Report) times() map[string]Times {
	all := map[string]Times{}
	for name, t := range map[string]Timing{"latency": r.Latency, "latency_unsuccessful": r.LatencyUnsuccessful} {
		all[name+".response"], all[name+".service"], all[name+".attempt"] = t.Response, t.Service, t.Attempt
	}
	if r.ResponseCorrected != nil {
		all["response_corrected"] = *r.ResponseCorrected
	}
	if r.Stalls != nil && r.Stalls.Hidden != nil {
		all["stalls.hidden"] = *r.Stalls.Hidden
	}
	for kind, t := range r.LatencyByOperation {
		all["latency_by_operation."+kind] = t
	}
	for kind, t := range r.ResponseByOperation {
		all["response_by_operation."+kind] = t
	}
	return all
}

func isStatus(s check.Status) bool {
	return s == check.Pass || s == check.Fail || s == check.Inconclusive || s == check.Skipped
}
