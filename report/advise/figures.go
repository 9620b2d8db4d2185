package advise

import (
	"fmt"
	"slices"

	"contend/counter"
	"contend/report"
	"contend/workload/check"
	"contend/workload/scenario"
)

// Candidate is a design with a policy, and what its run showed.
type Candidate struct {
	Strategy string `json:"strategy"`
	Policy   string `json:"policy"`
	// Settings make the candidate of the scenario as it is.
	Settings []Setting `json:"settings,omitempty"`
	// Rank is its place among all candidates, from 1.
	Rank int `json:"rank"`
	// Verdict is that of the checks; Doubt says what they found if it is not a pass.
	Verdict check.Status `json:"verdict"`
	Doubt   string       `json:"doubt,omitempty"`
	// Inexact is true if the design counts a write twice whose lost answer makes a client
	// send it again, and the scenario has such faults. Verdict is not a pass then, even if
	// the run was too short to have one.
	Inexact bool `json:"inexact,omitempty"`
	// Missed lists the thresholds that were not met, with what was measured.
	Missed []string `json:"missed_thresholds,omitempty"`
	// Behind is true in an open loop if operations were dropped, or fewer began or were
	// applied than were due.
	Behind bool `json:"behind,omitempty"`
	Figures
}

// Figures are what the run of a candidate measured. A figure that could not be measured is
// absent.
type Figures struct {
	ThroughputPerS   *float64 `json:"throughput_per_s,omitempty"`
	WritesPerSuccess *float64 `json:"writes_per_success,omitempty"`
	ReadsPerSuccess  *float64 `json:"reads_per_success,omitempty"`
	P50MS            *float64 `json:"p50_ms,omitempty"` // of the response
	P99MS            *float64 `json:"p99_ms,omitempty"`
	Jain             *float64 `json:"jain,omitempty"` // fairness among workers
	USDPerMillion    *float64 `json:"usd_per_million,omitempty"`
	// WriteUnitsPerUpdate and ReadUnitsPerUpdate are all units of the run for each applied
	// update; GapMS is the mean time from reading to writing.
	WriteUnitsPerUpdate *float64 `json:"write_units_per_update,omitempty"`
	ReadUnitsPerUpdate  *float64 `json:"read_units_per_update,omitempty"`
	GapMS               *float64 `json:"gap_ms,omitempty"`
	// GaveUp is the share of the operations that the policy gave up, in [0, 1].
	GaveUp *float64 `json:"gave_up_share,omitempty"`
	// SimulatedS is the length of the run in simulated time, in seconds, and Requests the
	// number of its requests.
	SimulatedS float64 `json:"simulated_s"`
	Requests   int64   `json:"requests"`
}

func newCandidate(o *option, r simulated) Candidate {
	c := Candidate{
		Strategy: o.scenario.Strategy, Policy: policyName(&o.scenario), Settings: o.settings,
		Verdict: r.Verdict.Status, Doubt: doubtOf(r.Report), Behind: isBehind(&o.scenario, r.Report),
		Inexact: countsTwice(&o.scenario), Figures: figuresOf(r),
	}
	if c.Inexact && c.Verdict == check.Pass {
		c.Verdict, c.Doubt = check.Inconclusive, "its run had no lost answer, but a write that is sent again after one counts twice"
	}
	for _, t := range r.Thresholds {
		if t.Status != report.Met {
			c.Missed = append(c.Missed, t.Sentence())
		}
	}
	return c
}

func figuresOf(r simulated) Figures {
	value := func(name string) *float64 {
		m, _ := report.MetricNamed(name)
		v, ok := m.Value(r.Report)
		if !ok {
			return nil
		}
		return &v
	}
	f := Figures{
		ThroughputPerS: value("throughput"), WritesPerSuccess: value("writes_per_success"), ReadsPerSuccess: value("reads_per_success"),
		P50MS: value("response.p50"), P99MS: value("response.p99"), Jain: value("fairness"), USDPerMillion: value("cost_per_million"),
		GapMS: r.GapMS, GaveUp: r.gaveUp, SimulatedS: r.ElapsedS, Requests: r.requests,
	}
	if r.Capacity != nil && r.Capacity.PerUpdate != nil {
		f.WriteUnitsPerUpdate, f.ReadUnitsPerUpdate = &r.Capacity.PerUpdate.WriteUnits, &r.Capacity.PerUpdate.ReadUnits
	}
	return f
}

// doubtOf is what the first check found that did not pass; "" if all did.
func doubtOf(r *report.Report) string {
	for _, status := range []check.Status{check.Fail, check.Inconclusive} {
		i := slices.IndexFunc(r.Verdict.Checks, func(c check.Result) bool { return c.Status == status })
		if i >= 0 && r.Verdict.Status == status {
			return fmt.Sprintf("%s: %s", r.Verdict.Checks[i].Name, r.Verdict.Checks[i].Reason)
		}
	}
	return ""
}

// keptUp is the share of the operations that are due that must begin, and be applied, while
// the load is on.
const keptUp = 0.95

// isBehind reports whether an open loop asked for more than the candidate can do.
func isBehind(s *scenario.Scenario, r *report.Report) bool {
	o := r.OpenLoop
	switch {
	case o == nil:
		return false
	case o.Dropped > 0 || o.StartedRatePerS < keptUp*o.DueRatePerS:
		return true
	case len(s.Load.Stages) > 0:
		return false
	}
	return r.ThroughputPerS == nil || *r.ThroughputPerS < keptUp*keptUp*o.DueRatePerS
}

func isKnown(strategy string) bool {
	_, known := counter.TraitsOf(strategy)
	return known
}

// valueOf is a figure, or 0 if it is absent.
func valueOf(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}
