package hist

import (
	"fmt"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// MarshalText gives the HdrHistogram V2 compressed form in base64, which
// HdrHistogram libraries of other languages read; values are microseconds.
// What was out of range is not in it. An empty histogram is an empty text.
func (h *Histogram) MarshalText() ([]byte, error) {
	if h.counts == nil {
		return []byte{}, nil
	}
	return h.counts.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
}

// UnmarshalText replaces the histogram by what [Histogram.MarshalText] gave.
func (h *Histogram) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*h = Histogram{}
		return nil
	}
	decoded, err := hdrhistogram.Decode(text)
	if err != nil {
		return fmt.Errorf("histogram: %w", err)
	}
	var fresh Histogram
	fresh.Prepare()
	if dropped := fresh.counts.Merge(decoded); dropped > 0 {
		return fmt.Errorf("histogram: %d values are above %v", dropped, Highest)
	}
	*h = fresh
	return nil
}
