package hist

import (
	"errors"
	"fmt"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// MarshalText returns the histogram in HdrHistogram's V2 compressed format, in
// base64, which HdrHistogram libraries of other languages read. Values are in
// microseconds. Durations out of range are not included. An empty histogram gives an
// empty text.
func (h *Histogram) MarshalText() ([]byte, error) {
	if h.counts == nil {
		return []byte{}, nil
	}
	return h.counts.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
}

// maxCount is the largest number of durations in a histogram that is read or
// printed. hdrhistogram walks through the percentiles in steps that become
// shorter towards 100; with 2^52 durations a step is lost in the rounding of a
// float64, and the walk never ends.
const maxCount = 1 << 48

// errTooMany: see [maxCount].
var errTooMany = errors.New("histogram: it holds more values than any run can have")

// UnmarshalText replaces the histogram by one that [Histogram.MarshalText] wrote. It
// returns an error for more than 2^48 durations, and for durations above [Highest];
// the histogram then keeps what it held.
func (h *Histogram) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*h = Histogram{}
		return nil
	}
	decoded, err := hdrhistogram.Decode(text)
	if err != nil {
		return fmt.Errorf("histogram: %w", err)
	}
	if decoded.TotalCount() > maxCount {
		return errTooMany
	}
	var fresh Histogram
	fresh.Prepare()
	if dropped := fresh.counts.Merge(decoded); dropped > 0 {
		return fmt.Errorf("histogram: %d values are above %v", dropped, Highest)
	}
	*h = fresh
	return nil
}
