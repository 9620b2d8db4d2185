package advise

import (
	"slices"
	"strings"
	"testing"

	"contend/workload/check"
)

// tried is a candidate with the figures by which candidates are ranked.
func tried(name string, perS, dollars, p99 float64) Candidate {
	return Candidate{Strategy: "conditional", Policy: name, Verdict: check.Pass, Figures: Figures{ThroughputPerS: &perS, USDPerMillion: &dollars, P99MS: &p99}}
}

func (c Candidate) wrong() Candidate        { c.Verdict = check.Fail; return c }
func (c Candidate) inconclusive() Candidate { c.Verdict = check.Inconclusive; return c }
func (c Candidate) missing() Candidate      { c.Missed = []string{"p99 < 1ms"}; return c }
func (c Candidate) behind() Candidate       { c.Behind = true; return c }

func TestRank(t *testing.T) {
	for _, c := range []struct {
		why        string
		open       bool
		candidates []Candidate
		want       string // names, the best first
	}{
		{"exact before all else", false, []Candidate{tried("a", 100, 1, 1).wrong(), tried("b", 100, 1, 1).inconclusive(), tried("c", 1, 9, 9)}, "c b a"},
		{"then thresholds", false, []Candidate{tried("a", 100, 1, 1).missing(), tried("b", 1, 9, 9)}, "b a"},
		{"then the rate of an open loop", true, []Candidate{tried("a", 90, 1, 1).behind(), tried("b", 100, 9, 9)}, "b a"},
		{"the cheapest of those that are within a tenth of the fastest", false, []Candidate{tried("a", 100, 1.5, 1), tried("b", 91, 1, 99)}, "b a"},
		{"and not one that is slower", false, []Candidate{tried("a", 100, 1.5, 1), tried("b", 89, 1, 99)}, "a b"},
		{"unless the fastest costs too much", false, []Candidate{tried("a", 100, 3.1, 1), tried("b", 60, 1, 99)}, "b a"},
		{"but the cheapest must not be slow", false, []Candidate{tried("a", 100, 3.1, 1), tried("b", 49, 1, 99)}, "a b"},
		{"speed beyond the rate of an open loop does not count", true, []Candidate{tried("a", 100, 2, 1), tried("b", 85, 1, 9)}, "b a"},
		{"except if none keeps up", true, []Candidate{tried("a", 100, 2, 1).behind(), tried("b", 85, 1, 9).behind()}, "a b"},
		{"p99 decides between about equal costs", false, []Candidate{tried("a", 100, 1, 9), tried("b", 100, 1.05, 8)}, "b a"},
		{"and only between them", false, []Candidate{tried("a", 100, 1, 9), tried("b", 100, 1.06, 8)}, "a b"},
		{"the first of equals", false, []Candidate{tried("a", 1, 1, 1), tried("b", 1, 1, 1)}, "a b"},
	} {
		a := &Advice{Open: c.open, Candidates: c.candidates}
		a.rank()
		var got []string
		for _, i := range a.Ranked() {
			got = append(got, a.Candidates[i].Policy)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

func TestAChangeMustBeWorthwhile(t *testing.T) {
	own := tried("own", 100, 1, 100)
	for _, c := range []struct {
		why   string
		open  bool
		own   Candidate
		other Candidate
		want  bool
	}{
		{"9 % cheaper", false, own, tried("x", 100, 0.92, 90), false},
		{"10 % cheaper", false, own, tried("x", 100, 0.9, 90), true},
		{"9 % faster", false, own, tried("x", 109, 1, 90), false},
		{"12 % faster", false, own, tried("x", 112, 1, 90), true},
		{"faster in an open loop", true, own, tried("x", 112, 1, 90), false},
		{"half the p99", true, own, tried("x", 100, 1, 49), true},
		{"exact, though worse", false, own.wrong(), tried("x", 10, 9, 900), true},
	} {
		a := &Advice{Open: c.open, Candidates: []Candidate{c.own, c.other}}
		a.rank()
		a.recommend()
		if got := a.Policy.Change; got != c.want || got != (a.Policy.Candidate == 1) {
			t.Errorf("%s: got %t: %+v", c.why, got, a.Policy)
		}
		if a.Policy.Why == "" || a.Policy.RunnerUp == "" {
			t.Errorf("%s: no reasons: %+v", c.why, a.Policy)
		}
	}
}

// A design that is good in one process only is not advised unless the scenario has it.
func TestOneProcess(t *testing.T) {
	combining := tried("x", 1000, 0.1, 1)
	combining.Strategy = "combining"
	a := &Advice{Candidates: []Candidate{tried("own", 100, 1, 100), combining}}
	a.rank()
	a.recommend()
	if a.Design.Change || a.Candidates[1].Rank != 1 {
		t.Errorf("got %+v", a)
	}
	slices.Reverse(a.Candidates)
	a.recommend()
	if a.Design.Candidate != 0 {
		t.Errorf("got %+v", a.Design)
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{"a=1": "a=1", "": "''", "a b": "'a b'", "it's": `'it'\''s'`} {
		if got := Quoted(word); got != want {
			t.Errorf("%q: got %s, want %s", word, got, want)
		}
	}
}
