package history

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestTimeline(t *testing.T) {
	line := NewTimeline([]ClockReading{{At: 100, Offset: 10, Within: 5}, {At: 200, Offset: 20, Within: 1}, {At: 300, Offset: -20, Within: 9}}, 0)
	cut := NewTimeline([]ClockReading{{At: 1_000_000, Offset: -7, Within: 2}}, 1000)
	for _, c := range []struct {
		what                            string
		line                            *Timeline
		own, at, within, earliest, last int64
	}{
		{"before the first reading", line, 0, 10, 5, 5, 15},
		{"at the first", line, 100, 110, 5, 105, 115},
		{"a tenth of the way", line, 110, 121, 5, 116, 126},
		{"rounded down", line, 119, 130, 5, 125, 135},
		{"just before a wider bound", line, 199, 218, 5, 211, 223},
		{"a falling offset", line, 225, 235, 9, 226, 244},
		{"a falling offset, rounded down", line, 226, 235, 9, 226, 244},
		{"just after a narrower bound", line, 200, 220, 9, 211, 229},
		{"after the last", line, 1000, 980, 9, 971, 989},
		{"cut off, before", cut, 5, -2, 2, -4, 0},
		{"cut off, two million ns later", cut, 3_000_000, 2_999_993, 2003, 2_997_990, 3_001_996},
	} {
		at, within := c.line.Common(c.own)
		earliest, last := c.line.Span(c.own)
		if got, want := [4]int64{at, within, earliest, last}, [4]int64{c.at, c.within, c.earliest, c.last}; got != want {
			t.Errorf("%s: got %v, want %v", c.what, got, want)
		}
	}
	if at, within := new(Timeline).Common(7); at != 7 || within < 1<<60 || new(Timeline).Known() {
		t.Errorf("without a reading: got %d within %d", at, within)
	}
}

// TestTimelineNeverGoesBack: common time and its two bounds never fall, whatever the
// readings, and the bounds hold what Common says.
func TestTimelineNeverGoesBack(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		var readings []ClockReading
		for at := r.Int64N(20); len(readings) < 1+r.IntN(5); at += 1 + r.Int64N(30) {
			next := ClockReading{At: at, Offset: r.Int64N(100) - 50, Within: r.Int64N(20)}
			if last := len(readings) - 1; last >= 0 {
				next.Offset = max(next.Offset, readings[last].At+readings[last].Offset-at)
			}
			readings = append(readings, next)
		}
		line := NewTimeline(readings, r.Int64N(2)*1000)
		var lastAt, lastEarliest, lastLatest int64 = -1 << 62, -1 << 62, -1 << 62
		for own := range int64(200) {
			at, within := line.Common(own)
			earliest, latest := line.Span(own)
			if at < lastAt || earliest < lastEarliest || latest < lastLatest || earliest > at-within || latest < at+within {
				t.Fatalf("seed %d, %v: at %d: %d within %d, [%d, %d], after %d, [%d, %d]", seed, readings, own, at, within, earliest, latest, lastAt, lastEarliest, lastLatest)
			}
			lastAt, lastEarliest, lastLatest = at, earliest, latest
		}
	}
}

// TestTimelineAtTheLimits: the largest numbers that a history can hold do not overflow.
func TestTimelineAtTheLimits(t *testing.T) {
	line := NewTimeline([]ClockReading{{Offset: -farthestOffset, Within: widestBound}, {At: latest, Offset: farthestOffset, Within: widestBound}}, 1000)
	for _, own := range []int64{0, 1, latest / 2, latest - 1, latest} {
		if earliest, last := line.Span(own); earliest > last || last-earliest != 2*widestBound {
			t.Errorf("at %d: [%d, %d]", own, earliest, last)
		}
	}
}

func TestClocksThatContradictThemselves(t *testing.T) {
	for _, c := range []struct{ members, message string }{
		{`"run":"r","source":1,"sources":2,"clock":[{"at_ns":0,"offset_ns":0,"within_ns":0}]`, ""},
		{`"clock":[]`, ""},
		{`"clock":[{"at_ns":5,"offset_ns":9,"within_ns":1},{"at_ns":9,"offset_ns":5,"within_ns":0}]`, ""},
		{`"source":2,"sources":2`, "line 1: source: 2 of 2"},
		{`"source":1`, "source: 1 of 0"},
		{`"source":-1,"sources":2`, "source: -1 is not within"},
		{`"sources":-1`, "sources: -1 is not within"},
		{`"run":7`, "run: 7 is not a string"},
		{`"clock":{}`, "clock: {} is not a list"},
		{`"clock":[{"at_ns":0,"within_ns":0}]`, "clock[0]: offset_ns is missing"},
		{`"clock":[{"offset_ns":0,"within_ns":0}]`, "clock[0]: at_ns is missing"},
		{`"clock":[{"at_ns":0,"offset_ns":0}]`, "clock[0]: within_ns is missing"},
		{`"clock":[{"at_ns":-1,"offset_ns":0,"within_ns":0}]`, "at_ns: -1 is not within"},
		{`"clock":[{"at_ns":0,"offset_ns":0,"within_ns":-1}]`, "within_ns: -1 is not within"},
		{`"clock":[{"at_ns":0,"offset_ns":0,"within_ns":0,"at_ns":1}]`, "at_ns occurs twice"},
		{`"strict":true,"clock":[{"at_ns":0,"offset_ns":0,"within_ns":0,"x":1}]`, `the format has no member "x"`},
		{`"clock":[{"at_ns":0,"offset_ns":2305843009213693953,"within_ns":0}]`, "offset_ns: 2305843009213693953 is not within"},
		{`"clock":[{"at_ns":7,"offset_ns":0,"within_ns":0},{"at_ns":7,"offset_ns":0,"within_ns":0}]`, "clock[1]: at_ns: 7 is not after"},
		{`"clock":[{"at_ns":5,"offset_ns":9,"within_ns":1},{"at_ns":9,"offset_ns":4,"within_ns":0}]`, "clock[1]: offset_ns: common time would go back, from 14 to 13"},
	} {
		_, _, err := read(strings.NewReader(`{"contend_history":1,` + c.members + "}\n"))
		switch {
		case c.message == "" && err != nil:
			t.Errorf("%s: %v", c.members, err)
		case c.message != "" && (err == nil || !strings.Contains(err.Error(), c.message)):
			t.Errorf("%s: got %v, want %s", c.members, err, c.message)
		}
	}
	if _, _, err := read(strings.NewReader(`{"finals":[],"clock":[{"at_ns":3}]}` + "\n")); err == nil || !strings.Contains(err.Error(), "clock[0]: offset_ns is missing") {
		t.Errorf("a footer's clock: %v", err)
	}
}
