package report

import (
	"fmt"

	"contend/workload/hist"
	"contend/workload/history"
	"contend/workload/measure"
)

// Timing holds the three latencies of a set of operations.
type Timing struct {
	Response Times `json:"response"` // from when the work was due to its end
	Service  Times `json:"service"`  // from the first request to the end
	Attempt  Times `json:"attempt"`  // one request
}

// Times summarizes a set of durations, in milliseconds. If there are none, only the
// counts are present.
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
	// Histogram holds all durations, in microseconds, in HdrHistogram's V2 compressed
	// form and base64, so that runs can be merged without loss.
	Histogram *hist.Histogram `json:"histogram,omitempty"`
}

func byOperation(all *[history.KindCount]hist.Histogram) map[string]Times {
	byKind := map[string]Times{}
	for _, kind := range history.Kinds() {
		if h := &all[kind]; h.Count()+h.OutOfRange() > 0 {
			byKind[kind.String()] = TimesOf(h)
		}
	}
	return byKind
}

func timing(t *measure.Timing) Timing {
	return Timing{Response: TimesOf(&t.Response), Service: TimesOf(&t.Service), Attempt: TimesOf(&t.Attempt)}
}

// TimesOf summarizes a histogram. It keeps the histogram itself, too.
func TimesOf(h *hist.Histogram) Times {
	t := Times{Count: h.Count(), OutOfRange: h.OutOfRange()}
	if t.Count == 0 {
		return t
	}
	t.Min, t.Mean, t.Max = new(millis(h.Min())), new(millis(h.Mean())), new(millis(h.Max()))
	t.P50, t.P90, t.P95 = new(millis(h.At(50))), new(millis(h.At(90))), new(millis(h.At(95)))
	t.P99, t.P999 = new(millis(h.At(99))), new(millis(h.At(99.9)))
	t.Histogram = h
	return t
}

// Percentile is nil if it was not measured. A percentile that the report has as a field
// is returned as it stands there.
func (t *Times) Percentile(p float64) *float64 {
	switch named := map[float64]*float64{50: t.P50, 90: t.P90, 95: t.P95, 99: t.P99, 99.9: t.P999, 100: t.Max}[p]; {
	case named != nil:
		return named
	case t.Histogram == nil || t.Histogram.Count() == 0:
		return nil
	}
	return new(millis(t.Histogram.At(p)))
}

func counts(measured map[string]int64) map[string]int64 {
	copied := make(map[string]int64, len(measured))
	for reason, n := range measured {
		copied[reason] = n
	}
	return copied
}

func (t Times) validate() error {
	if t.Histogram != nil && t.Histogram.Count() != t.Count {
		return fmt.Errorf("the histogram holds %d times, count says %d", t.Histogram.Count(), t.Count)
	}
	return nil
}
