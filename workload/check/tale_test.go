package check

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"contend/counter"
	"contend/workload/history"
)

// tale is a small history of one counter.
type tale struct {
	header  history.Header
	ops     []history.Op
	final   history.CounterEnd // unknown: none was read
	cut     bool
	spoiled string // what was made wrong; empty: nothing
}

func (h *tale) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "start %+v ordered %t workers %d cut %t", h.header.Counters[0].Initial, h.header.Ordered, h.header.Workers, h.cut)
	if h.header.Floor != nil {
		fmt.Fprintf(&b, " floor %d", *h.header.Floor)
	}
	fmt.Fprintf(&b, " spoiled %q\n", h.spoiled)
	for _, o := range h.ops {
		fmt.Fprintf(&b, "w%d #%d %s %+d [%d %d] eventual %t %s:\n", o.Worker, o.Sequence, o.Kind, o.Delta, o.Invoked, o.Returned, o.Eventual, o.Ending)
		for _, a := range o.Attempts {
			fmt.Fprintf(&b, "    %s%s [%d %d] look [%d %d] before %v after %v saw %v repeated %t doubts %d token %q\n",
				a.Outcome, a.Reason, a.Invoked, a.Returned, a.LookInvoked, a.LookReturned, a.Before, a.After, a.Saw, a.Repeated, a.AmbiguousWrites, a.Token)
		}
	}
	fmt.Fprintf(&b, "final %+v\n", h.final)
	return b.String()
}

// teller lets a few workers take turns at a simulated store, and writes down the
// answers that they get.
type teller struct {
	*rand.Rand
	tale
	deltas      []int64
	conditional bool // writes are conditional on the value that they were built on
	tokens      bool // the design is idempotent
	eventual    bool
	now         int64
	state       history.State
	states      []history.State // all so far
	workers     []talker
	late        []sent
	left        int // operations that may still begin
	doubts      int // writes without an answer that may still be made
}

// sent is a write that is on its way.
type sent struct {
	delta int64
	built history.State // unknown: it has no condition
	token string
	left  map[string]history.State // by the operation's token
}

// talker is a worker.
type talker struct {
	op       *history.Op // in progress; nil: none
	free     int64
	sequence int64
	seen     history.State // what it last saw
	look     history.Attempt
	applied  map[string]history.State // what its tokens left
}

// tell makes a history that a correct counter could have given.
func tell(r *rand.Rand) *tale {
	t := &teller{Rand: r, left: 1 + r.IntN(8), doubts: r.IntN(4), conditional: r.IntN(3) == 0, eventual: r.IntN(3) == 0}
	t.tokens = r.IntN(3) == 0
	t.deltas = [][]int64{{1}, {1}, {1, -1}, {1, -1}, {5, -3}, {-1}, {2}, {1, 2}, {1, 2, 3, -2}}[r.IntN(9)]
	t.state = history.State{Value: int64(r.IntN(5) - 1), Version: int64(1 + r.IntN(3)), Known: true}
	t.header = history.Header{Workers: 1 + r.IntN(4), Ordered: r.IntN(3) > 0, Counters: []history.CounterStart{{Key: "c", Initial: t.state}}}
	if r.IntN(8) == 0 {
		least := t.state.Value - int64(r.IntN(4))
		t.header.Floor = &least
	}
	t.states = []history.State{t.state}
	t.now = 1 // a look that returned at 0 is none
	t.workers = make([]talker, t.header.Workers)
	for i := range t.workers {
		t.workers[i].free = t.now
	}
	for step := 0; step < 60 && (t.left > 0 || t.busy()); step++ {
		t.now += int64(t.IntN(3))
		if len(t.late) > 0 && t.IntN(4) == 0 {
			t.land()
		}
		t.turn(t.IntN(len(t.workers)))
	}
	t.end()
	t.forget()
	return &t.tale
}

func (t *teller) busy() bool {
	return slices.ContainsFunc(t.workers, func(w talker) bool { return w.op != nil })
}

// apply changes the counter if the write's condition holds.
func (t *teller) apply(s sent) bool {
	if s.built.Known && s.built.Value != t.state.Value {
		return false
	}
	if f := t.header.Floor; f != nil && s.delta < 0 && t.state.Value+s.delta < *f {
		return false
	}
	if s.token != "" {
		if _, done := s.left[s.token]; done {
			return false
		}
	}
	t.state.Value += s.delta
	t.state.Version++
	t.states = append(t.states, t.state)
	if s.token != "" {
		s.left[s.token] = t.state
	}
	return true
}

// land lets a late write reach the store.
func (t *teller) land() {
	s := t.late[0]
	t.late = t.late[1:]
	t.apply(s)
}

func (t *teller) turn(i int) {
	w := &t.workers[i]
	if w.free > t.now {
		return
	}
	if w.op == nil {
		if t.left == 0 {
			return
		}
		t.begin(i)
	}
	if w.op.Kind == history.Read {
		t.read(w)
		return
	}
	if t.conditional && !w.seen.Known {
		w.seen = t.state
		w.look = history.Attempt{Before: t.state, LookInvoked: t.sometime(w.free), LookReturned: t.now + t.Int64N(3)}
		w.free = w.look.LookReturned
		return
	}
	t.write(w)
}

// sometime is a moment from the time to now.
func (t *teller) sometime(from int64) int64 { return from + t.Int64N(t.now-from+1) }

func (t *teller) begin(i int) {
	w := &t.workers[i]
	t.left--
	w.sequence++
	w.op = &history.Op{Worker: i, Sequence: w.sequence, Delta: t.deltas[t.IntN(len(t.deltas))], Kind: history.Increment}
	if w.op.Delta < 0 {
		w.op.Kind = history.Decrement
	}
	if t.IntN(3) == 0 {
		w.op.Kind, w.op.Delta = history.Read, 0
		w.op.Eventual = t.eventual && t.IntN(2) == 0
	}
	w.op.Invoked = t.sometime(w.free)
	w.free = w.op.Invoked
	w.look = history.Attempt{}
	w.applied = map[string]history.State{}
	if t.conditional && t.IntN(2) == 0 {
		w.seen = history.State{} // a fresh read
	}
}

func (t *teller) read(w *talker) {
	a := history.Attempt{Outcome: counter.Applied, Invoked: t.sometime(w.free), Returned: t.now + t.Int64N(5), Saw: t.state}
	if w.op.Eventual {
		a.Saw = t.states[t.IntN(len(t.states))]
		if t.IntN(8) == 0 { // of before the run
			back := 1 + t.Int64N(2)
			a.Saw.Version, a.Saw.Value = t.states[0].Version-back, t.states[0].Value-back*t.deltas[0]
		}
		if a.Saw.Version < 1 {
			a.Saw = t.states[0]
		}
	} else {
		w.seen = t.state
	}
	t.done(w, a, history.Applied)
}

// write makes one attempt.
func (t *teller) write(w *talker) {
	a := w.look
	a.Written, a.Invoked, a.Returned = true, t.sometime(w.free), t.now+t.Int64N(5)
	s := sent{delta: w.op.Delta, left: w.applied}
	if t.conditional {
		s.built = w.seen
		a.Before = w.seen
	}
	if t.tokens {
		a.Token, s.token = "t", "t"
	}
	w.look = history.Attempt{}
	if t.doubts > 0 && t.IntN(6) == 0 { // below the program
		t.doubts--
		a.AmbiguousWrites = 1
		t.lose(s, w)
	}
	if t.doubts > 0 && t.IntN(4) == 0 {
		t.doubts--
		a.Outcome = counter.Unknown
		t.lose(s, w)
		t.again(w, a)
		return
	}
	if left, done := w.applied[s.token]; done && s.token != "" {
		a.Outcome, a.Repeated, a.After = counter.Applied, true, left
		t.done(w, a, history.Applied)
		return
	}
	switch {
	case t.apply(s):
		a.Outcome, a.After = counter.Applied, t.state
		w.seen = t.state
		t.done(w, a, history.Applied)
	case t.header.Floor != nil && s.delta < 0 && t.state.Value+s.delta < *t.header.Floor:
		a.Outcome, a.Reason, a.Saw = counter.Failed, counter.ReasonFloor, t.state
		t.done(w, a, history.Failed)
	default:
		a.Outcome, a.Saw = counter.Conflict, t.state
		w.seen = t.state
		if t.IntN(3) == 0 {
			a.Saw, w.seen = history.State{}, history.State{}
		}
		t.again(w, a)
	}
}

// lose sends a write whose answer is lost. The store applies it now, later or never.
func (t *teller) lose(s sent, w *talker) {
	switch t.IntN(3) {
	case 0:
		t.apply(s)
	case 1:
		t.late = append(t.late, s)
	}
	if t.conditional && t.IntN(2) == 0 {
		return
	}
	w.seen = history.State{}
}

// again makes another attempt, or gives up.
func (t *teller) again(w *talker, a history.Attempt) {
	if t.IntN(3) > 0 {
		w.op.Attempts = append(w.op.Attempts, a)
		w.free = a.Returned
		return
	}
	ending := history.GaveUp
	if a.Outcome == counter.Unknown {
		ending = history.Unknown
	}
	t.done(w, a, ending)
}

func (t *teller) done(w *talker, a history.Attempt, ending history.Ending) {
	o := w.op
	o.Attempts = append(o.Attempts, a)
	o.Returned, w.free = a.Returned, a.Returned+t.Int64N(2)
	o.Ending = ending
	if ending != history.Applied && o.Writes().Unknown > 0 {
		o.Ending = history.Unknown
	}
	t.ops = append(t.ops, *o)
	w.op = nil
}

// end closes what is under way and reads the counter.
func (t *teller) end() {
	for i := range t.workers {
		w := &t.workers[i]
		switch {
		case w.op == nil:
		case len(w.op.Attempts) == 0:
			w.op = nil
		default:
			last := w.op.Attempts[len(w.op.Attempts)-1]
			w.op.Attempts = w.op.Attempts[:len(w.op.Attempts)-1]
			t.done(w, last, history.GaveUp)
		}
	}
	slices.SortStableFunc(t.ops, func(a, b history.Op) int { return cmp.Compare(a.Returned, b.Returned) })
	end := t.now + 30
	t.final = history.CounterEnd{Invoked: end, Returned: end + 1, Final: t.state}
}

// forget leaves out some of what a history may leave out.
func (t *teller) forget() {
	initial := &t.header.Counters[0].Initial
	oneWay := !slices.ContainsFunc(t.deltas, func(d int64) bool { return (d > 0) != (t.deltas[0] > 0) })
	switch t.IntN(8) {
	case 0, 1: // items without versions
		if !oneWay {
			t.leaveOutTheTimeBefore()
		}
		t.everyState(func(s *history.State) { s.Version = 0 })
		initial.Version, t.final.Final.Version = 0, 0
	case 2: // acknowledgements that tell nothing
		t.everyAfter(func(s *history.State) { *s = history.State{} })
		if t.IntN(2) == 0 || oneWay {
			if !oneWay {
				t.leaveOutTheTimeBefore()
			}
			t.everyState(func(s *history.State) { s.Version = 0 })
			initial.Version, t.final.Final.Version = 0, 0
		}
	case 3: // some that tell nothing
		t.everyAfter(func(s *history.State) {
			if t.IntN(3) == 0 {
				*s = history.State{}
			}
		})
	case 4: // the start's version is not known
		initial.Version = 0
	case 5:
		if t.IntN(3) == 0 {
			*initial = history.State{}
		}
	}
	if t.IntN(3) == 0 {
		t.coarsen(5)
	}
	if t.IntN(5) == 0 {
		t.kill()
	}
	if t.IntN(10) == 0 {
		t.final.Invoked, t.final.Returned = 0, 0
	}
}

// leaveOutTheTimeBefore lets no eventual read show a state of before the run:
// without a version, and with changes both ways, it could be any.
func (t *teller) leaveOutTheTimeBefore() {
	t.everyAttempt(func(a *history.Attempt) {
		if a.Saw.Known && a.Saw.Version < t.states[0].Version {
			a.Saw = t.states[0]
		}
	})
}

func (t *tale) everyAttempt(change func(*history.Attempt)) {
	for i := range t.ops {
		for j := range t.ops[i].Attempts {
			change(&t.ops[i].Attempts[j])
		}
	}
}

func (t *tale) everyAfter(change func(*history.State)) {
	t.everyAttempt(func(a *history.Attempt) { change(&a.After) })
}

func (t *tale) everyState(change func(*history.State)) {
	t.everyAttempt(func(a *history.Attempt) { change(&a.Before); change(&a.After); change(&a.Saw) })
}

// coarsen rounds all times down to the ticks of a slow clock, of which the first
// comes before everything, since a time of 0 says that nothing was read.
func (t *tale) coarsen(tick int64) {
	round := func(times ...*int64) {
		for _, at := range times {
			*at += tick
			*at -= *at % tick
		}
	}
	for i := range t.ops {
		round(&t.ops[i].Invoked, &t.ops[i].Returned)
	}
	t.everyAttempt(func(a *history.Attempt) {
		round(&a.Invoked, &a.Returned)
		if a.LookReturned > 0 {
			round(&a.LookInvoked, &a.LookReturned)
		}
	})
	round(&t.final.Invoked, &t.final.Returned)
}

// kill drops the operations that each worker carried out last, and mostly the
// final reading.
func (t *teller) kill() {
	t.cut = true
	if t.IntN(3) > 0 {
		t.final = history.CounterEnd{}
	}
	for i := range t.workers {
		for range t.IntN(3) {
			for j := len(t.ops) - 1; j >= 0; j-- {
				if t.ops[j].Worker == i {
					t.ops = slices.Delete(t.ops, j, j+1)
					break
				}
			}
		}
	}
}

// spoil makes one or two things wrong, as a broken store or a mistaken client could.
func (t *tale) spoil(r *rand.Rand) {
	for range 1 + r.IntN(2) {
		if len(t.ops) == 0 {
			return
		}
		o := &t.ops[r.IntN(len(t.ops))]
		a := &o.Attempts[r.IntN(len(o.Attempts))]
		nudge := int64(1 + r.IntN(2))
		if r.IntN(2) == 0 {
			nudge = -nudge
		}
		state := &a.After
		if a.Saw.Known {
			state = &a.Saw
		}
		switch r.IntN(9) {
		case 0:
			if state.Known {
				state.Value += nudge
				t.spoiled += " value"
			}
		case 1:
			if state.Known && state.Version > 0 && state.Version+nudge > 0 {
				state.Version += nudge
				t.spoiled += " version"
			}
		case 2:
			if state.Known && state.Version > 0 && state.Version+nudge > 0 {
				state.Version += nudge
				state.Value += nudge
				t.spoiled += " state"
			}
		case 3:
			b := last(&t.ops[r.IntN(len(t.ops))])
			if a.After.Known && b.After.Known {
				a.After, b.After = b.After, a.After
				t.spoiled += " exchanged"
			}
		case 4:
			if len(t.ops) > 1 && !t.header.Ordered {
				i := r.IntN(len(t.ops))
				t.ops = slices.Delete(t.ops, i, i+1)
				t.spoiled += " forgotten"
			}
		case 5:
			if t.final.Final.Known {
				t.final.Final.Value += nudge
				t.spoiled += " final"
			}
		case 6:
			if len(o.Attempts) == 1 && a.Returned > a.Invoked {
				a.Returned = a.Invoked
				o.Returned = a.Returned
				t.spoiled += " early"
			}
		case 7:
			b := last(&t.ops[r.IntN(len(t.ops))])
			if a.Saw.Known && b.After.Known {
				a.Saw = b.After
				t.spoiled += " seen"
			}
		case 8:
			if a.Outcome == counter.Conflict && a.Saw.Known && a.Before.Known {
				a.Saw = a.Before
				t.spoiled += " refused"
			}
		}
	}
}
