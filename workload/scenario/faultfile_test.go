package scenario

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"contend/workload/fault"
)

func TestDecodeFaults(t *testing.T) {
	rules, err := DecodeFaults("f.yaml", []byte("faults:\n  - { kind: lost-reply, count: 2, on: [UpdateItem], table: visits, key: 'home*', from: 1s }\n  - { kind: throttle, probability: 0.5 }\n  - { kind: reset, requests: [3, 17] }\n"))
	want := []fault.Rule{
		{Kind: fault.LostReply, Count: 2, On: []string{"UpdateItem"}, Table: "visits", Key: "home*", From: time.Second},
		{Kind: fault.Throttle, Probability: 0.5},
		{Kind: fault.Reset, Requests: []int64{3, 17}},
	}
	if err != nil || !reflect.DeepEqual(rules, want) {
		t.Errorf("got %+v, %v", rules, err)
	}
	for text, wants := range map[string][]string{
		"":                         {"f.yaml"},
		"faults: 3":                {"f.yaml:1:9: faults: must be a list"},
		"rules: []\nfaults: []":    {`f.yaml:1:1: unknown field "rules"`},
		"faults: [{kind: losing}]": {"f.yaml:1:17: faults: 0: kind: "},
		"faults: [{kind: reset, count: 1, workers: 3}, {kind: reset, count: 0, tabel: a}]": {
			`faults: 0: unknown field "workers"`, `faults: 1: unknown field "tabel": did you mean "table"?`,
		},
		"faults: [{kind: reset, requests: [0, a]}]":  {"f.yaml:1:35: faults: 0: requests: ", "f.yaml:1:38: faults: 0: requests: "},
		"faults: [{kind: reset, requests: []}]":      {"requests: must be a list of numbers"},
		"faults: [{kind: reset, count: 1, key: ''}]": {"f.yaml:1:39: faults: 0: key: must not be empty"},
	} {
		_, err := DecodeFaults("f.yaml", []byte(text))
		if err == nil {
			t.Errorf("%q: no error", text)
			continue
		}
		for _, want := range wants {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q: got %v, want %s", text, err, want)
			}
		}
	}
}

func FuzzDecodeFaults(f *testing.F) {
	f.Add("faults: [{kind: reset, count: 1, on: [update], table: t, key: 'a*', requests: [3], delay: 1s}]")
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := DecodeFaults("f.yaml", []byte(text))
		for i := range rules {
			if wrong := rules[i].Check(); wrong != nil || err != nil {
				t.Errorf("a rule was read from %q: %v, %v", text, wrong, err)
			}
		}
	})
}
