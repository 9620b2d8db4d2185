package report

import (
	"reflect"
	"testing"
	"time"

	"contend/workload/fault"
	"contend/workload/scenario"
)

// TestWindowsOfFaults: a kind of fault has the windows of its rules, and none if one of
// the rules always holds.
func TestWindowsOfFaults(t *testing.T) {
	rule := func(kind fault.Kind, from, to time.Duration) fault.Rule {
		return fault.Rule{Kind: kind, From: from, To: to}
	}
	s := scenario.Scenario{Faults: []fault.Rule{
		rule(fault.LostReply, 2*time.Second, 4*time.Second), rule(fault.LostReply, 6*time.Second, 0),
		rule(fault.Reset, 0, 1500*time.Millisecond), rule(fault.LostRequest, 0, 0), rule(fault.LostRequest, time.Second, 0),
	}}
	for kind, want := range map[string][]FaultWindow{
		"lost-reply":   {{FromS: 2, ToS: new(4.0)}, {FromS: 6}},
		"reset":        {{ToS: new(1.5)}},
		"lost-request": nil,
		"late-request": nil,
	} {
		if got := faultWindows(s, kind); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", kind, got, want)
		}
	}
}
