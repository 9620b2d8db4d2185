// Package hist measures durations in HdrHistograms that cannot clamp silently
// and cannot confuse the 0.99 quantile with the 99th percentile.
package hist

import (
	"io"
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

const (
	// Lowest and Highest bound what a Histogram can hold.
	Lowest  = time.Microsecond
	Highest = time.Hour
	// significantFigures is the precision: a recorded value is off by at most
	// one part in a thousand.
	significantFigures = 3
)

// Histogram counts durations. The zero value is empty and ready; it takes its
// memory (about 190 kB) with the first record. It is not safe for use by several
// goroutines: give each its own and [Histogram.Merge] them after.
type Histogram struct {
	counts     *hdrhistogram.Histogram // in microseconds; nil until the first record
	outOfRange int64
}

// Prepare takes the histogram's memory now, so that recording never allocates.
func (h *Histogram) Prepare() {
	if h.counts == nil {
		h.counts = hdrhistogram.New(int64(Lowest/time.Microsecond), int64(Highest/time.Microsecond), significantFigures)
	}
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

// AddShare adds so many times as many durations as other holds: 0.5 is every second
// of them, 2 each twice. share is not negative.
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

// Merge adds what other holds.
func (h *Histogram) Merge(other *Histogram) {
	h.outOfRange += other.outOfRange
	if other.counts == nil {
		return
	}
	h.Prepare()
	h.outOfRange += h.counts.Merge(other.counts)
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

// percentileOfRank is a percentile for which hdrhistogram takes the value of that
// rank: it takes the rank percentile ÷ 100 × count, rounded to the nearest.
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

// Mean is the arithmetic mean of what was recorded, 0 if there is none.
func (h *Histogram) Mean() time.Duration {
	if h.Count() == 0 {
		return 0
	}
	return time.Duration(h.counts.Mean() * float64(time.Microsecond))
}

// WriteHGRM writes the percentile distribution, in milliseconds, as
// HdrHistogram's plotter reads it. It returns an error for more than 2^48
// durations.
func (h *Histogram) WriteHGRM(w io.Writer) error {
	if h.Count() > mostCounted {
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

// CountsUpTo returns, for each bound, the number of recorded durations that are at
// most as long, within the precision. The bounds ascend.
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
