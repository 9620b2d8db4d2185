package measure

import (
	"iter"
	"time"
)

// LiveTimes is a histogram with sixteen buckets for each power of two of microseconds. The zero
// value is empty. Durations above an hour are counted in the last bucket.
type LiveTimes struct {
	counts [buckets]int64
	Count  int64
	Sum    time.Duration
}

// load adds what workers have recorded.
func (t *LiveTimes) load(from *liveTimes) {
	for b := range from.buckets {
		n := from.buckets[b].Load()
		t.counts[b] += n
		t.Count += n
	}
	t.Sum += time.Duration(from.sum.Load())
}

// Record counts a duration.
func (t *LiveTimes) Record(d time.Duration) {
	t.counts[bucketOf(d)]++
	t.Count, t.Sum = t.Count+1, t.Sum+d
}

// Add adds the durations of other.
func (t *LiveTimes) Add(other *LiveTimes) {
	for b, n := range other.counts {
		t.counts[b] += n
	}
	t.Count, t.Sum = t.Count+other.Count, t.Sum+other.Sum
}

func (t *LiveTimes) subtract(other *LiveTimes) {
	for b, n := range other.counts {
		t.counts[b] -= n
	}
	t.Count, t.Sum = t.Count-other.Count, t.Sum-other.Sum
}

// At returns the bucket [from, to) that contains a percentile in (0, 100]. ok is false if the
// histogram is empty.
func (t *LiveTimes) At(percentile float64) (from, to time.Duration, ok bool) {
	if t.Count <= 0 {
		return 0, 0, false
	}
	b := percentileBucket(t.counts[:], t.Count, percentile)
	return bucketBegin(b), bucketEnd(b), true
}

// Bar is a bucket of a histogram: the durations from From, included, to To, excluded.
type Bar struct {
	From, To time.Duration
	Count    int64
}

// Bars returns the buckets that are not empty, in ascending order.
func (t *LiveTimes) Bars() iter.Seq[Bar] {
	return func(yield func(Bar) bool) {
		for b, n := range t.counts {
			if n != 0 && !yield(Bar{bucketBegin(b), bucketEnd(b), n}) {
				return
			}
		}
	}
}
