package measure

import (
	"testing"
	"time"
)

func TestBuckets(t *testing.T) {
	for d := time.Microsecond; d < 2*time.Hour; d = d*5/4 + time.Microsecond {
		bound, middle := bucketEnd(bucketOf(d)), bucketMiddle(bucketOf(d))
		if d < time.Hour && (bound <= d || float64(bound) > float64(d)*1.063+2000) {
			t.Errorf("%v is in a bucket that ends at %v", d, bound)
		}
		if off := (middle - d).Abs(); d < time.Hour && off > d/32+time.Microsecond {
			t.Errorf("%v is in a bucket around %v", d, middle)
		}
	}
	check(t, "negative", bucketOf(-time.Second), 0)
	check(t, "huge", bucketOf(1000*time.Hour), buckets-1)
}
