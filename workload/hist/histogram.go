// Package hist counts durations in HdrHistograms. Unlike the library's own, they
// never clamp a value silently, and percentiles are always from 0 to 100, never from
// 0 to 1.
package hist

import (
	"io"
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

const (
	// Lowest and Highest are the shortest and the longest duration that a Histogram
	// can hold. Shorter ones count as Lowest.
	Lowest  = time.Microsecond
	Highest = time.Hour
	// significantFigures is the precision: a recorded value is off by at most
	// one part in a thousand.
	significantFigures = 3
)

// Histogram counts durations. The zero value is empty and ready for use; it allocates
// its memory (about 190 kB) with the first record. It is not safe for use by several
// goroutines: give each its own and [Histogram.Merge] them afterwards.
type Histogram struct {
	counts     *hdrhistogram.Histogram // in microseconds; nil until the first record
	outOfRange int64
	// shared: others may use counts too, so that it must be copied before it is changed.
	shared bool
}

// Prepare allocates the histogram's memory now, so that recording never does.
func (h *Histogram) Prepare() {
	if h.counts != nil && !h.shared {
		return
	}
	own := hdrhistogram.New(int64(Lowest/time.Microsecond), int64(Highest/time.Microsecond), significantFigures)
	if h.counts != nil {
		own.Merge(h.counts) // of the same range, so that nothing is dropped
	}
	h.counts, h.shared = own, false
}

// Record counts d, rounded up to whole microseconds. A negative duration, or
// one above [Highest], is not recorded but counted by [Histogram.OutOfRange].
func (h *Histogram) Record(d time.Duration) { h.RecordMany(d, 1) }

// RecordMany counts d as if it had been recorded n times.
func (h *Histogram) RecordMany(d time.Duration, n int64) {
	if d < 0 || d > Highest {
		h.outOfRange += n
		return
	}
	h.Prepare()
	micros := max(int64((d+time.Microsecond-1)/time.Microsecond), 1)
	if err := h.counts.RecordValues(micros, n); err != nil {
		h.outOfRange += n
	}
}

// AddShare adds the durations of other with their counts multiplied by share: 0.5
// adds half of them, 2 adds each twice. share must not be negative.
func (h *Histogram) AddShare(other *Histogram, share float64) {
	if other.counts == nil || share == 0 {
		return
	}
	var seen float64
	var added int64
	for _, bar := range other.counts.Distribution() {
		if bar.Count == 0 {
			continue
		}
		seen += float64(bar.Count) * share
		n := int64(math.Round(seen)) - added
		added += n
		h.RecordMany(time.Duration(bar.To)*time.Microsecond, n)
	}
}

// Merge adds all durations of other, out-of-range ones included.
func (h *Histogram) Merge(other *Histogram) {
	h.outOfRange += other.outOfRange
	if other.counts == nil {
		return
	}
	h.Prepare()
	h.outOfRange += h.counts.Merge(other.counts)
}

// Absorb does what Merge does, but an empty histogram takes no memory of its own for it
// until more is recorded by either of the two.
func (h *Histogram) Absorb(other *Histogram) {
	if h.counts != nil || other.counts == nil {
		h.Merge(other)
		return
	}
	h.outOfRange += other.outOfRange
	h.counts, h.shared, other.shared = other.counts, true, true
}

// Count is the number of durations recorded, out-of-range ones not included.
func (h *Histogram) Count() int64 {
	if h.counts == nil {
		return 0
	}
	return h.counts.TotalCount()
}

// OutOfRange is the number of durations that could not be recorded. A report
// that shows the histogram must show it too if it is not 0.
func (h *Histogram) OutOfRange() int64 { return h.outOfRange }

// At returns the shortest recorded duration that at least percentile percent of the
// recorded ones do not exceed: the one of rank [Rank], counted from the shortest.
// percentile is in (0, 100], so the median is At(50). It returns 0 for an empty
// histogram and panics if percentile is out of range.
func (h *Histogram) At(percentile float64) time.Duration {
	rank := Rank(percentile, h.Count())
	if rank == 0 {
		return 0
	}
	return time.Duration(h.counts.ValueAtPercentile(percentileOfRank(rank, h.Count()))) * time.Microsecond
}

// percentileOfRank returns a percentile for which hdrhistogram returns the value of
// that rank. The library uses the rank percentile ÷ 100 × count, rounded to the
// nearest.
func percentileOfRank(rank, count int64) float64 {
	return 100 * float64(rank) / float64(count)
}

// Min is the shortest recorded duration, 0 if there is none.
func (h *Histogram) Min() time.Duration {
	if h.Count() == 0 {
		return 0
	}
	return time.Duration(h.counts.Min()) * time.Microsecond
}

// Max is the longest recorded duration, 0 if there is none.
func (h *Histogram) Max() time.Duration {
	if h.Count() == 0 {
		return 0
	}
	return time.Duration(h.counts.Max()) * time.Microsecond
}

// Mean is the arithmetic mean of the recorded durations, 0 if there is none.
func (h *Histogram) Mean() time.Duration {
	if h.Count() == 0 {
		return 0
	}
	return time.Duration(h.counts.Mean() * float64(time.Microsecond))
}

// WriteHGRM writes the percentile distribution, in milliseconds, in the format of
// HdrHistogram's plotter. It returns an error for more than 2^48 durations.
func (h *Histogram) WriteHGRM(w io.Writer) error {
	if h.Count() > maxCount {
		return errTooMany
	}
	source := h.counts
	if source == nil {
		source = hdrhistogram.New(1, 2, significantFigures)
	}
	const ticksPerHalfDistance, microsPerMilli = 5, 1000
	_, err := source.PercentilesPrint(w, ticksPerHalfDistance, microsPerMilli)
	return err
}

// CountsUpTo returns, for each bound, the number of recorded durations up to it,
// within the precision of the histogram. The bounds must ascend.
func (h *Histogram) CountsUpTo(bounds ...time.Duration) []int64 {
	counts := make([]int64, len(bounds))
	if h.counts == nil {
		return counts
	}
	bars, count := h.counts.Distribution(), int64(0)
	for i, bound := range bounds {
		for len(bars) > 0 && bars[0].From <= int64(bound/time.Microsecond) {
			count += bars[0].Count
			bars = bars[1:]
		}
		counts[i] = count
	}
	return counts
}
