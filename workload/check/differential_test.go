package check

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/anishathalye/porcupine"

	"contend/counter"
	"contend/internal/longtest"
	"contend/workload/history"
)

var histories = longtest.Flag("histories", 1500, 20_000, "how many random histories are judged by Porcupine too")

// TestDifferential judges random small histories, valid and broken, by the
// audit and by Porcupine's search over the same counter.
func TestDifferential(t *testing.T) {
	var passed, failed, undecided int
	many := histories()
	for seed := range uint64(many) {
		h := generate(rand.New(rand.NewPCG(seed, 1)))
		want := h.looselyLinearizable()
		findings := h.audit(t, false)
		got := ordering(findings)
		if streamed := ordering(h.audit(t, true)); streamed != got && got != Inconclusive && streamed != Inconclusive && !h.tied() {
			t.Errorf("seed %d: judged %s at once and %s while reading\n%s", seed, got, streamed, h)
		}
		if want && !h.spoiled {
			h.checkBand(t, seed)
		}
		switch {
		case got == Inconclusive:
			undecided++
		case got == Pass && !want, got == Fail && want && h.linearizable(onlySums(findings)):
			t.Fatalf("seed %d: Porcupine says %v, the audit %s: %v\n%s", seed, want, got, findings.Checks[2:], h)
		case got == Pass:
			passed++
		default:
			failed++
		}
	}
	t.Logf("%d histories: %d linearizable, %d not, %d undecided", many, passed, failed, undecided)
	if passed < many/10 || failed < many/10 || undecided > many/100 {
		t.Errorf("of %d histories %d pass, %d fail and %d are undecided: the generator shows too little", many, passed, failed, undecided)
	}
}

// ordering is the verdict of the three checks that judge the order of states.
func ordering(f Findings) Status {
	status := Pass
	unplaced := strings.Contains(f.Checks[2].Reason, "more than one way") && onlySums(f)
	for _, c := range f.Checks[2:] {
		switch {
		case c.Status == Fail && c.Name == "reads" && unplaced:
			status = Inconclusive // the sums know that a token counts once, and Porcupine does not
		case c.Status == Fail:
			return Fail
		case c.Status == Inconclusive, c.Status == Skipped && strings.Contains(c.Reason, "more than one way"):
			status = Inconclusive
		}
	}
	return status
}

// onlySums reports whether only the sums fail. They know that a token counts once; the
// check of the order does not assume it.
func onlySums(f Findings) bool {
	return !slices.ContainsFunc(f.Violations, func(v Violation) bool { return !v.byTime })
}

// small is a random history of one counter.
type small struct {
	start   history.State
	final   history.CounterEnd
	workers int
	ops     []history.Op // of all workers, in the order of their ends
	spoiled bool
}

// tied reports whether a worker began an operation at the very time at which its last
// one ended. Only in a history with ordered lines is it known which of the two came
// first.
func (h *small) tied() bool {
	last := map[int]int64{}
	for i := range h.ops {
		o := &h.ops[i]
		if ended, known := last[o.Worker]; known && ended == o.Invoked {
			return true
		}
		last[o.Worker] = o.Returned
	}
	return false
}

// checkBand checks the band by a history that can be ordered, without the states that
// its writes left: all its reads are within the band, and reads of impossible values
// are not.
func (h *small) checkBand(t *testing.T, seed uint64) {
	t.Helper()
	untold := *h
	untold.ops = slices.Clone(h.ops)
	reads := 0
	for i := range untold.ops {
		o := &untold.ops[i]
		o.Attempts = slices.Clone(o.Attempts)
		for j := range o.Attempts {
			o.Attempts[j].After = history.State{}
			if o.Attempts[j].Saw.Known {
				reads++
			}
		}
	}
	for _, streaming := range []bool{false, true} {
		if got := result(t, untold.audit(t, streaming), "reads"); got.Status == Fail {
			t.Fatalf("seed %d: %+v\n%s", seed, got, h)
		}
	}
	for _, wrong := range []int64{-1000, 1000} {
		for i := range untold.ops {
			if saw := &last(&untold.ops[i]).Saw; saw.Known {
				saw.Value += wrong
			}
		}
		f := untold.audit(t, true)
		if got := result(t, f, "reads"); reads > 0 && strings.Contains(f.Checks[2].Reason, "do not tell") && got.Status != Fail {
			t.Fatalf("seed %d, reads wrong by %d: %+v\n%s", seed, wrong, got, h)
		}
		for i := range untold.ops {
			if saw := &last(&untold.ops[i]).Saw; saw.Known {
				saw.Value -= wrong
			}
		}
	}
}

func (h *small) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "start %+v\n", h.start)
	for _, o := range h.ops {
		fmt.Fprintf(&b, "w%d #%d %s %+d [%d %d] %s:", o.Worker, o.Sequence, o.Kind, o.Delta, o.Invoked, o.Returned, o.Ending)
		for _, a := range o.Attempts {
			fmt.Fprintf(&b, " {%s [%d %d] after %v saw %v repeated %t doubts %d}", a.Outcome, a.Invoked, a.Returned, a.After, a.Saw, a.Repeated, a.AmbiguousWrites)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "final %+v\n", h.final)
	return b.String()
}

func (h *small) audit(t *testing.T, streaming bool) Findings {
	t.Helper()
	a := NewAudit(history.Header{Workers: h.workers, Ordered: streaming, Counters: []history.CounterStart{{Key: "c", Initial: h.start}}})
	for i := range h.ops {
		if err := a.Add(&h.ops[i]); err != nil {
			t.Fatal(err)
		}
		if streaming {
			a.advance(a.watermark(), false)
		}
	}
	return a.Close(history.Footer{Finals: []history.CounterEnd{h.final}}, false)
}

// loose stands for no choice: a repeat found the write that was sent first, and it
// is one that was sent last which is not left over.
const loose = -1

// looselyLinearizable reports whether Porcupine finds an order if what is left
// over by a repeat may have been sent as early as any write that the repeat may
// have found. The audit allows that where the repeat was told a state.
func (h *small) looselyLinearizable() bool {
	steps, _ := h.steps(loose, false)
	return porcupine.CheckOperations(counterModel(h.start), steps)
}

// linearizable reports whether Porcupine finds an order for one of the choices of the
// writes that repeats found. If once is true, a token counts once.
func (h *small) linearizable(once bool) bool {
	for choice, ways := 0, 1; choice < ways; choice++ {
		var steps []porcupine.Operation
		if steps, ways = h.steps(choice, once); porcupine.CheckOperations(counterModel(h.start), steps) {
			return true
		}
	}
	return false
}

// steps is the history for Porcupine with one of so many ways to choose the writes
// that repeats found, from 0, or loose. If once is true, a token counts once.
func (h *small) steps(choice int, once bool) (ops []porcupine.Operation, ways int) {
	ways = 1
	for i := range h.ops {
		o := &h.ops[i]
		var open []int64 // when the writes without an answer were sent
		for _, a := range o.Attempts {
			for range a.AmbiguousWrites {
				open = append(open, a.Invoked)
			}
			s, called := step{client: o.Worker, change: a.Outcome == counter.Applied && a.Written, delta: o.Delta, told: a.After}, a.Invoked
			switch {
			case a.Outcome == counter.Unknown:
				open = append(open, a.Invoked)
				continue
			case !s.change:
				s.told = a.Saw
			case a.Repeated && len(open) == 0:
				called = o.Invoked
			case a.Repeated: // one of the open is this one
				found, taken := 0, len(open)-1
				if choice != loose {
					found = choice / ways % len(open)
					taken = found
					ways *= len(open)
				}
				called = open[found]
				open = slices.Delete(open, taken, taken+1)
				if once {
					open = nil
				}
			}
			ops = append(ops, porcupine.Operation{ClientId: o.Worker, Input: s, Call: called, Return: a.Returned})
		}
		for _, called := range open {
			s := step{client: o.Worker, change: true, delta: o.Delta}
			ops = append(ops, porcupine.Operation{ClientId: o.Worker, Input: s, Call: called, Return: math.MaxInt64})
		}
	}
	last := step{told: h.final.Final}
	return append(ops, porcupine.Operation{Input: last, Call: h.final.Invoked, Return: h.final.Returned}), ways
}

// generate makes a history that a correct counter could have given, and breaks
// about half of them.
func generate(r *rand.Rand) *small {
	h := &small{workers: 2 + r.IntN(5), start: history.State{Value: int64(r.IntN(7) - 3), Version: int64(1 + r.IntN(3)), Known: true}}
	deltas := [][]int64{{1}, {1, -1}, {1, -1}, {1, -1, 2}, {5, -3}, {-1}, {2}, {1, 2, 3, -2}}[r.IntN(8)]
	byValue := r.IntN(4) == 0
	if byValue {
		h.start.Version = 0
		deltas = [][]int64{{1}, {-1}, {3}, {1, 2}, {2, 5, 7}, {-1, -2}}[r.IntN(6)]
	}
	h.play(r, deltas)
	if r.IntN(2) == 0 {
		h.spoil(r)
		h.spoiled = true
	}
	return h
}

// play lets the workers take turns in a simulated store.
func (h *small) play(r *rand.Rand, deltas []int64) {
	state := h.start
	store := func(delta int64) history.State {
		state.Value += delta
		if state.Version > 0 {
			state.Version++
		}
		return state
	}
	free := make([]int64, h.workers) // when each worker may begin
	sequence := make([]int64, h.workers)
	unknowns, late := 0, []int64{}
	now := int64(1)
	for range 2 + r.IntN(59) {
		now += int64(r.IntN(3)) // when the store acts
		w := r.IntN(h.workers)
		if free[w] > now {
			continue
		}
		if len(late) > 0 && r.IntN(4) == 0 {
			store(late[0])
			late = late[1:]
		}
		sequence[w]++
		o := history.Op{Worker: w, Sequence: sequence[w], Ending: history.Applied, Delta: deltas[r.IntN(len(deltas))], Kind: history.Increment}
		if o.Delta < 0 {
			o.Kind = history.Decrement
		}
		a := history.Attempt{Outcome: counter.Applied, Written: true, Invoked: free[w] + r.Int64N(now-free[w]+1), Returned: now + int64(r.IntN(8))}
		switch {
		case r.IntN(4) == 0:
			o.Kind, o.Delta, a.Written, a.Saw = history.Read, 0, false, state
		case unknowns < 6 && r.IntN(6) == 0:
			unknowns++
			a.Outcome, o.Ending = counter.Unknown, history.Unknown
			switch r.IntN(3) {
			case 0:
				store(o.Delta)
			case 1:
				late = append(late, o.Delta)
			}
		case r.IntN(6) == 0:
			a.Outcome, a.Saw, o.Ending = counter.Conflict, state, history.GaveUp
		case unknowns < 5 && r.IntN(6) == 0:
			a.After = store(o.Delta)
			o.Attempts, a = repeated(r, a)
			unknowns += len(o.Attempts)
		default:
			if unknowns < 6 && r.IntN(8) == 0 {
				a.AmbiguousWrites = 1
				unknowns++
				switch r.IntN(3) {
				case 0:
					store(o.Delta)
				case 1:
					late = append(late, o.Delta)
				}
			}
			a.After = store(o.Delta)
		}
		o.Attempts = append(o.Attempts, a)
		o.Invoked, o.Returned = o.Attempts[0].Invoked, a.Returned
		free[w] = a.Returned + int64(r.IntN(2))
		h.ops = append(h.ops, o)
	}
	end := now + 20
	h.final = history.CounterEnd{Invoked: end, Returned: end + 1, Final: state}
}

// repeated makes attempts of one token out of an applied one: the first write
// was applied when a was, nobody was told of it, and the last attempt finds it.
func repeated(r *rand.Rand, a history.Attempt) (before []history.Attempt, last history.Attempt) {
	acted := a.Returned // nobody could tell before
	a.Token = "t"
	last = a
	tries := 1 + r.IntN(2)
	for range tries {
		unanswered := last
		unanswered.Outcome, unanswered.After = counter.Unknown, history.State{}
		if tries == 1 && r.IntN(6) == 0 {
			unanswered.Outcome = counter.Throttled // and the first write is one that is not in the history
		}
		unanswered.Returned = unanswered.Invoked + int64(r.IntN(6))
		before = append(before, unanswered)
		last.Invoked = unanswered.Returned + int64(r.IntN(2))
	}
	last.Repeated, last.Returned = true, max(acted, last.Invoked)+int64(r.IntN(4))
	if before[0].Outcome == counter.Unknown && r.IntN(3) == 0 {
		last.AmbiguousWrites = 1
	}
	if r.IntN(4) == 0 {
		last.After = history.State{}
	}
	return before, last
}

func last(op *history.Op) *history.Attempt { return &op.Attempts[len(op.Attempts)-1] }

// spoil changes one or two things.
func (h *small) spoil(r *rand.Rand) {
	for range 1 + r.IntN(2) {
		if len(h.ops) == 0 {
			return
		}
		i := r.IntN(len(h.ops))
		a := last(&h.ops[i])
		nudge := int64(1 + r.IntN(2))
		if r.IntN(2) == 0 {
			nudge = -nudge
		}
		told := &a.After
		if a.Saw.Known {
			told = &a.Saw
		}
		switch r.IntN(7) {
		case 0:
			told.Value += nudge
		case 1:
			if told.Version += nudge; h.start.Version == 0 || told.Version <= 0 {
				told.Version -= nudge
			}
		case 2: // exchange what two were told
			j := r.IntN(len(h.ops))
			b := last(&h.ops[j])
			if a.After.Known && b.After.Known && h.ops[i].Delta == h.ops[j].Delta {
				a.After, b.After = b.After, a.After
			}
		case 3: // an update that nobody remembers
			h.ops = append(h.ops[:i], h.ops[i+1:]...)
		case 4:
			h.final.Final.Value += nudge
		case 5: // moved in time, within the worker's own time
			a.Returned = a.Invoked
			h.ops[i].Returned = a.Returned
		case 6: // an old state seen
			if a.Saw.Known && i > 0 && last(&h.ops[i-1]).After.Known {
				a.Saw = last(&h.ops[i-1]).After
			}
		}
	}
}

// TestSeveralCounters: counters do not disturb each other, and the worst of them
// speaks.
func TestSeveralCounters(t *testing.T) {
	const most = 8 // workers of one small history
	for seed := range uint64(longtest.Count(150, 500)) {
		random := rand.New(rand.NewPCG(seed, 2))
		parts := []*small{generate(random), generate(random), generate(random)}
		header := history.Header{}
		var footer history.Footer
		var ops []history.Op
		want := Pass
		for i, h := range parts {
			header.Counters = append(header.Counters, history.CounterStart{Initial: h.start})
			final := h.final
			final.Counter = i
			footer.Finals = append(footer.Finals, final)
			for _, op := range h.ops {
				op.Counter, op.Worker = i, op.Worker+most*i
				ops = append(ops, op)
			}
			switch status := ordering(h.audit(t, false)); {
			case status == Fail:
				want = Fail
			case status == Inconclusive && want == Pass:
				want = Inconclusive
			}
		}
		random.Shuffle(len(ops), func(i, j int) { ops[i], ops[j] = ops[j], ops[i] })
		audit := NewAudit(header)
		for i := range ops {
			if err := audit.Add(&ops[i]); err != nil {
				t.Fatal(err)
			}
		}
		if got := ordering(audit.Close(footer, false)); got != want {
			t.Fatalf("seed %d: got %s, want %s", seed, got, want)
		}
	}
}
