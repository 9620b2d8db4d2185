package capacity_test

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"contend/internal/longtest"
	"contend/report"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// TestARampReportsAnything: the README's table of what people read from a ramp of the rate.
func TestARampReportsAnything(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	ofWhole := func(r *report.Report) float64 { return *r.Latency.Response.P99 }
	for _, c := range []struct {
		ramp time.Duration
		rows []row
	}{
		{time.Minute, []row{
			{"in 60 s: the first second whose p99 is 100 ms or more", "/s", firstAbove}, {"in 60 s: the last second whose p99 is below 100 ms", "/s", lastBelow}}},
		{2 * time.Minute, []row{
			{"in 120 s: the first second whose p99 is 100 ms or more", "/s", firstAbove}, {"in 120 s: p99 of the whole ramp, which names no rate", " ms", ofWhole}}},
	} {
		t.Run(c.ramp.String(), func(t *testing.T) {
			for _, r := range c.rows {
				if !strings.Contains(string(readme), "\n| "+r.what+" | ") {
					t.Errorf("the README has no row %q", r.what)
				}
			}
			if c.ramp > time.Minute {
				longtest.Only(t)
			}
			var ramps []*report.Report
			for seed := range uint64(8) {
				ramps = append(ramps, ramped(t, c.ramp, seed+1))
			}
			for _, r := range c.rows {
				if text := r.text(ramps); !strings.Contains(string(readme), text) {
					t.Errorf("the README does not have the row %s", text)
				}
			}
		})
	}
}

// row is a line of the table.
type row struct {
	what, unit string
	read       func(*report.Report) float64
}

func (r row) text(ramps []*report.Report) string {
	least, most := math.Inf(1), 0.0
	for _, one := range ramps {
		v := r.read(one)
		least, most = min(least, v), max(most, v)
	}
	return fmt.Sprintf("| %s | %.0f%s to %.0f%s |", r.what, least, r.unit, most, r.unit)
}

const steepest = 240 // operations a second at the end of a ramp

// ramped is the report of a ramp on the scenario hot-key.
func ramped(t *testing.T, ramp time.Duration, seed uint64) *report.Report {
	t.Helper()
	s := shipped(t, "hot-key")
	s.Seed, s.Load.Duration = seed, 0
	s.Load.Stages = []scenario.Stage{{Duration: ramp, Rate: steepest, Ramp: true}}
	s.Load.Resolve(true)
	o, err := trial.Run(t.Context(), s, trial.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report.New(o, report.About{})
}

const goal = 100 // ms

// firstAbove and lastBelow are rates, at the begin of the second that is read.
func firstAbove(r *report.Report) float64 {
	for i, s := range r.Seconds {
		if s.P99MS != nil && *s.P99MS >= goal {
			return rateAt(r, i)
		}
	}
	return 0
}

func lastBelow(r *report.Report) (rate float64) {
	for i, s := range r.Seconds {
		if s.P99MS != nil && *s.P99MS < goal {
			rate = rateAt(r, i)
		}
	}
	return rate
}

func rateAt(r *report.Report, second int) float64 {
	return steepest * float64(second) / *r.Setup.DurationS
}
