// Package fault injects faults into the requests between an AWS client and its
// server, whatever the server is. By rules and a seed it loses, delays, repeats,
// refuses and fails requests.
//
// A [Plan] decides what requests meet. A [Transport] carries that out for HTTP requests,
// and a [Direct] for values of the SDK, such as those of a server in the same process in
// simulated time. With the same rules, seed, requests and moments, clients of both hear
// the same.
//
// A request is subject to the rules in this order. First come all delays that apply
// to it; they add up. When it is then sent, at most one other fault applies: that of
// the first rule that hits it, with partitions before all others. A partition that
// begins later can still lose the answer.
//
// Each rule has a random stream of its own for each worker. So it depends on the
// seed alone which fault the n-th request of a worker gets. Only a rule's Count is
// shared by the workers: which of them gets the last fault depends on timing.
//
// The package does not simulate a network: packets that a partition dropped are not
// sent again after it, and a connection survives the faults of its requests.
package fault

import (
	"net/http"
	"sync/atomic"
	"time"
)

// Transport passes HTTP requests on, and injects faults into some of them. It is
// safe for use by several goroutines and starts none. It waits by the clock of the
// request's context.
//
// If a fault leaves the client without an answer, the request waits for the end of
// its context, which includes [http.Client.Timeout]. Without either it waits for
// ever.
type Transport struct {
	next   http.RoundTripper
	config Config
	plan   *Plan
	faked  atomic.Uint64 // answers that no server gave
}

// New returns a transport that passes requests to next. It panics if [Rule.Check]
// returns an error for one of the rules. Call [Transport.Begin] before the first
// request.
func New(next http.RoundTripper, config Config) *Transport {
	return &Transport{next: next, config: config, plan: NewPlan(config.Rules, config.Seed)}
}

// Begin sets the time from which the windows of rules are measured. Before it, no
// fault is injected.
func (t *Transport) Begin(at time.Time) { t.plan.Begin(at) }

// Counts returns how many faults each rule has injected so far, in the order of
// [Config.Rules].
func (t *Transport) Counts() []int64 { return t.plan.Counts() }

// RoundTrip carries out one request, as [http.RoundTripper] demands.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	course, ok := t.config.course(request.Context(), t.plan, operationOf(request))
	if !ok {
		return t.next.RoundTrip(request)
	}
	x := exchange{transport: t, request: request, course: course}
	if t.config.Dry {
		x.course.Arrive(x.now())
		x.course.Leave(x.now())
		t.config.note(request.Context(), &x.course)
		return t.next.RoundTrip(request)
	}
	response, err := x.carryOut()
	t.config.note(request.Context(), &x.course)
	return response, err
}
