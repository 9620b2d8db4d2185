package explore

import (
	"context"
	"errors"
	"testing"

	"contend/workload/plan"
)

func TestScenariosThatAreTheSameForEverySeed(t *testing.T) {
	const one = "load: { workers: 1, operations: 5 }\n"
	for text, varies := range map[string]bool{
		one:                                    false,
		"":                                     true, // workers contend, and back off
		"retry: { policy: immediate }\n":       false,
		"strategy: atomic-add\n":               false, // nobody backs off
		"strategy: sharded\n":                  true,
		one + "explore: { retry.base: [1ms] }": false,
		one + "explore: { retry.base: [1ms, 2ms] }":                                                   true,
		one + "embedded: { latency: { mean: 4ms, sd: 1ms } }":                                         true,
		one + "embedded: { latency: { mean: 4ms } }":                                                  false,
		one + "embedded: { misbehave: [{ kind: lose-update, one_in: 3 }] }":                           true,
		one + "retry: { policy: fixed }\nfaults: [{ kind: throttle, count: 1 }]":                      false,
		one + "faults: [{ kind: throttle, count: 1 }]":                                                true, // and it backs off
		one + "retry: { policy: fixed }\nfaults: [{ kind: throttle, count: 1 }]\nsdk_retry: standard": true,
		one + "retry: { policy: fixed }\nfaults: [{ kind: throttle, probability: 0.1 }]":              true,
		one + "retry: { policy: fixed }\nfaults: [{ kind: throttle, probability: 1 }]":                false,
		one + "retry: { policy: fixed }\nfaults: [{ kind: reset, count: 1 }]":                         true,
		one + "operations: { increment: 1, read: 1 }":                                                 true,
		one + "counters: { count: 2 }":                                                                true,
		one + "counters: { count: 2, pick: own }":                                                     false,
		"load: { workers: 1, rate: 5/s, duration: 1s }":                                               true,
		"load: { workers: 1, rate: 5/s, duration: 1s, arrivals: uniform }":                            false,
	} {
		p, err := plan.Decode("s.yaml", []byte("name: x\n"+text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		e := &Explorer{Space: p.Space(), Seeds: 1, Failures: 1}
		if got := e.varies(); got != varies {
			t.Errorf("%q: varies %t, want %t", text, got, varies)
		}
		if varies {
			continue
		}
		if r, err := e.Run(context.Background()); !errors.Is(err, ErrSame) || r.Seeds != 0 {
			t.Errorf("%q: got %+v, %v", text, r, err)
		}
	}
}
