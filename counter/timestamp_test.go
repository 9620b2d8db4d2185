package counter

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestTimestamps: they are what package time writes and reads, for all times.
func TestTimestamps(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	times := []time.Time{{}, time.Unix(0, 0), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 28, 24, 0, 0, 1, time.FixedZone("east", 3600))}
	for range 2000 {
		times = append(times, time.Unix(random.Int64N(1<<37)-1<<35, random.Int64N(1e9)))
	}
	for _, at := range times {
		want := at.UTC().Format(timeFormat)
		if got := string(appendTimestamp([]byte("x"), at)); got != "x"+want {
			t.Errorf("got %s, want x%s", got, want)
		}
		read, err := time.Parse(time.RFC3339Nano, want)
		if got := parseTime(want); err == nil && !got.Equal(read) || err != nil && !got.IsZero() {
			t.Errorf("%s: read %v, want %v, %v", want, got, read, err)
		}
	}
	for _, wrong := range []string{"2026-02-30T01:02:03.000000Z", "2026-13-01T01:02:03.000000Z", "2026-01-01T25:02:03.000000Z", "2026-01-01T01:61:03.000000Z",
		"2026-01-01T01:02:61.000000Z", "2026-01-01 01:02:03.000000Z", "2026-01-01T01:02:03.00000xZ", "2026-00-01T01:02:03.000000Z", "2026-01-00T01:02:03.000000Z"} {
		if got := parseTime(wrong); !got.IsZero() {
			t.Errorf("%s: read %v", wrong, got)
		}
	}
}

func BenchmarkTimestamp(b *testing.B) {
	text, at := make([]byte, 0, 64), time.Unix(1.8e9, 123456789)
	for b.Loop() {
		parseTime(string(appendTimestamp(text, at)))
	}
}
