package hist

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

func marshal(t testing.TB, h *Histogram) []byte {
	t.Helper()
	text, err := h.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTextIsLossless(t *testing.T) {
	for _, durations := range [][]time.Duration{
		nil,
		{Lowest},
		{Highest},
		{time.Millisecond, time.Millisecond, 7 * time.Second, 33 * time.Microsecond, Highest},
	} {
		before := of(durations...)
		var after Histogram
		after.Record(time.Minute) // is to be replaced
		if err := after.UnmarshalText(marshal(t, before)); err != nil {
			t.Fatalf("%v: %v", durations, err)
		}
		if after.Count() != before.Count() || after.Min() != before.Min() || after.Max() != before.Max() || after.Mean() != before.Mean() {
			t.Errorf("%v: got %d from %v to %v", durations, after.Count(), after.Min(), after.Max())
		}
		if !bytes.Equal(marshal(t, &after), marshal(t, before)) {
			t.Errorf("%v: the text differs", durations)
		}
	}
}

// TestDecodedHistogramsMergeWithoutLoss: runs made apart can be put together.
func TestDecodedHistogramsMergeWithoutLoss(t *testing.T) {
	one, two := of(time.Millisecond, 5*time.Second), of(3*time.Millisecond)
	together := of(time.Millisecond, 5*time.Second, 3*time.Millisecond)
	var merged Histogram
	for _, h := range []*Histogram{one, two} {
		var decoded Histogram
		if err := decoded.UnmarshalText(marshal(t, h)); err != nil {
			t.Fatal(err)
		}
		merged.Merge(&decoded)
	}
	if !bytes.Equal(marshal(t, &merged), marshal(t, together)) {
		t.Errorf("got %d values, want %d", merged.Count(), together.Count())
	}
}

func TestPreparedAndEmpty(t *testing.T) {
	var prepared, decoded Histogram
	prepared.Prepare()
	if err := decoded.UnmarshalText(marshal(t, &prepared)); err != nil || decoded.Count() != 0 {
		t.Errorf("count %d, %v", decoded.Count(), err)
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	wide := hdrhistogram.New(1, int64(time.Hour), 2)
	if err := wide.RecordValue(int64(2 * Highest / time.Microsecond)); err != nil {
		t.Fatal(err)
	}
	beyond, err := wide.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		t.Fatal(err)
	}
	whole := marshal(t, of(time.Second, time.Minute))
	for _, c := range []struct {
		what string
		text []byte
		want string
	}{
		{"no base64", []byte("???"), "histogram: illegal base64"},
		{"too short", []byte("AAAA"), "histogram: encoded histogram too short"},
		{"cut off", whole[:len(whole)/2/4*4], "histogram: "},
		{"beyond the range", beyond, "histogram: 1 values are above 1h0m0s"},
	} {
		h := of(time.Second)
		err := h.UnmarshalText(c.text)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s…", c.what, err, c.want)
		}
		if h.Count() != 1 {
			t.Errorf("%s: the histogram was changed", c.what)
		}
	}
}

// TestAHistogramOfMoreThanAnyRunHasIsRefused: printing its percentiles would never
// end. As many as are allowed are printed.
func TestAHistogramOfMoreThanAnyRunHasIsRefused(t *testing.T) {
	h := of(time.Second)
	h.RecordMany(time.Millisecond, maxCount-1)
	var decoded Histogram
	if err := errors.Join(h.WriteHGRM(io.Discard), decoded.UnmarshalText(marshal(t, h))); err != nil {
		t.Error(err)
	}
	h.Record(time.Second)
	if err := h.WriteHGRM(io.Discard); !errors.Is(err, errTooMany) {
		t.Errorf("printed: got %v", err)
	}
	if err := decoded.UnmarshalText(marshal(t, h)); !errors.Is(err, errTooMany) {
		t.Errorf("read: got %v", err)
	}
	if decoded.Count() != maxCount {
		t.Error("a text that is refused changed the histogram")
	}
}

// FuzzUnmarshalText: no text causes a panic, and a histogram that was decoded is equal
// after encoding and decoding.
func FuzzUnmarshalText(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("HISTFAAAAB"))
	f.Add(marshal(f, of(time.Millisecond)))
	f.Add(marshal(f, of(Lowest, Highest, time.Second)))
	f.Fuzz(func(t *testing.T, text []byte) {
		var h Histogram
		if err := h.UnmarshalText(text); err != nil {
			return
		}
		if h.Count() > 0 && (h.Min() > h.Max() || h.At(50) > h.Max() || h.Mean() < 0) {
			t.Errorf("%d values from %v to %v, mean %v", h.Count(), h.Min(), h.Max(), h.Mean())
		}
		if err := h.WriteHGRM(io.Discard); err != nil {
			t.Error(err)
		}
		var again Histogram
		if err := again.UnmarshalText(marshal(t, &h)); err != nil {
			t.Fatalf("it was decoded once, and now: %v", err)
		}
		if again.Count() != h.Count() || again.Max() != h.Max() {
			t.Errorf("%d values up to %v became %d up to %v", h.Count(), h.Max(), again.Count(), again.Max())
		}
	})
}
