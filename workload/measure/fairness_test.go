package measure

import (
	"testing"

	"contend/counter"
)

func TestLosingStreak(t *testing.T) {
	const applied, conflict, throttled, unknown = counter.Applied, counter.Conflict, counter.Throttled, counter.Unknown
	for _, c := range []struct {
		what     string
		outcomes []counter.Outcome
		want     int64
	}{
		{"nothing", nil, 0},
		{"no conflict", []counter.Outcome{applied, throttled, applied}, 0},
		{"the first streak is the longest", []counter.Outcome{conflict, conflict, applied, conflict}, 2},
		{"the last streak is the longest", []counter.Outcome{conflict, applied, conflict, conflict, conflict}, 3},
		{"a throttle and an unknown outcome are no win", []counter.Outcome{conflict, throttled, conflict, unknown, conflict}, 3},
	} {
		var s streak
		for _, outcome := range c.outcomes {
			s.count(outcome)
		}
		check(t, c.what, s.longest, c.want)
	}
}
