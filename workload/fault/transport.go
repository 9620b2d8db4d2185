// Package fault makes requests go wrong between an AWS client and its server,
// whatever the server is: it loses, delays, repeats, refuses and fails them, by
// rule and seed.
//
// A request meets faults in this order. First the delays that hit it, which
// add up. Then, when it leaves, at most one other fault: that of the first rule
// that hits it, partitions before all others, since nothing passes those. A
// partition that begins later still loses what the client was to hear.
//
// Which requests a rule hits is drawn, for each rule and worker, from a random
// stream of its own: what the n-th request of a worker that a rule is about
// meets depends on the seed alone. Only the rule's Count is shared, so which
// worker gets the last of it is a race.
//
// It is no network: a packet that a partition dropped is not sent again after
// it, and a connection outlives what happened to its requests.
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

// Config is what a [Transport] does.
type Config struct {
	Rules []Rule
	Seed  uint64
	// Worker tells whose request it is by its context, counted from 0; −1, and
	// a nil Worker, is nobody's.
	Worker func(context.Context) int
	// Note, if not nil, is told of every fault that a request met, with the
	// request's context, from the goroutine that sends it and before the client
	// hears anything.
	Note func(context.Context, Injected)
}

// Transport passes requests on, and injects faults into some of them. It is
// safe for use by several goroutines and starts none.
//
// Requests whose faults keep their client waiting wait for the end of their
// context, which [http.Client.Timeout] is part of. Without an end they wait for
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

// New returns a transport that hands requests to next. It panics if a rule does
// not pass its [Rule.Check].
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
	slices.SortStableFunc(found, func(a, b *injector) int { return turn(a.Kind) - turn(b.Kind) })
	return found
}

// turn is when a request meets a kind of fault.
func turn(kind Kind) int {
	switch kind {
	case LateRequest:
		return 0
	case Partition:
		return 1
	}
	return 2
}

// Begin starts the time that windows are measured in. Before it, no fault is
// injected.
func (t *Transport) Begin(at time.Time) { t.began.Store(&at) }

// Counts is how many faults each rule has injected so far, by its place.
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
	x.tell()
	return response, err
}

func (t *Transport) worker(ctx context.Context) int {
	if t.config.Worker == nil {
		return -1
	}
	return t.config.Worker(ctx)
}
