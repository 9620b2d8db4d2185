// Package fault injects faults into the requests between an AWS client and its
// server, whatever the server is. By rules and a seed it loses, delays, repeats,
// refuses and fails requests.
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
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync/atomic"
	"time"
)

// Config configures a [Transport].
type Config struct {
	Rules []Rule
	Seed  uint64
	// Worker returns the number of the worker that sends a request, from 0, by
	// the request's context; −1 if no worker does. nil: no worker ever does.
	Worker func(context.Context) int
	// Note, if not nil, is called for every fault that was injected, with the
	// request's context, by the goroutine that sends the request and before the
	// client gets an answer or an error.
	Note func(context.Context, Injected)
}

// Transport passes requests on, and injects faults into some of them. It is
// safe for use by several goroutines and starts none.
//
// If a fault leaves the client without an answer, the request waits for the end of
// its context, which includes [http.Client.Timeout]. Without either it waits for
// ever.
type Transport struct {
	next   http.RoundTripper
	config Config
	began  atomic.Pointer[time.Time]
	faked  atomic.Uint64 // answers that no server gave

	injectors []*injector            // by the place of their rule
	named     map[string][]*injector // of each operation in a rule, in the order in which requests meet them
	others    []*injector            // of any other operation
}

// New returns a transport that passes requests to next. It panics if [Rule.Check]
// returns an error for one of the rules. Call [Transport.Begin] before the first
// request.
func New(next http.RoundTripper, config Config) *Transport {
	t := &Transport{next: next, config: config, named: map[string][]*injector{}}
	for index, rule := range config.Rules {
		if err := rule.Check(); err != nil {
			panic(fmt.Sprintf("fault: rule %d: %v", index, err))
		}
		t.injectors = append(t.injectors, &injector{
			Rule: rule, index: index, seed: config.Seed, streams: map[int]*rand.Rand{},
		})
	}
	for _, operation := range slices.Concat(updates[:], reads[:]) {
		t.named[operation] = t.about(operation)
	}
	t.others = t.about("")
	return t
}

// about lists the rules about an operation in the order in which its requests
// meet them.
func (t *Transport) about(operation string) []*injector {
	var found []*injector
	for _, i := range t.injectors {
		named := slices.ContainsFunc(i.On, func(word string) bool { return slices.Contains(operations(word), operation) })
		if named || len(i.On) == 0 {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b *injector) int { return precedence(a.Kind) - precedence(b.Kind) })
	return found
}

// precedence orders the kinds of faults for one request, lowest first.
func precedence(kind Kind) int {
	switch kind {
	case LateRequest:
		return 0
	case Partition:
		return 1
	}
	return 2
}

// Begin sets the time from which the windows of rules are measured. Before it, no
// fault is injected.
func (t *Transport) Begin(at time.Time) { t.began.Store(&at) }

// Counts returns how many faults each rule has injected so far, in the order of
// [Config.Rules].
func (t *Transport) Counts() []int64 {
	counts := make([]int64, len(t.injectors))
	for n, i := range t.injectors {
		counts[n] = i.injected.Load()
	}
	return counts
}

// RoundTrip carries out one request, as [http.RoundTripper] demands.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	injectors, ok := t.named[operationOf(request)]
	if !ok {
		injectors = t.others
	}
	began := t.began.Load()
	if len(injectors) == 0 || began == nil {
		return t.next.RoundTrip(request)
	}
	x := exchange{transport: t, request: request, injectors: injectors, began: *began, worker: t.worker(request.Context())}
	response, err := x.carryOut()
	x.note()
	return response, err
}

func (t *Transport) worker(ctx context.Context) int {
	if t.config.Worker == nil {
		return -1
	}
	return t.config.Worker(ctx)
}
