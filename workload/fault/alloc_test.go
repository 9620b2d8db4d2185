package fault_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"contend/workload/fault"
)

// TestNothingIsAllocatedWithoutFault: requests that meet no fault must not be
// disturbed by those that do.
func TestNothingIsAllocatedWithoutFault(t *testing.T) {
	one := &http.Response{StatusCode: http.StatusOK}
	next := roundTrip(func(*http.Request) (*http.Response, error) { return one, nil })
	rare := fault.Rule{Kind: fault.LostReply, Probability: 1e-12}
	for name, rule := range map[string][]fault.Rule{
		"no rule":         nil,
		"other operation": {{Kind: fault.LostReply, Probability: 1, On: []string{"read"}}},
		"other window":    {{Kind: fault.LostReply, Probability: 1, From: time.Hour}},
		"past partition":  {{Kind: fault.Partition, To: 1}},
		"other workers":   {{Kind: fault.Partition, Workers: 1}},
		"not hit":         {rare, rare, {Kind: fault.LateRequest, Probability: 1e-12, Delay: fault.Delay{Mean: 1}}},
	} {
		transport := fault.New(next, fault.Config{Rules: rule, Worker: workerOf})
		transport.Begin(time.Now().Add(-time.Second))
		request := requestOf(asWorker(t.Context(), 7), "UpdateItem")
		got := testing.AllocsPerRun(1000, func() {
			if response, err := transport.RoundTrip(request); response != one || err != nil {
				t.Fatal("the request met something")
			}
		})
		check(t, name, got, 0)
		direct := fault.NewDirect(fault.Config{Rules: rule, Worker: workerOf})
		direct.Begin(time.Now().Add(-time.Second))
		answered := fault.Answer{Status: http.StatusOK}
		send := func(context.Context, bool) fault.Answer { return answered }
		got = testing.AllocsPerRun(1000, func() {
			if answer := direct.Do(request.Context(), fault.Request{Operation: "UpdateItem"}, send); answer != answered {
				t.Fatal("the request met something")
			}
		})
		check(t, name+", direct", got, 0)
	}
}

// BenchmarkPassed is what a request costs that meets no fault.
func BenchmarkPassed(b *testing.B) {
	next := roundTrip(func(*http.Request) (*http.Response, error) { return nil, nil })
	for name, rules := range map[string][]fault.Rule{
		"other operation": {{Kind: fault.LostReply, Probability: 1, On: []string{"read"}}},
		"not hit":         {{Kind: fault.LostReply, Probability: 1e-12}},
	} {
		b.Run(name, func(b *testing.B) {
			transport := fault.New(next, fault.Config{Rules: rules})
			transport.Begin(time.Now())
			request := requestOf(b.Context(), "UpdateItem")
			b.ReportAllocs()
			for b.Loop() {
				_, _ = transport.RoundTrip(request)
			}
		})
	}
}
