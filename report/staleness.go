package report

import "contend/workload/check"

// Staleness tells how far eventually consistent reads were behind what had
// surely been acknowledged when they began.
type Staleness struct {
	Reads        int64   `json:"reads"`
	Stale        int64   `json:"stale"` // of these, how many were behind
	MostVersions int64   `json:"most_versions"`
	MostMS       float64 `json:"most_ms"`
	// Older counts reads of states so old that their time is a lower bound.
	Older int64 `json:"older,omitempty"`
	// The histograms' bars are a power of two wide; empty ones are left out.
	Versions []StalenessBar `json:"versions"` // below, in versions
	Times    []StalenessBar `json:"times"`    // below, in milliseconds
}

// StalenessBar says how many reads were behind by less than Below, and not
// below the bar before.
type StalenessBar struct {
	Below float64 `json:"below"`
	Reads int64   `json:"reads"`
}

// NewStaleness is nil if there was no eventually consistent read, or if s is nil
// because the history could not be read.
func NewStaleness(s *check.Staleness) *Staleness {
	if s == nil || s.Reads == 0 {
		return nil
	}
	const nanosPerMilli, microsPerMilli = 1e6, 1e3
	return &Staleness{
		Reads: s.Reads, Stale: s.Stale, Older: s.Older,
		MostVersions: s.MostVersions, MostMS: float64(s.MostNanos) / nanosPerMilli,
		Versions: stalenessBars(s.Versions[:], 1), Times: stalenessBars(s.Micros[:], 1/microsPerMilli),
	}
}

// stalenessBars reads buckets of which the n-th ends below 2^n units.
func stalenessBars(buckets []int64, unit float64) []StalenessBar {
	bars := []StalenessBar{}
	below := unit
	for _, reads := range buckets {
		if reads > 0 {
			bars = append(bars, StalenessBar{below, reads})
		}
		below *= 2
	}
	return bars
}
