package report

import (
	"fmt"

	"contend/internal/format"
	"contend/workload/history"
	"contend/workload/scenario"
)

// Setup holds the scenario's other settings that a reader needs to understand the
// numbers.
type Setup struct {
	Retry   string `json:"retry"` // the policy and its limits, in words
	Refresh string `json:"refresh"`
	View    string `json:"view"`
	Reads   string `json:"reads"`
	Pick    string `json:"pick"`
	// DurationS and Operations are the limits of the run.
	DurationS  *float64 `json:"duration_s,omitempty"`
	Operations *int64   `json:"operations,omitempty"`
	ThinkMS    float64  `json:"think_ms"`
	// Stages is the number of stages of the load; 0 if it had none.
	Stages int `json:"stages,omitempty"`
	// Mix holds the weights of the operations, without those that are 0.
	Mix map[string]int `json:"mix"`
}

func setup(s scenario.Scenario) Setup {
	u := Setup{
		Retry:   policy(s.Retry),
		Refresh: string(s.Retry.Refresh),
		View:    string(s.View),
		Reads:   string(s.Reads),
		Pick:    pick(s.Counters.Pick),
		ThinkMS: millis(s.Load.Think),
		Stages:  len(s.Load.Stages),
		Mix:     map[string]int{},
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
	return u
}

// The policies that do not use every parameter of a wait.
const (
	policyNone      = "none"
	policyImmediate = "immediate"
)

// policy describes a retry policy in the words of scenarios.
func policy(p scenario.Retry) string {
	text := string(p.Kind)
	switch text {
	case "", policyNone:
		return policyNone
	case policyImmediate:
	default:
		text += fmt.Sprintf(", base %s", p.Base)
		if p.Cap > 0 {
			text += fmt.Sprintf(", cap %s", p.Cap)
		}
	}
	if p.MaxAttempts > 0 {
		text += fmt.Sprintf(", at most %s", format.Count(int64(p.MaxAttempts), "attempt"))
	}
	if p.Deadline > 0 {
		text += fmt.Sprintf(", deadline %s", p.Deadline)
	}
	return text + ", on " + p.On.String()
}

func pick(p scenario.Pick) string {
	if p.Kind == scenario.PickZipf {
		return fmt.Sprintf("%s(%g)", p.Kind, p.Zipf)
	}
	return string(p.Kind)
}
