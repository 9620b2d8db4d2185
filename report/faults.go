package report

import (
	"fmt"

	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// Fault is what the injected faults of one kind did, and how the operations that met
// one ended.
type Fault struct {
	Kind     string `json:"kind"`
	Requests int64  `json:"requests"` // requests that were hit, reads included
	Writes   int64  `json:"writes"`   // the writes among these requests
	// Accepted counts the changes that the store made without an acknowledgement; a
	// write that carries several changes counts for each.
	Accepted int64 `json:"accepted"`
	// Operations counts the operations that were hit, by outcome.
	Operations Endings `json:"operations"`
	// Windows are the times when the rules of this kind were active; absent if one of
	// them always was.
	Windows []FaultWindow `json:"windows,omitempty"`
}

// FaultWindow is a part of the run, in seconds from its start.
type FaultWindow struct {
	FromS float64  `json:"from_s"`
	ToS   *float64 `json:"to_s,omitempty"` // absent: until the end
}

func faults(run *measure.Result) []Fault {
	var list []Fault
	for _, f := range run.Faults {
		list = append(list, Fault{
			Kind: f.Kind, Requests: f.Requests, Writes: f.Writes, Accepted: f.Accepted,
			Operations: Endings{
				Applied: f.Endings[history.Applied], GaveUp: f.Endings[history.GaveUp],
				Unknown: f.Endings[history.Unknown], Failed: f.Endings[history.Failed],
			},
			Windows: faultWindows(run.Scenario, f.Kind),
		})
	}
	return list
}

func faultWindows(s scenario.Scenario, kind string) []FaultWindow {
	var list []FaultWindow
	for _, rule := range s.Faults {
		switch {
		case string(rule.Kind) != kind:
			continue
		case rule.From == 0 && rule.To == 0:
			return nil
		}
		w := FaultWindow{FromS: rule.From.Seconds()}
		if rule.To > 0 {
			w.ToS = new(rule.To.Seconds())
		}
		list = append(list, w)
	}
	return list
}

// neverInjected warns of planned faults that never happened.
func neverInjected(planned []string, happened []Fault) []string {
	var doubts []string
	for _, kind := range planned {
		found := false
		for _, f := range happened {
			found = found || f.Kind == kind
		}
		if !found {
			doubts = append(doubts, fmt.Sprintf("faults: %s was never injected: no request matched its rule", kind))
		}
	}
	return doubts
}
