package check

import (
	"math"
	"math/bits"
	"slices"

	"contend/counter"
	"contend/workload/history"
)

// explanation is an exhaustive search for an order of everything in one small history.
// It is the definition of a correct history, written without any thought of speed, and
// shares no code with the audit.
//
// Every event has a closed interval of time. The search
// puts events one after another, but never an event before another one that had ended
// before it began. It remembers the states that it has visited, so that it tries
// nothing twice.
type explanation struct {
	events []event
	// missing is the time from which on writes may have happened that the
	// history lacks, with any change; MaxInt64: none lack.
	missing int64
	seen    map[situation]bool
}

// event is one thing that happened at one moment of its interval.
type event struct {
	from, to int64 // ns; to is MaxInt64 if the event may come at any time later
	kind     eventKind
	optional bool // it may never have happened
	delta    int64
	told     history.State // the state that it left or saw; unknown: it told none
	built    history.State // the value that a write is conditional on; unknown: none
	group    int           // of the events of one group at most one happens; 0: no group
	after    uint64        // events that come first, as bits
	least    *int64        // the floor that a write which takes something away respects
}

type eventKind uint8

const (
	writes  eventKind = iota
	sees              // the state that told says
	differs           // from the value that built says
	never             // cannot be
)

// belief is the knowledge about the counter at one moment of the search.
type belief struct {
	value, version int64
	anyValue       bool
	anyVersion     bool // version is then the least that it can be
}

type situation struct {
	done   uint64
	belief belief
}

// mostEvents is how many events fit into the bits of a set.
const mostEvents = 64

// found reports whether there is an order.
func (x *explanation) found(start belief) bool {
	x.seen = map[situation]bool{}
	return x.search(situation{0, start})
}

func (x *explanation) search(s situation) bool {
	if x.seen[s] {
		return false
	}
	x.seen[s] = true
	deadline, left := int64(math.MaxInt64), false
	for i := range x.events {
		if e := &x.events[i]; s.done&(1<<i) == 0 && !e.optional {
			left, deadline = true, min(deadline, e.to)
		}
	}
	if !left {
		return true
	}
	beliefs := []belief{s.belief}
	if x.missing <= deadline {
		lost := belief{version: s.belief.version, anyValue: true, anyVersion: true}
		if !s.belief.anyVersion {
			lost.version++
		}
		beliefs = append(beliefs, lost)
	}
	for i := range x.events {
		e := &x.events[i]
		if s.done&(1<<i) != 0 || e.from > deadline || s.done&e.after != e.after || x.excluded(s.done, e.group) {
			continue
		}
		for _, before := range beliefs {
			if after, possible := e.happen(before); possible && x.search(situation{s.done | 1<<i, after}) {
				return true
			}
		}
	}
	return false
}

// excluded reports whether another event of the group has happened.
func (x *explanation) excluded(done uint64, group int) bool {
	if group == 0 {
		return false
	}
	for ; done != 0; done &= done - 1 {
		if x.events[bits.TrailingZeros64(done)].group == group {
			return true
		}
	}
	return false
}

// happen returns the knowledge after the event, and whether the event is possible at
// this moment.
func (e *event) happen(b belief) (belief, bool) {
	switch e.kind {
	case never:
		return b, false
	case differs:
		return b, b.anyValue || b.value != e.built.Value
	case writes:
		var met bool
		if b, met = b.learn(history.State{Value: e.built.Value, Known: e.built.Known}); !met {
			return b, false
		}
		b.value += e.delta
		b.version++
	}
	b, agrees := b.learn(e.told)
	if e.kind == writes && e.least != nil && e.delta < 0 && !b.anyValue && b.value < *e.least {
		return b, false
	}
	return b, agrees
}

// learn adds a state to the knowledge. It returns false if they contradict each other.
func (b belief) learn(s history.State) (belief, bool) {
	if !s.Known {
		return b, true
	}
	if !b.anyValue && b.value != s.Value {
		return b, false
	}
	b.value, b.anyValue = s.Value, false
	if s.Version == 0 {
		return b, true
	}
	if b.anyVersion && s.Version < b.version || !b.anyVersion && s.Version != b.version {
		return b, false
	}
	b.version, b.anyVersion = s.Version, false
	return b, true
}

// reading says how strictly a history is read.
type reading struct {
	// once: writes with one token are one write, and the requests of a worker
	// come one after another even where times are equal.
	once bool
	// fresh: eventual reads without a version show states of the run, nobody goes
	// below a floor, and a version never had two values, not even before the run.
	fresh bool
}

// explains reports whether the history can have happened. A lenient reading relies only
// on the words of the format; the strict one also relies on what designs promise.
func explains(h *tale, r reading) bool {
	b := builder{h: h, reading: r}
	for i := range h.ops {
		b.operation(&h.ops[i])
	}
	if h.final.Final.Known {
		from, to := h.final.Invoked, h.final.Returned
		if to == 0 {
			from, to = math.MaxInt64-1, math.MaxInt64-1
		}
		b.add(event{kind: sees, from: from, to: to, told: h.final.Final})
	}
	if r.fresh && (b.belowFloor() || b.twoValues()) {
		return false
	}
	x := explanation{events: b.events, missing: h.missingFrom()}
	return x.found(b.start())
}

// twoValues reports whether eventual reads showed two values for one version.
func (b *builder) twoValues() bool {
	values := map[int64]int64{}
	for i := range b.h.ops {
		for j := range b.h.ops[i].Attempts {
			saw := b.h.ops[i].Attempts[j].Saw
			if !b.h.ops[i].Eventual || !saw.Known || saw.Version == 0 {
				continue
			}
			if other, told := values[saw.Version]; told && other != saw.Value {
				return true
			}
			values[saw.Version] = saw.Value
		}
	}
	return false
}

// belowFloor reports whether an answer has a state that no change may leave behind. A
// counter may begin below its floor.
func (b *builder) belowFloor() bool {
	start, floor := b.h.header.Counters[0].Initial, b.h.header.Floor
	if floor == nil || !start.Known {
		return false
	}
	least := min(*floor, start.Value)
	return slices.ContainsFunc(b.events, func(e event) bool { return e.told.Known && e.told.Value < least })
}

// missingFrom is the earliest time at which an operation that a cut history lacks can
// have begun.
func (h *tale) missingFrom() int64 {
	if !h.cut {
		return math.MaxInt64
	}
	if !h.header.Ordered {
		return math.MinInt64
	}
	last := make([]int64, h.header.Workers)
	for i := range h.ops {
		last[h.ops[i].Worker] = h.ops[i].Returned
	}
	first := int64(math.MaxInt64)
	for _, at := range last {
		first = min(first, at)
	}
	return first
}

// builder turns a history into events.
type builder struct {
	h *tale
	reading
	events []event
	groups int
	last   map[int]uint64 // of each worker, the events of what it did last
	first  uint64         // the events before those of the operation
}

func (b *builder) start() belief {
	s := b.h.header.Counters[0].Initial
	start := belief{value: s.Value, version: s.Version, anyValue: !s.Known}
	if s.Version == 0 {
		start.version, start.anyVersion = math.MinInt32, true
	}
	return start
}

// add enters an event and returns its bit.
func (b *builder) add(e event) uint64 {
	if len(b.events) == mostEvents {
		panic("a test history of too many events")
	}
	b.events = append(b.events, e)
	return 1 << (len(b.events) - 1)
}

func (b *builder) operation(op *history.Op) {
	if b.last == nil {
		b.last = map[int]uint64{}
	}
	b.first = 0
	if b.once && b.h.header.Ordered {
		b.first = b.last[op.Worker]
	}
	var open []int // events of writes without an answer
	for i := range op.Attempts {
		a := &op.Attempts[i]
		before := uint64(0)
		if b.once && b.h.header.Ordered {
			before = b.last[op.Worker]
		}
		if a.LookReturned > 0 && a.Before.Known {
			look := b.add(event{kind: sees, from: a.LookInvoked, to: a.LookReturned, told: a.Before, after: before})
			b.last[op.Worker] = look
			if b.once && b.h.header.Ordered {
				before = look
			}
		}
		open = b.attempt(op, a, before, open)
	}
	if b.once {
		b.group(op, open)
	}
}

// attempt enters one try. open has the writes of the operation's earlier tries that had
// no answer.
func (b *builder) attempt(op *history.Op, a *history.Attempt, before uint64, open []int) []int {
	e := event{kind: sees, from: a.Invoked, to: a.Returned, told: a.Saw, after: before}
	if op.Kind == history.Read {
		if a.Saw.Known {
			b.read(op, e)
		}
		return open
	}
	write := event{kind: writes, from: a.Invoked, to: math.MaxInt64, optional: true, delta: op.Delta, built: a.Before, after: before, least: b.h.header.Floor}
	for range a.Writes().Unknown {
		open = append(open, len(b.events))
		b.add(write)
	}
	if a.Saw.Known {
		b.last[op.Worker] = b.add(e)
		if a.Outcome == counter.Conflict && a.Before.Known && a.Written {
			e.kind, e.built = differs, a.Before
			b.last[op.Worker] |= b.add(e)
		}
	}
	if f := b.h.header.Floor; f != nil && a.Outcome == counter.Failed && a.Reason == counter.ReasonFloor && a.Saw.Known && a.Saw.Value+op.Delta >= *f {
		b.add(event{kind: never})
	}
	if a.Outcome != counter.Applied || !a.Written && !a.Repeated {
		return open
	}
	write.to, write.optional, write.told = a.Returned, false, a.After
	if !a.Repeated {
		b.last[op.Worker] = b.add(write)
		return open
	}
	return b.repeated(op, write, open)
}

// repeated enters an acknowledgement of a write that had already been made: one of the
// open ones, or one that is not in the history.
func (b *builder) repeated(op *history.Op, write event, open []int) []int {
	write.after = b.first
	write.from = op.Invoked
	if len(open) > 0 {
		first, last := open[0], open[len(open)-1]
		write.from, write.built = b.events[first].from, b.events[first].built
		if len(open) > 1 {
			write.built = history.State{} // of whichever it was
		}
		b.events[last].kind, b.events[last].to = sees, math.MaxInt64 // taken: nothing that tells anything
		b.events[last].told, b.events[last].optional = history.State{}, true
		b.events[last].built = history.State{}
		open = open[:len(open)-1]
	} else {
		write.built = history.State{}
	}
	b.last[op.Worker] = b.add(write)
	return open
}

// group makes sure that at most one of an operation's writes with a token happens.
func (b *builder) group(op *history.Op, open []int) {
	token, acknowledged := "", false
	for i := range op.Attempts {
		a := &op.Attempts[i]
		if a.Token != "" {
			token = a.Token
		}
		acknowledged = acknowledged || a.Outcome == counter.Applied
	}
	if token == "" || len(open) == 0 {
		return
	}
	b.groups++
	for _, o := range open {
		b.events[o].group = b.groups
		if acknowledged {
			b.events[o].kind = never
		}
	}
}

// read enters a read operation's answer. An eventual read may show a state of
// before the run: a lower version, or any value that the run's changes lead away
// from.
func (b *builder) read(op *history.Op, e event) {
	if !op.Eventual {
		b.last[op.Worker] = b.add(e)
		return
	}
	start := b.h.header.Counters[0].Initial
	e.from, e.after = math.MinInt64, 0
	switch {
	case start.Version != 0 && e.told.Version == 0, !start.Known && e.told.Version == 0:
		return
	case start.Version != 0 && e.told.Version < start.Version:
		return
	case start.Version == 0 && e.told.Version != 0:
		if e.told.Version < b.firstVersion() {
			return
		}
	case start.Version == 0 && (!b.fresh || b.before(e.told.Value-start.Value)):
		return
	}
	b.last[op.Worker] |= b.add(e)
}

// firstVersion is the lowest version that the counter must have had during the run,
// according to strong answers.
func (b *builder) firstVersion() int64 {
	first := int64(math.MaxInt64)
	tell := func(s history.State, before int64) {
		if s.Known && s.Version > 0 {
			first = min(first, s.Version-before)
		}
	}
	for i := range b.h.ops {
		for j := range b.h.ops[i].Attempts {
			a := &b.h.ops[i].Attempts[j]
			tell(a.After, 1)
			if a.LookReturned > 0 {
				tell(a.Before, 0)
			}
			if !b.h.ops[i].Eventual {
				tell(a.Saw, 0)
			}
		}
	}
	tell(b.h.final.Final, 0)
	return first
}

// before reports whether a value, given by its distance from the start, may be from
// before the run: it is the start, or no change of the run leads towards it from there.
func (b *builder) before(distance int64) bool {
	for i := range b.h.ops {
		if delta := b.h.ops[i].Delta; delta > 0 && distance > 0 || delta < 0 && distance < 0 {
			return false
		}
	}
	return true
}
