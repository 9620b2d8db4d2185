package check

import "math/bits"

// Staleness says how far eventual reads were behind the writes that had been
// acknowledged when they began. All distances are lower bounds.
type Staleness struct {
	Reads int64 // eventual reads
	Stale int64 // how many of these were behind
	// Older counts the reads that were so far behind that only a lower bound of the
	// time is known.
	Older int64

	// MaxVersions and MaxNanos are the largest distances, in versions and in
	// nanoseconds.
	MaxVersions, MaxNanos int64
	// Versions and Micros are histograms of the distances, in versions and in
	// microseconds. Bucket 0 counts reads that were not behind, bucket n those in
	// [2^(n−1), 2^n).
	Versions [65]int64
	Micros   [65]int64
}

func (s *Staleness) add(versions, nanos int64) {
	s.Reads++
	if versions > 0 {
		s.Stale++
	}
	s.MaxVersions = max(s.MaxVersions, versions)
	s.MaxNanos = max(s.MaxNanos, nanos)
	const nanosPerMicro = 1000
	s.Versions[bits.Len64(uint64(max(versions, 0)))]++
	s.Micros[bits.Len64(uint64(max(nanos, 0)/nanosPerMicro))]++
}

// Merge adds the reads of another counter.
func (s *Staleness) Merge(o *Staleness) {
	s.Reads += o.Reads
	s.Stale += o.Stale
	s.Older += o.Older
	s.MaxVersions = max(s.MaxVersions, o.MaxVersions)
	s.MaxNanos = max(s.MaxNanos, o.MaxNanos)
	for i := range s.Versions {
		s.Versions[i] += o.Versions[i]
		s.Micros[i] += o.Micros[i]
	}
}
