package report

import (
	"fmt"
	"slices"

	"contend/workload/hist"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// Group is what a part of the workers got done: those with one policy of a mix, or with one
// latency. All of it is without the warm-up.
type Group struct {
	By      string `json:"by"`      // GroupedByPolicy or GroupedByLatency
	Name    string `json:"name"`    // unlike those of the other groups of its kind
	Workers int    `json:"workers"` // how many
	// Successes is the number of applied increments and decrements.
	Successes int64 `json:"successes"`
	// Share is the group's share of all successes, and FairShare its share of the workers;
	// both in [0, 1]. Share is absent if there was no success.
	Share     *float64 `json:"share,omitempty"`
	FairShare float64  `json:"fair_share"`
	// ShareOfFair is Share ÷ FairShare: 1 if the workers of the group had as many successes
	// as all workers on average. It is absent, as Jain is, where the workers were not given
	// the same work.
	ShareOfFair *float64 `json:"share_of_fair,omitempty"`
	// WritesPerSuccess and ReadsPerSuccess are as in [Rates].
	WritesPerSuccess *float64 `json:"writes_per_success,omitempty"`
	ReadsPerSuccess  *float64 `json:"reads_per_success,omitempty"`
	// ConflictRate is the share of the attempts that met a conflict, in [0, 1].
	ConflictRate *float64 `json:"conflict_rate,omitempty"`
	// P50MS and P99MS are percentiles of the response of the applied operations, reads
	// included.
	P50MS *float64 `json:"p50_ms,omitempty"`
	P99MS *float64 `json:"p99_ms,omitempty"`
	// Jain is Jain's index among the workers of the group; see [Fairness].
	Jain *float64 `json:"jain,omitempty"`
}

// The values of [Group.By].
const (
	GroupedByPolicy  = "policy"
	GroupedByLatency = "latency"
)

// groups has those of a mix of policies first, then those of a list of latencies.
func groups(run *measure.Result) []Group {
	s := &run.Scenario
	policies := make([][]measure.WorkerTally, len(s.Retry.Mix))
	latencies, latencyOf := make([][]measure.WorkerTally, len(s.Embedded.Latencies)), s.LatencyOf()
	for _, w := range run.Workers {
		if _, part := s.Retry.Of(w.Number, s.Load.Workers); part >= 0 {
			policies[part] = append(policies[part], w)
		}
		if w.Number < len(latencyOf) {
			part := latencyOf[w.Number]
			latencies[part] = append(latencies[part], w)
		}
	}
	return append(
		groupsOf(run, GroupedByPolicy, policyNames(s.Retry.Policies()), policies, run.Parts.Policies),
		groupsOf(run, GroupedByLatency, latencyNames(s.Embedded.Kinds()), latencies, run.Parts.Latencies)...)
}

func groupsOf(run *measure.Result, by string, names []string, parts [][]measure.WorkerTally, responses []hist.Histogram) []Group {
	all := sumOf(run.Workers)
	var list []Group
	for i, workers := range parts {
		t := sumOf(workers)
		successes := float64(t.UpdatesApplied)
		g := Group{
			By: by, Name: names[i], Workers: len(workers), Successes: t.UpdatesApplied,
			Share:            Ratio(successes, float64(all.UpdatesApplied)),
			FairShare:        float64(len(workers)) / float64(max(len(run.Workers), 1)),
			WritesPerSuccess: Ratio(float64(t.Writes), successes),
			ReadsPerSuccess:  Ratio(float64(t.Reads-t.ReadAttempts), successes),
			ConflictRate:     Ratio(float64(t.Conflicts), float64(t.UpdateAttempts)),
		}
		if i < len(responses) {
			times := TimesOf(&responses[i])
			g.P50MS, g.P99MS = times.P50, times.P99
		}
		if treatedAlike(&run.Scenario.Load) {
			g.Jain = jain(workers)
			if g.Share != nil {
				g.ShareOfFair = Ratio(*g.Share, g.FairShare)
			}
		}
		list = append(list, g)
	}
	return list
}

func sumOf(workers []measure.WorkerTally) (sum measure.WorkerTally) {
	for _, w := range workers {
		sum.UpdatesApplied += w.UpdatesApplied
		sum.UpdateAttempts += w.UpdateAttempts
		sum.Conflicts += w.Conflicts
		sum.Reads += w.Reads
		sum.Writes += w.Writes
		sum.ReadAttempts += w.ReadAttempts
	}
	return sum
}

// policyNames are the kinds of the policies, with what distinguishes those of the same kind.
func policyNames(policies []retry.Policy) []string {
	var names []string
	for _, p := range policies {
		name := string(p.Kind)
		for _, clause := range clauses(p)[1:] {
			if slices.ContainsFunc(policies, func(o retry.Policy) bool { return o.Kind == p.Kind && !slices.Contains(clauses(o), clause) }) {
				name += ", " + clause
			}
		}
		names = append(names, name)
	}
	return numbered(names)
}

// latencyNames are the means, with the standard deviations where the means are the same.
func latencyNames(latencies []scenario.ModelledLatency) []string {
	var names []string
	for _, l := range latencies {
		name := fmt.Sprintf("latency %s", l.Mean)
		if slices.ContainsFunc(latencies, func(o scenario.ModelledLatency) bool { return o.Mean == l.Mean && o.SD != l.SD }) {
			name += fmt.Sprintf(" ± %s", l.SD)
		}
		names = append(names, name)
	}
	return numbered(names)
}

// numbered makes equal names differ by their places, counted from 1.
func numbered(names []string) []string {
	different := slices.Clone(names)
	for i, name := range names {
		if slices.Index(names, name) != i || slices.Contains(names[i+1:], name) {
			different[i] = fmt.Sprintf("%s (part %d)", name, i+1)
		}
	}
	return different
}

// worstGroup is the smallest [Group.ShareOfFair]; nil if there is none.
func worstGroup(r *Report) *float64 {
	var worst *float64
	for _, g := range r.Groups {
		if g.ShareOfFair != nil && (worst == nil || *g.ShareOfFair < *worst) {
			worst = g.ShareOfFair
		}
	}
	return worst
}
