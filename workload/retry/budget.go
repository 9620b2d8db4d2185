package retry

// Budget is a bucket of retries, as in gRPC's retry throttling and in "Fixing retries with
// token buckets and circuit breakers" (Brooker, 2022): each success adds Ratio to it, up to
// Burst, and each retry takes 1. A retry for which less than 1 is left is not made. In the
// long run there are at most Ratio retries for each success. The first attempt of an
// operation takes nothing, so that a store that is well again is noticed.
//
// A retry is whatever is tried again after a failure, a read or a ticket as well.
//
// The zero value is no limit. It is not for counters where each operation must succeed: a
// client whose bucket is empty gives up.
type Budget struct {
	Ratio float64 // retries for each success, above 0; 0: no limit
	Burst float64 // the most that the bucket holds, and what it begins with; at least 1
}

// Bucket is what is left of a [Budget]. The zero value is a full one.
type Bucket struct {
	spent float64 // of Burst, from 0 to Burst
}

// roundingError is by how much sums of a ratio may miss a whole number: ten times 0.1 is
// less than 1.
const roundingError = 1e-9

// earn is the bucket after a success.
func (b Budget) earn(left Bucket) Bucket {
	if b.limits() {
		left.spent = max(left.spent-b.Ratio, 0)
	}
	return left
}

// take is the bucket after a retry, and whether there was one left for it.
func (b Budget) take(left Bucket) (Bucket, bool) {
	if !b.limits() {
		return left, true
	}
	if b.Burst-left.spent < 1-roundingError {
		return left, false
	}
	left.spent++
	return left, true
}

func (b Budget) limits() bool { return b.Ratio > 0 }
