package compare

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"contend/report"
	"contend/report/reporttest"
)

// simulatedRun is a run of a seed with a throughput of its own.
func simulatedRun(seed uint64, throughput float64, simulated bool) Run {
	r := *reporttest.Passing()
	r.Seed, r.ThroughputPerS, r.Simulated = seed, &throughput, simulated
	return Run{Folder: "run", Report: &r}
}

// TestEqualSimulationsAreOneSample: six copies of one simulated run show no difference,
// and six runs that differ in their seeds do.
func TestEqualSimulationsAreOneSample(t *testing.T) {
	for _, c := range []struct {
		what              string
		simulated, copied bool
		samples           int
	}{
		{"simulated, one seed", true, true, 1},
		{"simulated, six seeds", true, false, 6},
		{"real, one seed", false, true, 6},
	} {
		groups := []Candidate{{Settings: []report.Setting{{Path: "strategy", Value: "a"}}}, {Settings: []report.Setting{{Path: "strategy", Value: "b"}}}}
		for i := range 6 {
			seed, more := uint64(i+1), float64(i)
			if c.copied {
				seed, more = 1, 0
			}
			groups[0].Runs = append(groups[0].Runs, simulatedRun(seed, 100+more, c.simulated))
			groups[1].Runs = append(groups[1].Runs, simulatedRun(seed, 200+more, c.simulated))
		}
		compared := Compare(groups, Options{})
		e := compared.Variants[1].Estimates["throughput"]
		shown := e.Change.Verdict == Better
		warned := strings.Contains(strings.Join(compared.Warnings, "\n"), "10 of 12 runs are simulated with the same seed")
		if e.N != c.samples || shown != (c.samples == 6) || warned != (c.samples == 1) || compared.Simulated != c.simulated {
			t.Errorf("%s: %d samples, %s, simulated %t, warnings %q", c.what, e.N, e.Change.Verdict, compared.Simulated, compared.Warnings)
		}
	}
}

// TestSimulatedAndRealRunsAreNamed, also within one variant.
func TestSimulatedAndRealRunsAreNamed(t *testing.T) {
	groups := []Candidate{
		{Settings: []report.Setting{{Path: "run", Value: "a"}}, Runs: []Run{simulatedRun(1, 1, true), simulatedRun(2, 2, false)}},
		{Settings: []report.Setting{{Path: "run", Value: "b"}}, Runs: []Run{simulatedRun(3, 3, false), {Folder: "broken", Error: "no"}}},
	}
	c := Compare(groups, Options{})
	if want := "simulated: run=a; real: run=a, run=b"; !strings.HasSuffix(c.Mixed, want) || c.Simulated {
		t.Errorf("got %q and %t, want ... %q", c.Mixed, c.Simulated, want)
	}
	var out bytes.Buffer
	if err := c.CSV(&out); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"simulated", "yes", "no", "no", ""} {
		if got := rows[i][5]; got != want {
			t.Errorf("row %d: got %q, want %q", i, got, want)
		}
	}
}
