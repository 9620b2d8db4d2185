package measure

import (
	"iter"
	"time"
)

// LiveTimes is a histogram with sixteen bars for each power of two of microseconds. The
// zero value is empty. Durations above an hour are in the last bar.
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

// At returns the bar in which a percentile is, which is in (0, 100]: at least from, and less
// than to. ok is false if there are no durations.
func (t *LiveTimes) At(percentile float64) (from, to time.Duration, ok bool) {
	if t.Count <= 0 {
		return 0, 0, false
	}
	b := percentileBucket(t.counts[:], t.Count, percentile)
	return bucketBegin(b), bucketEnd(b), true
}

// Bars returns the ends of the bars that are not empty, with how many durations they hold,
// in ascending order. The end is not in the bar.
func (t *LiveTimes) Bars() iter.Seq2[time.Duration, int64] {
	return func(yield func(time.Duration, int64) bool) {
		for b, n := range t.counts {
			if n != 0 && !yield(bucketEnd(b), n) {
				return
			}
		}
	}
}
