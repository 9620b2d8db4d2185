package text

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"contend/report"
	"contend/workload/hist"
)

func TestHorizontal(t *testing.T) {
	for _, c := range []struct {
		part   float64
		length int
		want   string
	}{
		{0, 10, ""},
		{1, 4, "████"},
		{0.5, 4, "██"},
		{0.5, 1, "▌"},
		{1.0 / 8, 1, "▏"},
		{0.0000001, 10, "▏"}, // what is there is seen
		{7.0 / 8, 1, "▉"},
		{9, 3, "███"},
		{-1, 3, ""},
	} {
		if got := horizontal(c.part, c.length); got != c.want {
			t.Errorf("%v of %d: got %q, want %q", c.part, c.length, got, c.want)
		}
	}
}

func TestAttemptBars(t *testing.T) {
	all := make([]report.AttemptsBar, 5000)
	for i := range all {
		all[i] = report.AttemptsBar{Attempts: int64(i + 1), Operations: 1}
	}
	for _, c := range []struct {
		what      string
		histogram []report.AttemptsBar
		labels    string
		counts    []int64
	}{
		{"nothing", nil, "", nil},
		{"one attempt each", []report.AttemptsBar{{Attempts: 1, Operations: 7}}, "1", []int64{7}},
		{"from two on", []report.AttemptsBar{{Attempts: 2, Operations: 3}, {Attempts: 4, Operations: 1}}, "2 3 4", []int64{3, 0, 1}},
		{"grouped above four", []report.AttemptsBar{{Attempts: 4, Operations: 1}, {Attempts: 5, Operations: 2}, {Attempts: 8, Operations: 3}, {Attempts: 9, Operations: 4}, {Attempts: 16, Operations: 5}}, "4 5–8 9–16", []int64{1, 5, 9}},
		{"only many", []report.AttemptsBar{{Attempts: 1000, Operations: 2}}, "513–1024", []int64{2}},
		{"thousands", all, "1 2 3 4 5–8 9–16 17–32 33–64 65–128 129–256 257–512 ≥513", []int64{1, 1, 1, 1, 4, 8, 16, 32, 64, 128, 256, 4488}},
		{"beyond reason", []report.AttemptsBar{{Attempts: 1, Operations: 1}, {Attempts: math.MaxInt64, Operations: 2}}, "1 2 3 4 5–8 9–16 17–32 33–64 65–128 129–256 257–512 ≥513", []int64{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}},
		{"nonsense", []report.AttemptsBar{{Attempts: -1, Operations: 5}, {Attempts: 0, Operations: 5}, {Attempts: 3, Operations: -5}}, "", nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			var labels []string
			var counts []int64
			for _, b := range attemptBars(c.histogram, nil) {
				labels = append(labels, strings.ReplaceAll(b.label, " ", ""))
				counts = append(counts, b.count)
			}
			if got := strings.Join(labels, " "); got != c.labels || !slices.Equal(counts, c.counts) {
				t.Errorf("got  %s %v\nwant %s %v", got, counts, c.labels, c.counts)
			}
		})
	}
}

// TestLatencyBarsHoldEverything: the rows together contain all times; none falls
// between two rows.
func TestLatencyBarsHoldEverything(t *testing.T) {
	for _, c := range []struct {
		low, high time.Duration
		labels    string
	}{
		{time.Microsecond, time.Microsecond, "1µs"},
		{1200 * time.Microsecond, 1800 * time.Microsecond, "1.2ms 1.5ms 1.8ms"},
		{4 * time.Millisecond, 190 * time.Millisecond, "5ms 7ms 10ms 15ms 20ms 30ms 50ms 70ms 100ms 150ms 200ms"},
		{time.Millisecond, 30 * time.Second, "1ms 3ms 10ms 30ms 100ms 300ms 1s 3s 10s 30s"},
		{time.Microsecond, time.Hour, "1µs 10µs 100µs 1ms 10ms 100ms 1s 10s 100s 1000s 10000s"},
	} {
		var h hist.Histogram
		for _, d := range []time.Duration{c.low, c.low, (c.low + c.high) / 2, c.high} {
			h.Record(d)
		}
		var labels []string
		var total int64
		rows := latencyBars(&h)
		for _, b := range rows {
			labels = append(labels, strings.ReplaceAll(strings.TrimPrefix(b.label, "≤ "), " ", ""))
			total += b.count
		}
		if total != h.Count() {
			t.Errorf("%v to %v: %d of %d times are in %v", c.low, c.high, total, h.Count(), rows)
		}
		if rows[0].count == 0 || rows[len(rows)-1].count == 0 {
			t.Errorf("%v to %v: an end is empty: %v", c.low, c.high, rows)
		}
		if got := strings.Join(labels, " "); got != c.labels {
			t.Errorf("%v to %v: got %s, want %s", c.low, c.high, got, c.labels)
		}
	}
}

func TestStretch(t *testing.T) {
	values := func(all ...float64) []*float64 {
		var list []*float64
		for _, v := range all {
			list = append(list, new(v))
			if v < 0 {
				list[len(list)-1] = nil
			}
		}
		return list
	}
	for _, c := range []struct {
		in   []*float64
		room int
		want []*float64
	}{
		{nil, 10, nil},
		{values(1, 0.5), 100, values(1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5)},
		{values(1, -1, 0), 7, values(1, 1, -1, -1, 0, 0)},
		{values(1, 0, -1, 0.5, -1, -1), 3, values(0.5, 0.5, -1)},
	} {
		got := stretch(c.in, c.room)
		same := slices.EqualFunc(got, c.want, func(a, b *float64) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) })
		if !same {
			t.Errorf("%d values in %d columns: got %d", len(c.in), c.room, len(got))
		}
	}
}

func TestCell(t *testing.T) {
	column := func(v *float64) string {
		return cell(v, 2, 3) + cell(v, 1, 3) + cell(v, 0, 3)
	}
	for _, c := range []struct {
		value *float64
		want  string
	}{
		{nil, "   "},
		{new(0.0), "  _"},
		{new(0.001), "  ▁"},
		{new(0.5), " ▄█"},
		{new(1.0), "███"},
		{new(7.0), "███"},
	} {
		if got := column(c.value); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
