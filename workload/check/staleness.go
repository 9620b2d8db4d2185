package check

import "math/bits"

// Staleness tells how far eventual reads were behind, at least: by what had
// surely been acknowledged when they began. The histograms have a bucket for 0
// and one for each power of two: bucket n counts [2^(n−1), 2^n).
type Staleness struct {
	Reads int64 // eventual reads
	Stale int64 // of these, how many were behind
	// Older counts reads that were so far behind that their time is a lower
	// bound.
	Older int64

	MaxVersions, MaxNanos int64
	Versions              [65]int64
	Micros                [65]int64
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
