package hist

import (
	"errors"
	"fmt"
	"time"
)

// Sparse is all that a histogram holds. Unlike the text of [Histogram.MarshalText] it
// includes how many durations were out of range.
type Sparse struct {
	// Counts holds pairs: a duration in microseconds, as exactly as the histogram knows it,
	// and how many there are, above 0. The durations ascend.
	Counts     []int64 `json:"counts,omitempty"`
	OutOfRange int64   `json:"out_of_range,omitempty"`
}

// Sparse returns all that the histogram holds.
func (h *Histogram) Sparse() Sparse {
	s := Sparse{OutOfRange: h.outOfRange}
	if h.counts == nil {
		return s
	}
	for _, bar := range h.counts.Distribution() {
		if bar.Count > 0 {
			s.Counts = append(s.Counts, bar.From, bar.Count)
		}
	}
	return s
}

// Histogram is the inverse of [Histogram.Sparse]. It returns an error for what no
// histogram gives: more than 2^48 durations, for instance.
func (s Sparse) Histogram() (Histogram, error) {
	var h Histogram
	if s.OutOfRange < 0 || s.OutOfRange > maxCount {
		return h, errTooMany
	}
	if len(s.Counts)%2 != 0 {
		return h, errors.New("histogram: a duration has no count")
	}
	total, last := int64(0), int64(0)
	for i := 0; i < len(s.Counts); i += 2 {
		micros, n := s.Counts[i], s.Counts[i+1]
		switch {
		case micros <= last || micros > int64(Highest/time.Microsecond):
			return Histogram{}, fmt.Errorf("histogram: the duration %d µs is not in (%d, %d]", micros, last, Highest/time.Microsecond)
		case n <= 0:
			return Histogram{}, fmt.Errorf("histogram: %d durations of %d µs", n, micros)
		case n > maxCount-total:
			return Histogram{}, errTooMany
		}
		last, total = micros, total+n
		h.RecordMany(time.Duration(micros)*time.Microsecond, n)
	}
	h.outOfRange += s.OutOfRange
	return h, nil
}
