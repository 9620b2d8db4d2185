package report

import (
	"fmt"
	"strings"

	"contend/internal/format"
	"contend/workload/history"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// Setup holds the scenario's other settings that a reader needs to understand the
// numbers.
type Setup struct {
	// Program is the command of the program that kept the counters; "" if none did. It then
	// decides what Retry, Refresh, View and Reads say otherwise, which are "".
	Program string `json:"program,omitempty"`
	Retry   string `json:"retry"` // the policy and its limits, in words
	Refresh string `json:"refresh"`
	View    string `json:"view"`
	Reads   string `json:"reads"`
	Pick    string `json:"pick"`
	// DurationS and Operations are the limits of the run.
	DurationS  *float64 `json:"duration_s,omitempty"`
	Operations *int64   `json:"operations,omitempty"`
	// ThinkMS is the pause of a worker between two operations; if ThinkVaries, the mean of
	// pauses that were drawn from an exponential distribution.
	ThinkMS     float64 `json:"think_ms"`
	ThinkVaries bool    `json:"think_varies,omitempty"`
	// Stages is the number of stages of the load; 0 if it had none.
	Stages int `json:"stages,omitempty"`
	// Limits says what the embedded server sustains, and by which of its two models; "" if
	// nothing limits it, and for other targets.
	Limits string `json:"limits,omitempty"`
	// Mix holds the weights of the operations, without those that are 0.
	Mix map[string]int `json:"mix"`
	// Amount is by how much increments and decrements change a counter, in the words of
	// scenarios; "" if by one.
	Amount string `json:"amount,omitempty"`
}

func setup(s scenario.Scenario, target Target) Setup {
	u := Setup{
		Retry:       policies(s.Retry),
		Refresh:     string(s.Retry.Refresh),
		View:        string(s.View),
		Reads:       string(s.Reads),
		Pick:        pick(s.Counters.Pick),
		ThinkMS:     millis(s.Load.Think),
		ThinkVaries: s.Load.ThinkVaries,
		Stages:      len(s.Load.Stages),
		Mix:         map[string]int{},
	}
	if s.Strategy == scenario.ExecName {
		u.Program = strings.Join(s.Exec.Command, " ")
		u.Retry, u.Refresh, u.View, u.Reads = "", "", "", ""
	}
	if target.HasServer() {
		u.Limits = limits(s.Embedded)
	}
	if s.Load.Duration > 0 {
		u.DurationS = new(s.Load.Duration.Seconds())
	}
	if s.Load.Operations > 0 {
		u.Operations = new(s.Load.Operations)
	}
	for _, kind := range history.Kinds() {
		if weight := s.Operations.Weight(kind); weight > 0 {
			u.Mix[kind.String()] = weight
		}
	}
	if s.Amount != scenario.Default().Amount {
		u.Amount = s.Amount.String()
	}
	return u
}

// policyMix is the name of a policy of several.
const policyMix = "mix"

func policyName(r scenario.Retry) string {
	if len(r.Mix) > 0 {
		return policyMix
	}
	return string(r.Kind)
}

// policies describes the retry policies of all workers in the words of scenarios.
func policies(r scenario.Retry) string {
	if len(r.Mix) == 0 {
		return policy(r.Policy)
	}
	var all []string
	for _, part := range r.Mix {
		all = append(all, fmt.Sprintf("%s of the workers: %s", format.Percent(part.Share), policy(part.Policy)))
	}
	return strings.Join(all, "; ")
}

// policy describes a retry policy.
func policy(p retry.Policy) string { return strings.Join(clauses(p), ", ") }

// clauses describe a retry policy: its kind, and then whatever has an effect.
func clauses(p retry.Policy) []string {
	if p.Kind == "" || p.Kind == retry.None {
		return []string{string(retry.None)}
	}
	all := []string{string(p.Kind)}
	if p.Kind.UsesBase() {
		all = append(all, fmt.Sprintf("base %s", p.Base))
	}
	if p.Kind.UsesBase() && !p.Kind.Paces() && p.Cap > 0 {
		all = append(all, fmt.Sprintf("cap %s", p.Cap))
	}
	if p.Clients > 0 {
		all = append(all, format.Count(int64(p.Clients), "client"))
	}
	if p.Enlist {
		all = append(all, "enlist")
	}
	if p.Chain > 1 {
		all = append(all, fmt.Sprintf("chain %d", p.Chain))
	}
	if p.EventualPolls {
		all = append(all, "eventual polls")
	}
	if p.MaxAttempts > 0 {
		all = append(all, fmt.Sprintf("at most %s", format.Count(int64(p.MaxAttempts), "attempt")))
	}
	if p.Deadline > 0 {
		all = append(all, fmt.Sprintf("deadline %s", p.Deadline))
	}
	if b := p.Budget; b.Ratio > 0 {
		all = append(all, fmt.Sprintf("budget of %g retries a success and at most %g", b.Ratio, b.Burst))
	}
	return append(all, "on "+p.On.String())
}

func pick(p scenario.Pick) string {
	if p.Kind == scenario.PickZipf {
		return fmt.Sprintf("%s(%g)", p.Kind, p.Zipf)
	}
	return string(p.Kind)
}
