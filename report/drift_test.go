package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"contend/workload/measure"
	"contend/workload/scenario"
)

func secondsOf(operations ...int64) (seconds []measure.Second) {
	for _, n := range operations {
		seconds = append(seconds, measure.Second{SecondCounts: measure.SecondCounts{Operations: n}})
	}
	return seconds
}

// faulty gives a scenario connections that are reset.
func faulty(when string) func(*scenario.Scenario) {
	if !strings.Contains(when, "probability") {
		when += ", probability: 0.5"
	}
	return func(s *scenario.Scenario) {
		decoded, err := scenario.Decode("faults", []byte("name: x\nfaults: [{kind: reset, "+when+"}]"))
		if err != nil {
			panic(err)
		}
		s.Faults = decoded.Faults
	}
}

func TestDrifting(t *testing.T) {
	const second = time.Second
	same := func(*scenario.Scenario) {}
	falling := []int64{100, 101, 99, 102, 90, 91, 89, 92, 70, 71, 69, 72}
	for _, c := range []struct {
		what    string
		seconds []int64
		change  func(*scenario.Scenario)
		want    bool
	}{
		{"falling by three tenths", falling, same, true},
		{"rising", []int64{70, 71, 69, 72, 90, 91, 89, 92, 100, 101, 99, 102}, same, true},
		{"from nothing", []int64{0, 0, 0, 0, 90, 91, 89, 92, 100, 101, 99, 102}, same, true},
		{"to nothing", []int64{100, 101, 99, 102, 90, 91, 89, 92, 0, 0, 0, 0}, same, true},
		{"always nothing", make([]int64, 12), same, false},
		{"falling by a seventh", []int64{100, 101, 99, 102, 90, 91, 89, 92, 86, 87, 88, 85}, same, false},
		{"noise beyond the difference", []int64{100, 60, 140, 50, 90, 91, 89, 92, 70, 30, 110, 45}, same, false},
		{"the second before the last third differs", []int64{100, 100, 100, 100, 10, 10, 10, 10, 100, 100, 100, 100}, same, false},
		{"too short to tell", []int64{100, 101, 99, 70, 71, 69, 70, 71, 69, 70, 71}, same, false},
		{"a part of a second at the end", []int64{100, 101, 99, 102, 99, 98, 97, 96, 100, 101, 99, 102, 3}, same, false},
		{"the warm-up is no drift", []int64{10, 20, 30, 40, 100, 101, 99, 102, 90, 91, 89, 92, 100, 101, 99, 102},
			func(s *scenario.Scenario) { s.Load.Warmup = 3500 * time.Millisecond }, false},
		{"without that warm-up", []int64{10, 20, 30, 40, 100, 101, 99, 102, 90, 91, 89, 92, 100, 101, 99, 102}, same, true},
		{"a fault of some seconds", []int64{10, 20, 10, 20, 100, 101, 99, 102, 90, 91, 89, 92, 100, 101, 99, 102},
			faulty("to: 4s"), false},
		{"a fault until the end", slices.Concat(falling, falling),
			faulty("from: 11500ms"), false},
		{"a fault of the whole run", falling, faulty("probability: 0.01"), true},
		{"operations that were used up", falling, func(s *scenario.Scenario) { s.Load.Operations = 2000 }, false},
		{"a load in stages", falling, func(s *scenario.Scenario) { s.Load.Stages = []scenario.Stage{{Workers: 1, Duration: s.Load.Duration}} }, false},
		{"operations that were not", falling, func(s *scenario.Scenario) { s.Load.Operations = 2001 }, true},
	} {
		run := SoundRun()
		run.Seconds = secondsOf(c.seconds...)
		run.LoadEnded = time.Duration(len(c.seconds)) * second
		run.Scenario.Load.Duration = run.LoadEnded
		if c.what == "a part of a second at the end" {
			run.LoadEnded -= second / 2
		}
		c.change(&run.Scenario)
		got := drifting(run)
		if (got != "") != c.want || c.want && !strings.HasPrefix(got, "throughput drifted from ") {
			t.Errorf("%s: got %q, want a warning: %t", c.what, got, c.want)
		}
	}
}
