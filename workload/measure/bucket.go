package measure

import (
	"math/bits"
	"time"

	"contend/workload/hist"
)

// The buckets of small histograms: sixteen for each power of two of microseconds,
// up to 2^32 µs, more than an hour.
const (
	bucketBits = 4
	buckets    = (32 + 1) << bucketBits
)

func bucketOf(d time.Duration) int {
	micros := uint64(max(d/time.Microsecond, 0))
	if micros < 1<<bucketBits {
		return int(micros)
	}
	power := bits.Len64(micros) - 1 - bucketBits
	return min((power+1)<<bucketBits+int(micros>>power&(1<<bucketBits-1)), buckets-1)
}

// bucketEnd is the end of a bucket, exclusive; that of the one before is its
// beginning.
func bucketEnd(bucket int) time.Duration {
	if bucket < 1<<bucketBits {
		return time.Duration(bucket+1) * time.Microsecond
	}
	power := bucket>>bucketBits - 1
	mantissa := bucket&(1<<bucketBits-1) + 1<<bucketBits
	return time.Duration((mantissa+1)<<power) * time.Microsecond
}

// bucketBegin is the beginning of a bucket, inclusive.
func bucketBegin(bucket int) time.Duration {
	if bucket == 0 {
		return 0
	}
	return bucketEnd(bucket - 1)
}

// bucketMiddle is off by at most one part in 32 from what the bucket holds, or by
// half a microsecond.
func bucketMiddle(bucket int) time.Duration {
	return (bucketBegin(bucket) + bucketEnd(bucket)) / 2
}

// percentileBucket is the bucket of the least value that percentile percent of the
// total, which is above 0, do not exceed.
func percentileBucket[T uint32 | int64](counts []T, total int64, percentile float64) int {
	rank := hist.Rank(percentile, total)
	for b, n := range counts {
		if rank -= int64(n); rank <= 0 {
			return b
		}
	}
	return len(counts) - 1
}
