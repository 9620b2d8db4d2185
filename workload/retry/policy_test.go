package retry

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/longtest"
)

const (
	ms      = time.Millisecond
	second  = time.Second
	forever = time.Duration(math.MaxInt64)
)

var usual = Outcomes(counter.Conflict, counter.Throttled, counter.Unknown)

// simple lists the kinds that decide where an attempt ended alone.
func simple() []Kind {
	return slices.DeleteFunc(Kinds(), Kind.Paces)
}

// decide is what the policy decides without a memory.
func (p Policy) decide(attempt Attempt, u float64) Decision {
	decision, _ := p.Decide(attempt, Memory{}, u)
	return decision
}

// The expected waits are computed by hand from the formulas that the blog and
// its simulator publish.
func TestWaits(t *testing.T) {
	for _, c := range []struct {
		kind      Kind
		base, cap time.Duration
		factor    float64
		n         int
		last      time.Duration
		u         float64
		want      time.Duration
	}{
		{Immediate, 5 * ms, second, 2, 1, 0, 0.5, 0},
		{Immediate, 5 * ms, second, 2, 1000, 0, 0.5, 0},

		{Fixed, 5 * ms, second, 2, 1, 0, 0.5, 5 * ms},
		{Fixed, 5 * ms, second, 2, 9, 5 * ms, 0.5, 5 * ms},
		{Fixed, 2 * second, second, 2, 1, 0, 0.5, second},

		{Linear, 5 * ms, second, 2, 1, 0, 0.5, 5 * ms},
		{Linear, 5 * ms, second, 2, 7, 0, 0.5, 35 * ms},
		{Linear, 5 * ms, second, 2, 200, 0, 0.5, second},
		{Linear, 5 * ms, second, 2, 201, 0, 0.5, second},
		{Linear, 5 * ms, 0, 2, 1000, 0, 0.5, 5 * second},

		{Exponential, 5 * ms, second, 2, 1, 0, 0.5, 5 * ms},
		{Exponential, 5 * ms, second, 2, 2, 0, 0.5, 10 * ms},
		{Exponential, 5 * ms, second, 2, 8, 0, 0.5, 640 * ms},
		{Exponential, 5 * ms, second, 2, 9, 0, 0.5, second}, // 1.28 s
		{Exponential, 5 * ms, second, 3, 4, 0, 0.5, 135 * ms},
		{Exponential, 8 * ms, second, 1.5, 3, 0, 0.5, 18 * ms},
		{Exponential, 8 * ms, second, 1, 50, 0, 0.5, 8 * ms},
		{Exponential, 5 * ms, 0, 2, 11, 0, 0.5, 5120 * ms},

		{EqualJitter, 5 * ms, second, 2, 1, 0, 0, 2500 * time.Microsecond},
		{EqualJitter, 8 * ms, second, 2, 3, 0, 0.25, 20 * ms}, // 16 + 0.25·16
		{EqualJitter, 8 * ms, second, 2, 30, 0, 0.5, 750 * ms},

		{FullJitter, 5 * ms, second, 2, 1, 0, 0, 0},
		{FullJitter, 5 * ms, second, 2, 1, 0, 0.5, 2500 * time.Microsecond},
		{FullJitter, 8 * ms, second, 2, 3, 0, 0.25, 8 * ms}, // 0.25·32
		{FullJitter, 8 * ms, second, 2, 30, 0, 0.75, 750 * ms},

		{Polynomial, 5 * ms, second, 2, 1, 0, 0.5, 2500 * time.Microsecond},
		{Polynomial, 8 * ms, second, 2, 3, 0, 0.25, 18 * ms}, // 0.25·72
		{Polynomial, 8 * ms, second, 1.5, 4, 0, 0.5, 32 * ms},
		{Polynomial, 8 * ms, second, 2, 30, 0, 0.75, 750 * ms},

		{DecorrelatedJitter, 5 * ms, second, 2, 1, 0, 0, 5 * ms},
		{DecorrelatedJitter, 5 * ms, second, 2, 1, 0, 0.5, 10 * ms},         // between 5 and 15
		{DecorrelatedJitter, 4 * ms, second, 2, 2, 12 * ms, 0.25, 12 * ms},  // 4 + 0.25·(36−4)
		{DecorrelatedJitter, 4 * ms, second, 9, 40, 12 * ms, 0.25, 12 * ms}, // neither factor nor n count
		{DecorrelatedJitter, 5 * ms, second, 2, 9, second, 0.5, second},     // 5 + 0.5·2995
		{DecorrelatedJitter, 5 * ms, second, 2, 9, second, 0.25, 753750 * time.Microsecond},
	} {
		p := Policy{Kind: c.kind, Base: c.base, Cap: c.cap, Factor: c.factor, On: usual}
		got := p.decide(Attempt{Number: c.n, Outcome: counter.Conflict, LastWait: c.last}, c.u)
		if want := (Decision{Retry: true, Wait: c.want}); got != want {
			t.Errorf("%+v: got %+v, want %+v", c, got, want)
		}
	}
}

func TestGivesUp(t *testing.T) {
	fixed := Policy{Kind: Fixed, Base: 10 * ms, Cap: second, On: usual}
	with := func(change func(*Policy)) Policy { p := fixed; change(&p); return p }
	none := with(func(p *Policy) { p.Kind = None })
	three := with(func(p *Policy) { p.MaxAttempts = 3 })
	one := with(func(p *Policy) { p.MaxAttempts = 1 })
	deadline := with(func(p *Policy) { p.Deadline = 100 * ms })
	both := with(func(p *Policy) { p.MaxAttempts, p.Deadline = 3, 100*ms })
	all := with(func(p *Policy) { p.On = Outcomes(append(counter.Outcomes(), counter.Unset)...) })
	conflict := counter.Conflict
	for _, c := range []struct {
		why     string
		policy  Policy
		attempt Attempt
		want    Reason
	}{
		{"a conflict is tried again", fixed, Attempt{Number: 1, Outcome: conflict, LastWait: 0, Elapsed: 0}, ReasonNone},
		{"so is a throttle", fixed, Attempt{Number: 1, Outcome: counter.Throttled, LastWait: 0, Elapsed: 0}, ReasonNone},
		{"so is an unknown outcome", fixed, Attempt{Number: 1, Outcome: counter.Unknown, LastWait: 0, Elapsed: 0}, ReasonNone},
		{"a failure is not listed", fixed, Attempt{Number: 1, Outcome: counter.Failed, LastWait: 0, Elapsed: 0}, ReasonOutcome},
		{"a listed failure is tried again", all, Attempt{Number: 1, Outcome: counter.Failed, LastWait: 0, Elapsed: 0}, ReasonNone},
		{"success is over, listed or not", all, Attempt{Number: 1, Outcome: counter.Applied, LastWait: 0, Elapsed: 0}, ReasonOutcome},
		{"an outcome that a set cannot hold", all, Attempt{Number: 1, Outcome: counter.Outcome(200), LastWait: 0, Elapsed: 0}, ReasonOutcome},
		{"the policy none", none, Attempt{Number: 1, Outcome: conflict, LastWait: 0, Elapsed: 0}, ReasonPolicy},
		{"none, and not listed either", none, Attempt{Number: 1, Outcome: counter.Failed, LastWait: 0, Elapsed: 0}, ReasonOutcome},
		{"the zero value", Policy{}, Attempt{Number: 1, Outcome: conflict, LastWait: 0, Elapsed: 0}, ReasonOutcome},
		{"a kind that there is not", Policy{Kind: "sometimes", On: usual}, Attempt{Number: 1, Outcome: conflict, LastWait: 0, Elapsed: 0}, ReasonPolicy},
		{"no limit on attempts", fixed, Attempt{Number: math.MaxInt, Outcome: conflict, LastWait: 0, Elapsed: 0}, ReasonNone},
		{"second of three attempts", three, Attempt{Number: 2, Outcome: conflict, LastWait: 0, Elapsed: 0}, ReasonNone},
		{"third of three attempts", three, Attempt{Number: 3, Outcome: conflict, LastWait: 0, Elapsed: 0}, ReasonMaxAttempts},
		{"beyond three attempts", three, Attempt{Number: 4, Outcome: conflict, LastWait: 0, Elapsed: 0}, ReasonMaxAttempts},
		{"only one attempt", one, Attempt{Number: 1, Outcome: conflict, LastWait: 0, Elapsed: 0}, ReasonMaxAttempts},
		{"the wait ends at the deadline", deadline, Attempt{Number: 1, Outcome: conflict, LastWait: 0, Elapsed: 90 * ms}, ReasonNone},
		{"the wait passes the deadline", deadline, Attempt{Number: 1, Outcome: conflict, LastWait: 0, Elapsed: 90*ms + 1}, ReasonDeadline},
		{"the deadline has passed", deadline, Attempt{Number: 1, Outcome: conflict, LastWait: 0, Elapsed: second}, ReasonDeadline},
		{"long passed", deadline, Attempt{Number: 1, Outcome: conflict, LastWait: 0, Elapsed: forever}, ReasonDeadline},
		{"no deadline", fixed, Attempt{Number: 1, Outcome: conflict, LastWait: 0, Elapsed: forever}, ReasonNone},
		{"attempts are counted before time", both, Attempt{Number: 3, Outcome: conflict, LastWait: 0, Elapsed: second}, ReasonMaxAttempts},
	} {
		got := c.policy.decide(c.attempt, 0.5)
		want := Decision{Reason: c.want}
		if c.want == ReasonNone {
			want = Decision{Retry: true, Wait: 10 * ms}
		}
		if got != want {
			t.Errorf("%s: got %+v, want %+v", c.why, got, want)
		}
	}
}

// Whatever the parameters: no wait is negative or above the cap, a decision
// has a reason or a retry but not both, and the same arguments decide the same.
func TestDecideHoldsItsBounds(t *testing.T) {
	numbers := []int{-1, 0, 1, 64, math.MaxInt}
	if longtest.Asked() {
		numbers = append(numbers, 2, 10, 63, 65, 1000, math.MaxInt32)
	}
	durations := []time.Duration{math.MinInt64, -1, 0, 1, 5 * ms, second, 1 << 62, forever}
	factors := []float64{0, 1, 1.5, 2, 100, math.MaxFloat64}
	draws := []float64{0, 0.25, 0.5, math.Nextafter(1, 0)}
	for _, kind := range append(simple(), "", "other") {
		for _, base := range durations {
			for _, limit := range durations {
				for _, factor := range factors {
					p := Policy{Kind: kind, Base: base, Cap: limit, Factor: factor, On: usual}
					for _, n := range numbers {
						for _, last := range durations {
							for _, u := range draws {
								a := Attempt{Number: n, Outcome: counter.Conflict, LastWait: last}
								checkBounds(t, p, a, u)
							}
						}
					}
				}
			}
		}
	}
}

func checkBounds(t *testing.T, p Policy, a Attempt, u float64) {
	t.Helper()
	got := p.decide(a, u)
	switch {
	case got != p.decide(a, u):
		t.Fatalf("%+v %+v %v: decides otherwise the second time", p, a, u)
	case got.Wait < 0 || p.Cap > 0 && got.Wait > p.Cap:
		t.Fatalf("%+v %+v %v: wait %v, want 0 to %v", p, a, u, got.Wait, p.Cap)
	case got.Retry == (got.Reason != ReasonNone):
		t.Fatalf("%+v %+v %v: got %+v", p, a, u, got)
	}
}

// bounds are the lowest and highest wait that a kind may choose, written apart
// from the code under test: by repeated multiplication in exact integers.
func bounds(p Policy, n int, last time.Duration) (low, high time.Duration) {
	expo := p.Base
	for range n - 1 {
		expo = min(2*expo, p.Cap)
	}
	switch p.Kind {
	case Fixed:
		return p.Base, p.Base
	case Linear:
		return min(p.Cap, p.Base*time.Duration(n)), min(p.Cap, p.Base*time.Duration(n))
	case Exponential:
		return expo, expo
	case EqualJitter:
		return expo / 2, expo
	case FullJitter:
		return 0, expo
	case DecorrelatedJitter:
		return p.Base, min(p.Cap, 3*max(last, p.Base))
	case Polynomial:
		return 0, min(p.Cap, p.Base*time.Duration(n*n))
	}
	return 0, 0
}

func TestJitterStaysBetweenItsBounds(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, kind := range simple()[1:] {
		p := Policy{Kind: kind, Base: 5 * ms, Cap: 2 * second, Factor: 2, On: usual}
		for range 200 {
			last := time.Duration(0)
			for n := 1; n <= 20; n++ {
				low, high := bounds(p, n, last)
				got := p.decide(Attempt{Number: n, Outcome: counter.Conflict, LastWait: last}, random.Float64())
				if !got.Retry || got.Wait < low || got.Wait > high {
					t.Fatalf("%s after attempt %d: got %+v, want %v to %v", kind, n, got, low, high)
				}
				last = got.Wait
			}
		}
	}
}

// For one draw, waits never shrink as attempts go by, nor as the draw grows.
func TestMonotone(t *testing.T) {
	for _, kind := range simple()[1:] {
		p := Policy{Kind: kind, Base: 7 * ms, Cap: 3 * second, Factor: 1.7, On: usual}
		for _, u := range []float64{0, 0.1, 0.5, 0.9} {
			for n := 1; n <= 100; n++ {
				at := func(n int, u float64) time.Duration {
					return p.decide(Attempt{Number: n, Outcome: counter.Conflict, LastWait: 20 * ms}, u).Wait
				}
				if at(n+1, u) < at(n, u) {
					t.Fatalf("%s at u %v: %v after attempt %d, %v before it", kind, u, at(n+1, u), n+1, at(n, u))
				}
				if at(n, u+0.05) < at(n, u) {
					t.Fatalf("%s after attempt %d: %v at u %v, %v below it", kind, n, at(n, u+0.05), u+0.05, at(n, u))
				}
			}
		}
	}
}

// The means of the published distributions, under one seed. 20000 draws of a
// uniform distribution of width w have a standard error of w/490; the tolerance
// is more than four of them.
func TestMeans(t *testing.T) {
	const draws, n = 20000, 4 // expo(4) = 80 ms
	for _, c := range []struct {
		kind  Kind
		last  time.Duration
		want  time.Duration
		width time.Duration
	}{
		{EqualJitter, 0, 60 * ms, 40 * ms},
		{FullJitter, 0, 40 * ms, 80 * ms},
		{DecorrelatedJitter, 0, 20 * ms, 20 * ms},
		{DecorrelatedJitter, 50 * ms, 80 * ms, 140 * ms},
	} {
		random := rand.New(rand.NewPCG(3, 4))
		p := Policy{Kind: c.kind, Base: 10 * ms, Cap: second, Factor: 2, On: usual}
		var sum time.Duration
		for range draws {
			sum += p.decide(Attempt{Number: n, Outcome: counter.Conflict, LastWait: c.last}, random.Float64()).Wait
		}
		if mean := sum / draws; (mean - c.want).Abs() > c.width/100 {
			t.Errorf("%s after %v: mean %v, want %v ± %v", c.kind, c.last, mean, c.want, c.width/100)
		}
	}
}

// Every kind that is listed has a formula of its own, and says rightly whether
// it waits.
func TestEveryKindDecides(t *testing.T) {
	seen := map[Decision]Kind{}
	for _, kind := range simple() {
		p := Policy{Kind: kind, Base: 10 * ms, Cap: second, Factor: 2, On: usual}
		got := p.decide(Attempt{Number: 4, Outcome: counter.Conflict, LastWait: 100 * ms}, 0.3)
		if other, same := seen[got]; same {
			t.Errorf("%s decides as %s: %+v", kind, other, got)
		}
		seen[got] = kind
		if waits := got.Wait > 0; waits != kind.Waits() {
			t.Errorf("%s: waits %v, but Waits() is %v", kind, got.Wait, kind.Waits())
		}
	}
}

func TestOutcomeSet(t *testing.T) {
	for _, c := range []struct {
		set  OutcomeSet
		want string
	}{
		{0, "[]"},
		{Outcomes(counter.Unknown, counter.Conflict), "[conflict, unknown]"},
		{Outcomes(counter.Conflict, counter.Conflict), "[conflict]"},
		{Outcomes(counter.Outcomes()...), "[applied, conflict, throttled, failed, unknown]"},
	} {
		if got := c.set.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
		if got := Outcomes(c.set.List()...); got != c.set {
			t.Errorf("%s: its list makes %s", c.set, got)
		}
	}
	for _, outcome := range counter.Outcomes() {
		if !Outcomes(outcome).Has(outcome) || Outcomes().Has(outcome) {
			t.Errorf("%s: a set of it alone does not hold it, or the empty one does", outcome)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	p := Policy{Kind: FullJitter, Base: 5 * ms, Cap: second, Factor: 2, On: usual}
	for b.Loop() {
		p.decide(Attempt{Number: 9, Outcome: counter.Conflict}, 0.5)
	}
}
