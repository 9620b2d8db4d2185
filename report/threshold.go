package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"contend/internal/format"
	"contend/workload/check"
	"contend/workload/threshold"
)

// Threshold is a limit that the scenario sets for one metric, and its result.
type Threshold struct {
	Text   string `json:"text"` // as written in the scenario
	Metric string `json:"metric"`
	// Value is what the run measured, in the metric's unit, or a status such as "pass";
	// "" if the run has no sample of the metric.
	Value string `json:"value"`
	// Status is "met", "missed", "inconclusive" if the run is too doubtful to decide,
	// or "error" if there is no value to compare. Reason says why, for the last two, and for
	// one that ended the run early: that is missed whatever the value of the whole run.
	Status ThresholdStatus `json:"status"`
	Reason string          `json:"reason,omitempty"`
}

// ThresholdStatus is the result of a threshold. The zero value is not a status.
type ThresholdStatus string

// The statuses.
const (
	Met          ThresholdStatus = "met"
	Missed       ThresholdStatus = "missed"
	Undecided    ThresholdStatus = "inconclusive"
	Unanswerable ThresholdStatus = "error"
)

// WorstThreshold is the status of all thresholds together: an error before inconclusive
// before missed; [Met] if there are none.
func WorstThreshold(all []Threshold) ThresholdStatus {
	for _, status := range []ThresholdStatus{Unanswerable, Undecided, Missed} {
		if slices.ContainsFunc(all, func(t Threshold) bool { return t.Status == status }) {
			return status
		}
	}
	return Met
}

// thresholds judges a run by its limits.
func thresholds(limits []threshold.Threshold, r *Report) []Threshold {
	var all []Threshold
	for _, limit := range limits {
		all = append(all, judge(limit, r, r.ClientDoubt()))
	}
	return all
}

// judge judges a run by one limit. doubt says why times measured by the client mean
// little; "" if they are sound.
func judge(limit threshold.Threshold, r *Report, doubt string) Threshold {
	t := Threshold{Text: limit.String(), Metric: limit.Metric}
	metric, known := MetricNamed(limit.Metric)
	if !known {
		return t.because(Unanswerable, fmt.Sprintf("there is no metric %s", limit.Metric))
	}
	if metric.Kind == threshold.Status {
		return t.judgeFinding(limit, metric, r)
	}
	ended := r.EndedEarly != nil && r.EndedEarly.Threshold == t.Text
	v, ok := metric.Value(r)
	if !ok && !ended {
		return t.because(Unanswerable, "the run has no sample of it")
	}
	if ok {
		t.Value = strconv.FormatFloat(v, 'f', -1, 64)
	}
	timed := metric.Kind == threshold.Duration || metric.Kind == threshold.Rate
	switch {
	case r.Error != "":
		return t.because(Undecided, "the run ended with an error")
	case timed && doubt != "":
		return t.because(Undecided, doubt)
	case ended:
		return t.because(Missed, "it "+r.EndedEarly.missed()+", which ended the run")
	}
	if doubt := hiddenBy(limit, metric, r); doubt != "" {
		return t.because(Undecided, doubt)
	}
	t.Status = Missed
	if limit.Keeps(v) {
		t.Status = Met
	}
	return t
}

// hiddenBy returns a reason if a limit of a time is met or missed only because workers
// that waited in a stall began no operations; "" if that makes no difference.
func hiddenBy(limit threshold.Threshold, metric Metric, r *Report) string {
	c := r.corrected()
	if c == nil || metric.Kind != threshold.Duration {
		return ""
	}
	measured, _ := metric.Value(r)
	corrected, ok := metric.Value(c)
	if !ok || limit.Keeps(corrected) == limit.Keeps(measured) {
		return ""
	}
	return fmt.Sprintf("no operation succeeded for %s while workers waited; with the operations that they would have begun meanwhile it is %s",
		format.Seconds(r.Stalls.TotalS), metric.exactly(corrected))
}

// judgeFinding: a check without a result neither meets nor misses a limit that asks for
// pass or fail.
func (t Threshold) judgeFinding(limit threshold.Threshold, metric Metric, r *Report) Threshold {
	finding, ok := metric.Status(r)
	if !ok {
		return t.because(Unanswerable, "the check was not run")
	}
	t.Value = string(finding)
	asked := t.Value == limit.Finding
	switch {
	case finding == check.Skipped && !asked:
		return t.because(Unanswerable, "the check was skipped: it had nothing to judge")
	case finding == check.Inconclusive && !asked:
		return t.because(Undecided, "the check is inconclusive")
	case limit.KeepsFinding(t.Value):
		t.Status = Met
	default:
		t.Status = Missed
	}
	return t
}

func (t Threshold) because(status ThresholdStatus, reason string) Threshold {
	t.Status, t.Reason = status, reason
	return t
}

func (t Threshold) validate() error {
	if !slices.Contains([]ThresholdStatus{Met, Missed, Undecided, Unanswerable}, t.Status) {
		return fmt.Errorf("threshold %q: unknown status %q", t.Text, t.Status)
	}
	return nil
}

// Shown is the value for people, exact enough to compare with the limit.
func (t Threshold) Shown() string {
	v, err := strconv.ParseFloat(t.Value, 64)
	metric, _ := MetricNamed(t.Metric)
	switch {
	case t.Value == "":
		return format.Absent
	case err != nil || metric.Kind == threshold.Status:
		return format.Shorten(t.Value, 14)
	}
	return metric.exactly(v)
}

// exactly writes a value with its unit.
func (m Metric) exactly(v float64) string {
	rounded := func(v float64) string { return strconv.FormatFloat(math.Round(v*1e4)/1e4, 'f', -1, 64) }
	switch m.Kind {
	case threshold.Duration:
		return rounded(v) + " ms"
	case threshold.Rate:
		return rounded(v) + "/s"
	case threshold.Share:
		return rounded(v*100) + "%"
	case threshold.Money:
		return "$" + rounded(v)
	}
	return rounded(v)
}

// Sentence states the threshold, the measured value, and the reason if there is one.
func (t Threshold) Sentence() string {
	text := t.Text
	if t.Value != "" {
		text += ": " + t.Shown()
	}
	if t.Reason != "" {
		text += ": " + t.Reason
	}
	return text
}
