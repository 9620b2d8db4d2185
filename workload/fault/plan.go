package fault

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"
)

// Plan decides which requests meet which faults. It neither sends nor waits: a transport
// does what the [Course] of each request says. It is safe for use by several goroutines.
// The zero value has no rules; [NewPlan] makes one with rules.
type Plan struct {
	began     atomic.Pointer[time.Time] // nil before Begin
	injectors []*injector               // one for each rule, in the order of the rules
	named     map[string][]*injector    // for each operation that a rule can name, in the order in which requests meet them
	others    []*injector               // for all other operations
	targeted  bool                      // a rule is limited to a table or to keys
}

// NewPlan returns a plan that injects faults by rules; seed decides all random draws. It
// panics if [Rule.Check] returns an error for one of the rules.
func NewPlan(rules []Rule, seed uint64) *Plan {
	p := &Plan{named: map[string][]*injector{}}
	for index, rule := range rules {
		if err := rule.Check(); err != nil {
			panic(fmt.Sprintf("fault: rule %d: %v", index, err))
		}
		p.targeted = p.targeted || rule.HasTarget()
		p.injectors = append(p.injectors, &injector{
			Rule: rule, index: index, seed: seed, streams: map[int]*rand.Rand{},
		})
	}
	for _, operation := range slices.Concat(updates[:], reads[:]) {
		p.named[operation] = p.about(operation)
	}
	p.others = p.about("")
	return p
}

// about lists the injectors whose rules apply to an operation, in the order in which its
// requests meet them.
func (p *Plan) about(operation string) []*injector {
	var found []*injector
	for _, i := range p.injectors {
		named := slices.ContainsFunc(i.On, func(word string) bool { return slices.Contains(operations(word), operation) })
		if named || len(i.On) == 0 {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b *injector) int { return precedence(a.Kind) - precedence(b.Kind) })
	return found
}

// precedence is the place of a kind of fault in the order in which a request meets them;
// the lowest comes first.
func precedence(kind Kind) int {
	switch kind {
	case LateRequest:
		return 0
	case Partition:
		return 1
	}
	return 2
}

// Begin sets the moment from which the windows of the rules are measured. No fault is
// injected before Begin is called.
func (p *Plan) Begin(at time.Time) { p.began.Store(&at) }

// Counts returns how many faults each rule has injected so far, in the order of the
// rules.
func (p *Plan) Counts() []int64 {
	counts := make([]int64, len(p.injectors))
	for n, i := range p.injectors {
		counts[n] = i.injected.Load()
	}
	return counts
}

// Course returns the course of a worker's next request. operation is an API name, such
// as "UpdateItem"; worker counts from 0, and is −1 for a request that no worker sends.
// ok is false if no rule applies to the operation, or before [Plan.Begin].
func (p *Plan) Course(operation string, worker int) (c Course, ok bool) {
	injectors, named := p.named[operation]
	if !named {
		injectors = p.others
	}
	began := p.began.Load()
	if len(injectors) == 0 || began == nil {
		return Course{}, false
	}
	return Course{injectors: injectors, worker: worker, began: *began}, true
}
