package bracket

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func newSearch() *Search {
	return &Search{
		Scale: Scale{Least: 1, Most: 1e6}, Rules: Rules{Full: 60 * time.Second, Sum: 180 * time.Second, Exceed: 0.5},
		Width: 0.05, First: 250, Short: 15 * time.Second,
	}
}

// run makes all trials; a trial meets the goal at a load by the function.
func run(t *testing.T, s *Search, trial func(Trial) Result, hint func() float64) []Trial {
	t.Helper()
	var all []Trial
	for {
		next, ok := s.Next(hint())
		if !ok {
			return all
		}
		if all = append(all, next); len(all) > 200 {
			t.Fatalf("the search does not end: %v", all[180:])
		}
		s.Add(trial(next))
	}
}

func none() float64 { return 0 }

// TestABracketHoldsTheLimit: for limits near and far, without noise, the bracket holds the
// limit and is as narrow as asked for, in at most 9 loads near the first one.
func TestABracketHoldsTheLimit(t *testing.T) {
	for _, limit := range []float64{1.5, 20, 68, 120, 180, 249, 251, 400, 1900, 77_000, 900_000} {
		for _, falling := range []bool{false, true} {
			s := newSearch()
			s.Falling = falling
			run(t, s, func(n Trial) Result { return Result{n, n.Load <= limit != falling, false} }, none)
			b := s.Bracket()
			if b.Kept == nil || b.Missed == nil {
				t.Fatalf("limit %v, falling %t: %+v", limit, falling, b)
			}
			low, high := min(*b.Kept, *b.Missed), max(*b.Kept, *b.Missed)
			if low > limit || high <= limit || high-low > 0.05*high {
				t.Errorf("limit %v, falling %t: [%v, %v]", limit, falling, low, high)
			}
			if near := limit > 60 && limit < 1000; near && s.Loads() > 9 {
				t.Errorf("limit %v, falling %t: %d loads", limit, falling, s.Loads())
			}
		}
	}
}

// TestAHintSavesLoads: with a good hint, three or four loads are enough; with a wrong one
// the search still ends right.
func TestAHintSavesLoads(t *testing.T) {
	for _, c := range []struct {
		hint float64
		most int
	}{{180, 4}, {183, 5}, {20, 12}, {240, 12}, {1e9, 12}} {
		s := newSearch()
		run(t, s, func(n Trial) Result { return Result{n, n.Load <= 180, false} }, func() float64 { return c.hint })
		b := s.Bracket()
		if b.Kept == nil || b.Missed == nil || *b.Kept > 180 || *b.Missed <= 180 || *b.Missed-*b.Kept > 0.05**b.Missed {
			t.Errorf("hint %v: %v to %v", c.hint, b.Kept, b.Missed)
		}
		if s.Loads() > c.most {
			t.Errorf("hint %v: %d loads, want at most %d", c.hint, s.Loads(), c.most)
		}
	}
}

// TestChanceBesideAGoodHint: the hint is right, but by chance the short trials below the limit
// miss the goal. The search stays near.
func TestChanceBesideAGoodHint(t *testing.T) {
	s := newSearch()
	trials := run(t, s, func(n Trial) Result {
		unlucky := s.Loads() < 2
		return Result{n, n.Load <= 180 && !unlucky, false}
	}, func() float64 { return 180 })
	if b := s.Bracket(); b.Kept == nil || b.Missed == nil || *b.Kept > 180 || *b.Missed <= 180 || *b.Missed-*b.Kept > 0.05**b.Missed {
		t.Errorf("%v to %v", b.Kept, b.Missed)
	}
	if s.Loads() > 7 {
		t.Errorf("%d loads, want at most 7: %v", s.Loads(), trials)
	}
}

// TestWholeLoads: the bracket of whole numbers ends at neighbours.
func TestWholeLoads(t *testing.T) {
	for _, falling := range []bool{false, true} {
		for limit := 1.0; limit < 60; limit++ {
			s := newSearch()
			s.Whole, s.Falling, s.First, s.Most = true, falling, 8, 4096
			run(t, s, func(n Trial) Result { return Result{n, n.Load <= limit != falling, false} }, none)
			b := s.Bracket()
			if b.Kept == nil || b.Missed == nil || min(*b.Kept, *b.Missed) != limit && limit < 20 || math.Abs(*b.Kept-*b.Missed) > max(1, 0.05*max(*b.Kept, *b.Missed)) {
				t.Errorf("limit %v, falling %t: %v to %v", limit, falling, *b.Kept, *b.Missed)
			}
		}
	}
}

// TestNoLoadKeeps, and every load meets: the search ends at the end of the scale with one
// side of the bracket missing.
func TestOneSide(t *testing.T) {
	s := newSearch()
	run(t, s, func(n Trial) Result { return Result{n, false, false} }, none)
	if b := s.Bracket(); b.Kept != nil || b.Missed == nil || *b.Missed != s.Least {
		t.Errorf("no load meets: %+v", b)
	}
	s = newSearch()
	run(t, s, func(n Trial) Result { return Result{n, true, false} }, none)
	if b := s.Bracket(); b.Missed != nil || b.Kept == nil || *b.Kept != s.Most {
		t.Errorf("every load meets: %+v", b)
	}
}

// TestVoidTrials: above what the client can do nothing is known, and one disturbance is no
// limit.
func TestVoidTrials(t *testing.T) {
	s := newSearch()
	disturbed := map[float64]bool{}
	run(t, s, func(n Trial) Result {
		once := !disturbed[n.Load]
		disturbed[n.Load] = true
		return Result{n, true, n.Load > 500 || once}
	}, none)
	b := s.Bracket()
	if b.Missed != nil || b.Kept == nil || b.Void == nil || *b.Kept > 500 || *b.Void <= 500 || *b.Void-*b.Kept > 0.05**b.Void {
		t.Errorf("got %+v", b)
	}
	s = newSearch()
	run(t, s, func(n Trial) Result { return Result{n, false, true} }, none)
	if b := s.Bracket(); b.Kept != nil || b.Missed != nil || b.Void == nil {
		t.Errorf("nothing but void trials: %+v", b)
	}
}

// TestNoise: trials near the limit are decided by chance, the more so the shorter they are.
// The bracket holds the limit in at least 95 of 100 searches.
func TestNoise(t *testing.T) {
	const limit, searches = 180.0, 1000
	right := 0
	var loads []int
	for seed := range uint64(searches) {
		random := rand.New(rand.NewPCG(seed, 1))
		s := newSearch()
		s.First = 120 + 150*random.Float64()
		seen := 0.0
		run(t, s, func(n Trial) Result {
			sd := 0.005 * math.Sqrt(60/n.Length.Seconds())
			measured := limit * (1 + sd*random.NormFloat64())
			if n.Load > measured {
				seen = measured
			}
			return Result{n, n.Load <= measured, false}
		}, func() float64 { return seen })
		b := s.Bracket()
		if b.Kept != nil && b.Missed != nil && *b.Kept <= limit && limit < *b.Missed && *b.Missed-*b.Kept <= 0.05**b.Missed {
			right++
		}
		loads = append(loads, s.Loads())
	}
	slices.Sort(loads)
	if right < 0.95*searches || loads[0.95*searches] > 9 {
		t.Errorf("%d of %d brackets are right; loads: median %d, 95 %%: %d, most %d", right, searches, loads[searches/2], loads[0.95*searches], loads[searches-1])
	}
}

// TestJudge: the rule of RFC 9971 on a load whose trials disagree.
func TestJudge(t *testing.T) {
	r := Rules{Full: 10, Sum: 30, Exceed: 0.5}
	full, short := func(kept bool) Result { return Result{Trial{1, 10}, kept, false} }, func(kept bool) Result { return Result{Trial{1, 5}, kept, false} }
	for _, c := range []struct {
		what    string
		results []Result
		want    Finding
	}{
		{"nothing", nil, Undecided},
		{"one full of three", []Result{full(true)}, Undecided},
		{"two kept", []Result{full(true), full(true)}, Kept},
		{"two missed", []Result{full(false), full(false)}, Missed},
		{"one each", []Result{full(false), full(true)}, Undecided},
		{"two of three kept", []Result{full(false), full(true), full(true)}, Kept},
		{"two of three missed", []Result{full(false), full(true), full(false)}, Missed},
		{"short ones that kept decide nothing", slices.Repeat([]Result{short(true)}, 50), Undecided},
		{"short ones that missed decide", slices.Repeat([]Result{short(false)}, 6), Missed},
		{"unless as many kept", slices.Concat(slices.Repeat([]Result{short(false)}, 6), slices.Repeat([]Result{short(true)}, 6)), Undecided},
	} {
		var s spent
		for _, one := range c.results {
			s.add(one, r.Full)
		}
		if got := s.judge(r); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}
