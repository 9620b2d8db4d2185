package report_test

import (
	"slices"
	"testing"
	"time"

	"contend/report"
	"contend/report/reporttest"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
)

func TestGroups(t *testing.T) {
	r := reporttest.Mixed()
	var names []string
	for _, g := range r.Groups {
		names = append(names, g.By+": "+g.Name)
	}
	if want := []string{"policy: ticket", "policy: full-jitter", "latency: latency 5ms", "latency: latency 50ms"}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	var successes int64
	for _, w := range r.Fairness.Workers {
		successes += w.Applied
	}
	g := r.Groups[1]
	if g.Workers != 8 || g.FairShare != 0.25 || r.Groups[0].Successes+g.Successes != successes || r.Groups[2].Successes+r.Groups[3].Successes != successes {
		t.Errorf("got %+v of %d successes", r.Groups, successes)
	}
	for what, c := range map[string]struct{ got, want float64 }{
		"share":               {*g.Share, float64(g.Successes) / float64(successes)},
		"share of fair":       {*g.ShareOfFair, *g.Share / 0.25},
		"sum of shares":       {*r.Groups[0].Share + *g.Share, 1},
		"reads and writes":    {*g.ReadsPerSuccess, 2 * *g.WritesPerSuccess},
		"p50 of near workers": {float64(int(*r.Groups[2].P50MS + 0.5)), 5},
		"p99 of far workers":  {float64(int(*r.Groups[3].P99MS + 0.5)), 75},
	} {
		if diff := c.got - c.want; diff > 1e-9 || diff < -1e-9 {
			t.Errorf("%s: got %g, want %g", what, c.got, c.want)
		}
	}
	if m, _ := report.MetricNamed("worst_group"); m.Better != report.Higher {
		t.Errorf("got %+v", m)
	} else if v, ok := m.Value(r); !ok || v != *g.ShareOfFair {
		t.Errorf("worst group: got %g, %t, want %g", v, ok, *g.ShareOfFair)
	}
	if r.RetryPolicy != "mix" || r.GivenUp["budget"] != 12 || r.Tally.Tickets != 40 {
		t.Errorf("got %s, %v, %d tickets", r.RetryPolicy, r.GivenUp, r.Tally.Tickets)
	}
}

// TestGroupsOfWorkersThatAreNotTreatedAlike have no fair share to be compared with.
func TestGroupsOfWorkersThatAreNotTreatedAlike(t *testing.T) {
	s := scenario.Default()
	s.Load = scenario.Load{Workers: 2, Rate: 10, Duration: time.Second}
	s.Retry.Mix = []scenario.RetryShare{{Share: 0.5, Policy: retry.Policy{Kind: retry.Fixed}}, {Share: 0.5, Policy: retry.Policy{Kind: retry.None}}}
	run := &measure.Result{Scenario: s, Workers: []measure.WorkerTally{{UpdatesApplied: 1}, {Number: 1, UpdatesApplied: 3}}}
	got := report.Groups(run)
	if len(got) != 2 || got[1].ShareOfFair != nil || got[1].Jain != nil || *got[1].Share != 0.75 {
		t.Errorf("got %+v", got)
	}
	run.Workers = []measure.WorkerTally{{}, {Number: 1}}
	if got := report.Groups(run); got[0].Share != nil || got[0].WritesPerSuccess != nil || got[0].P50MS != nil {
		t.Errorf("of nothing: got %+v", got[0])
	}
}

func TestNamesOfGroups(t *testing.T) {
	base := scenario.Default().Retry.Policy
	of := func(change func(*retry.Policy)) retry.Policy {
		p := base
		change(&p)
		return p
	}
	for _, c := range []struct {
		policies []retry.Policy
		want     []string
	}{
		{[]retry.Policy{of(func(p *retry.Policy) { p.Kind, p.Enlist = retry.Ticket, true }), base}, []string{"ticket", "full-jitter"}},
		{[]retry.Policy{base, of(func(p *retry.Policy) { p.Base = time.Second; p.Budget = retry.Budget{Ratio: 1, Burst: 5} })},
			[]string{"full-jitter, base 5ms", "full-jitter, base 1s, budget of 1 retries a success and at most 5"}},
		{[]retry.Policy{base, of(func(p *retry.Policy) { p.Kind = retry.None }), base}, []string{"full-jitter (part 1)", "none", "full-jitter (part 3)"}},
	} {
		if got := report.PolicyNames(c.policies); !slices.Equal(got, c.want) {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	ms := func(mean, sd int) scenario.ModelledLatency {
		return scenario.ModelledLatency{Mean: time.Duration(mean) * time.Millisecond, SD: time.Duration(sd) * time.Millisecond}
	}
	got := report.LatencyNames([]scenario.ModelledLatency{ms(5, 1), ms(5, 2), ms(50, 1), ms(50, 1)})
	if want := []string{"latency 5ms ± 1ms", "latency 5ms ± 2ms", "latency 50ms (part 3)", "latency 50ms (part 4)"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
