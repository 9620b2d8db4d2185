package report

import "contend/workload/check"

// Staleness is how far eventually consistent reads were behind the updates that had
// surely been acknowledged when they began.
type Staleness struct {
	Reads       int64   `json:"reads"`
	Stale       int64   `json:"stale"` // how many of these were behind
	MaxVersions int64   `json:"most_versions"`
	MaxMS       float64 `json:"most_ms"`
	// Older counts reads of states so old that the measured time is a lower bound.
	Older int64 `json:"older,omitempty"`
	// The bars of the histograms are a power of two wide; empty ones are left out.
	Versions []StalenessBar `json:"versions"` // Below is in versions
	Times    []StalenessBar `json:"times"`    // Below is in milliseconds
}

// StalenessBar counts the reads that were behind by less than Below, but by at least
// the Below of the bar before.
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
		MaxVersions: s.MaxVersions, MaxMS: float64(s.MaxNanos) / nanosPerMilli,
		Versions: stalenessBars(s.Versions[:], 1), Times: stalenessBars(s.Micros[:], 1/microsPerMilli),
	}
}

// stalenessBars converts buckets, of which the n-th ends below 2^n units.
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
