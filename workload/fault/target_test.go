package fault_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"contend/workload/fault"
)

// TestRulesWithATarget: such a rule hits only the requests that touch its items, and the
// requests in between do not use up its count or its random draws.
func TestRulesWithATarget(t *testing.T) {
	type itemKey struct{}
	rules := []fault.Rule{{Kind: fault.Throttle, Count: 2, Table: "visits", Key: "home"}}
	config := fault.Config{Rules: rules, Touches: func(ctx context.Context, r *fault.Rule) bool {
		return ctx.Value(itemKey{}) == r.Table+"/"+r.Key
	}}
	send := func(transport *fault.Transport, item string) bool {
		response, err := transport.RoundTrip(requestOf(context.WithValue(t.Context(), itemKey{}, item), "UpdateItem"))
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode != 200
	}
	transport := fault.New(canned{}, config)
	transport.Begin(time.Now())
	var hit []bool
	for _, item := range []string{"visits/about", "visits/home", "visits/about", "visits/home", "visits/home"} {
		hit = append(hit, send(transport, item))
	}
	if want := []bool{false, true, false, true, false}; !slices.Equal(hit, want) {
		t.Errorf("hit: got %v, want %v", hit, want)
	}
	config.Touches = nil
	transport = fault.New(canned{}, config)
	transport.Begin(time.Now())
	if send(transport, "visits/home") {
		t.Error("a rule with a target hit a request although nobody knows what it is about")
	}
}

// TestDry: every request passes, and the same faults are noted as are injected otherwise.
func TestDry(t *testing.T) {
	rules := []fault.Rule{{Kind: fault.Throttle, Probability: 0.3}}
	faulty := func(dry bool) (noted, refused int) {
		transport := fault.New(canned{}, fault.Config{Rules: rules, Seed: 7, Dry: dry, Note: func(context.Context, fault.Injected) { noted++ }})
		transport.Begin(time.Now())
		for range 100 {
			if isHit(t, transport, "UpdateItem", -1) {
				refused++
			}
		}
		return noted, refused
	}
	noted, refused := faulty(false)
	dryNoted, dryRefused := faulty(true)
	if noted == 0 || dryNoted != noted || refused != noted || dryRefused != 0 {
		t.Errorf("noted %d and refused %d; dry: noted %d and refused %d", noted, refused, dryNoted, dryRefused)
	}
}
