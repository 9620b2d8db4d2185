package bench_test

import (
	"strings"
	"testing"
	"time"

	"contend/internal/longtest"
	"contend/report"
	"contend/scenarios"
	"contend/workload/check"
	"contend/workload/plan"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// The tests of this file hold the goals of the policies that pace, by runs of the shipped
// scenarios. Short tests make those that are quick.

// variantsOf are those of a shipped scenario whose names have all the settings.
func variantsOf(t *testing.T, name string, settings ...string) []plan.Variant {
	t.Helper()
	text, err := scenarios.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Decode(name+".yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	var found []plan.Variant
	for _, v := range p.Variants {
		has := true
		for _, setting := range settings {
			has = has && strings.Contains(" "+v.Name+" ", " "+setting+" ")
		}
		if has {
			found = append(found, v)
		}
	}
	if len(found) == 0 {
		t.Fatalf("%s has no variant with %q", name, settings)
	}
	return found
}

// simulatedRun is a run of the only variant of a shipped scenario with the settings.
func simulatedRun(t *testing.T, name string, settings ...string) *report.Report {
	t.Helper()
	found := variantsOf(t, name, settings...)
	if len(found) != 1 {
		t.Fatalf("%s has %d variants with %q", name, len(found), settings)
	}
	return runSimulated(t, shorter(found[0].Scenario))
}

// shorter is the scenario, or where tests have to be quick, a quarter of its load. Stages
// stay as they are.
func shorter(s scenario.Scenario) scenario.Scenario {
	by := longtest.Count(4, 1)
	s.Load.Warmup /= time.Duration(by)
	s.Load.Duration /= time.Duration(by)
	s.Load.Operations /= int64(by)
	return s
}

func runSimulated(t *testing.T, s scenario.Scenario) *report.Report {
	t.Helper()
	o, err := trial.Run(t.Context(), s, trial.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if o.Verdict.Status == check.Fail {
		t.Errorf("%s: a check failed: %+v", s.Name, o.Verdict.Checks)
	}
	return report.New(o, report.About{})
}

// gaps is the time for each success in mean gaps of all writes. [report.Frontier] takes
// those of the writes that won, which are shorter by some percent, as quick ones win.
func gaps(r *report.Report) float64 { return 1000 / (*r.ThroughputPerS * *r.GapMS) }

func product(r *report.Report) float64 { return (gaps(r) - 1) * (*r.WritesPerSuccess - 1) }

// fair is the limit of Jain's index for clients that win at random: m/(1+m) for m
// successes of each on average.
func fair(r *report.Report) float64 {
	m := float64(r.Tally.UpdatesApplied) / float64(r.Workers)
	return m / (1 + m)
}

func atMost(t *testing.T, what string, got, limit float64) {
	t.Helper()
	if t.Logf("%s: %.3f, limit %.3f", what, got, limit); !(got <= limit) {
		t.Errorf("%s: got %.3f, want at most %.3f", what, got, limit)
	}
}

func atLeast(t *testing.T, what string, got, limit float64) {
	t.Helper()
	if t.Logf("%s: %.3f, limit %.3f", what, got, limit); !(got >= limit) {
		t.Errorf("%s: got %.3f, want at least %.3f", what, got, limit)
	}
}

func fleetSizes() []string {
	if longtest.Asked() {
		return []string{"10", "32", "100", "320", "1000"}
	}
	return []string{"10", "100"}
}

// TestSharedWindowHoldsTheFrontier: it wastes no more than attempts at random must, at any
// number of clients, is as fair as chance, and costs a lone client nothing.
func TestSharedWindowHoldsTheFrontier(t *testing.T) {
	t.Parallel()
	const policy = "retry={policy: shared-window}"
	for _, workers := range fleetSizes() {
		r := simulatedRun(t, "frontier", policy, "load.workers="+workers)
		atMost(t, workers+" clients: (T−1)(C−1)", product(r), 1.05)
		atMost(t, workers+" clients: C", *r.WritesPerSuccess, 2.9)
		atLeast(t, workers+" clients: Jain", *r.Fairness.Jain, fair(r)-0.02)
	}
	alone := simulatedRun(t, "frontier", policy, "load.workers=1")
	jitter := simulatedRun(t, "frontier", "retry={policy: full-jitter}", "load.workers=1")
	atLeast(t, "a lone client, beside full jitter", *alone.ThroughputPerS / *jitter.ThroughputPerS, 0.9)
}

// TestTicketLosesNoRace: a queue needs one write for an operation that was enlisted and two
// for one that was not, half a gap between turns, and few reads.
func TestTicketLosesNoRace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		policy string
		c, t   float64
		turns  float64 // operations in a turn
	}{
		{"{policy: ticket}", 2.05, 1.6, 1},
		{"{policy: ticket, enlist: true}", 1.05, 1.6, 1},
		{"{policy: ticket, enlist: true, chain: 4}", 1.05, 1.3, 4},
	} {
		for _, workers := range fleetSizes() {
			r := simulatedRun(t, "frontier", "retry="+c.policy, "load.workers="+workers)
			what := workers + " clients, " + c.policy
			atMost(t, what+": C", *r.WritesPerSuccess, c.c)
			atMost(t, what+": T", gaps(r), c.t)
			atMost(t, what+": reads", *r.ReadsPerSuccess, 7)
			if turns := float64(r.Tally.UpdatesApplied) / float64(r.Workers) / c.turns; turns >= 5 {
				atLeast(t, what+": Jain", *r.Fairness.Jain, 0.98)
			}
		}
	}
}

// TestFollowersSurviveForeigners: clients that pace keep a tenth of their fair share beside
// clients with full jitter.
func TestFollowersSurviveForeigners(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"policy: shared-window", "policy: ticket, enlist: true"} {
		for _, share := range []string{"0.9", "0.5"} {
			for _, v := range variantsOf(t, "mixed-fleet", "load.workers=100") {
				if !strings.Contains(v.Name, "{share: "+share+", "+policy) {
					continue
				}
				sizes := []int{100}
				if longtest.Asked() {
					sizes = []int{10, 100, 1000}
				}
				for _, workers := range sizes {
					v.Scenario.Load.Workers = workers
					r := runSimulated(t, shorter(v.Scenario))
					atLeast(t, v.Name+": share of the fair share", *r.Groups[0].ShareOfFair, 0.1)
				}
			}
		}
	}
}

// TestFarClientsGetTheirTurns: half of the clients need ten times as long as the others,
// and get as much.
func TestFarClientsGetTheirTurns(t *testing.T) {
	t.Parallel()
	for _, workers := range []string{"10", "100"} {
		for _, policy := range []string{"{policy: ticket}", "{policy: ticket, enlist: true}"} {
			r := simulatedRun(t, "near-and-far", "retry="+policy, "load.workers="+workers)
			for _, g := range r.Groups {
				what := workers + " clients, " + policy + ", " + g.Name
				atLeast(t, what, *g.ShareOfFair, 0.85)
				atMost(t, what, *g.ShareOfFair, 1.15)
			}
		}
		r := simulatedRun(t, "near-and-far", "retry={policy: full-jitter}", "load.workers="+workers)
		atMost(t, workers+" far clients with full jitter", *r.Groups[1].ShareOfFair, 0.05)
	}
}

// TestPoliciesFindTheirPace: fifteen seconds after the clients became 200, and 10 again,
// writes and throughput are those of the steady state.
func TestPoliciesFindTheirPace(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"{policy: shared-window}", "{policy: ticket}", "{policy: ticket, enlist: true}"} {
		r := simulatedRun(t, "step-load", "retry="+policy)
		for what, step := range map[string]int{"10 to 200": 60, "200 to 10": 135} {
			c, x := contention(r.Seconds[step+15 : step+25])
			steadyC, steadyX := contention(r.Seconds[step+35 : step+75])
			atMost(t, policy+", "+what+": C beside the steady C", c/steadyC, 1.25)
			atLeast(t, policy+", "+what+": throughput beside the steady one", x/steadyX, 0.75)
		}
	}
}

// contention is attempts per success and successes a second.
func contention(seconds []report.Second) (c, x float64) {
	var attempts, applied float64
	for _, s := range seconds {
		attempts, applied = attempts+float64(s.Attempts), applied+float64(s.Applied)
	}
	return attempts / applied, applied / float64(len(seconds))
}

// TestOneShotWithoutCountingClients: of many clients that make one operation each, all at
// once, a ticket tells each its place.
func TestOneShotWithoutCountingClients(t *testing.T) {
	t.Parallel()
	for _, v := range variantsOf(t, "one-shot", "retry={policy: ticket}") {
		r := runSimulated(t, v.Scenario)
		atMost(t, v.Name+": (T−1)(C−1)", product(r), 1.1)
	}
}

// TestAQueueSurvivesLostMessages: one request or reply of a hundred is lost, and the queue
// waits for 300 ms each time.
func TestAQueueSurvivesLostMessages(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"{policy: ticket}", "{policy: ticket, enlist: true}"} {
		r := simulatedRun(t, "lossy", "retry="+policy, "load.workers=10")
		atMost(t, policy+": T", gaps(r), 1.9)
	}
}

// TestAThrottledFleetLearnsToWait: clients that take a throttle for a lost race stay below
// the limit of a key, where full jitter sends several requests in vain for each success.
func TestAThrottledFleetLearnsToWait(t *testing.T) {
	t.Parallel()
	throttles := func(policy string) float64 {
		v := variantsOf(t, "write-limit", "retry="+policy)[0]
		v.Scenario.Load.Workers = longtest.Count(500, v.Scenario.Load.Workers)
		v.Scenario.Load.Warmup /= time.Duration(longtest.Count(4, 1))
		v.Scenario.Load.Duration = v.Scenario.Load.Warmup + time.Duration(longtest.Count(5, 10))*time.Second
		r := runSimulated(t, v.Scenario)
		return float64(r.Tally.Throttles) / float64(r.Tally.UpdatesApplied)
	}
	atLeast(t, "throttles per success, the beginning included, with full jitter", throttles("{policy: full-jitter}"), 5)
	atMost(t, "with shared-window", throttles("{policy: shared-window}"), 1)
	atMost(t, "with ticket", throttles("{policy: ticket}"), 0.05)
}
