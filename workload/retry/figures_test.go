package retry

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/longtest"
)

var (
	allFailures = Outcomes(counter.Conflict, counter.Throttled, counter.Unknown)
	fullJitter  = Policy{Kind: FullJitter, Base: 5 * ms, Cap: second, Factor: 2, On: allFailures}
	window      = Policy{Kind: Window, On: allFailures}
	timeSlice   = Policy{Kind: TimeSlice, Base: 30 * ms, On: allFailures}
	paced       = Policy{Kind: VersionPaced, On: allFailures}
	shares      = Policy{Kind: SharedWindow, On: allFailures}
	chains      = Policy{Kind: SharedWindow, On: allFailures, Chain: 4}
	queues      = Policy{Kind: Ticket, On: allFailures}
	enlists     = Policy{Kind: Ticket, On: allFailures, Enlist: true}
	queueChains = Policy{Kind: Ticket, On: allFailures, Enlist: true, Chain: 4}
)

// simulate makes a simulation of n clients with the policy and a one-way latency of
// N(10, 2) ms: the gap is 20 ms.
func simulate(seed uint64, n int, p Policy) *simulation {
	s := &simulation{random: rand.New(rand.NewPCG(seed, 0))}
	s.join(n, p, 10*ms)
	return s
}

// figures are what is compared: write requests and reads for each success, the time for
// each in gaps of 20 ms, and how even the clients' shares are.
type figures struct{ writes, reads, gaps, jain, each float64 }

// measure lets the time pass and counts in it.
func (s *simulation) measure(d time.Duration) figures {
	s.reset()
	s.runFor(d)
	sum, squares := 0.0, 0.0
	for _, n := range s.wins {
		sum += float64(n)
		squares += float64(n) * float64(n)
	}
	clients := float64(len(s.wins))
	return figures{
		writes: float64(s.writes) / sum, reads: float64(s.reads) / sum, gaps: d.Seconds() / sum / 0.020,
		jain: sum * sum / squares / clients, each: sum / clients,
	}
}

// rate is how many successes a second there are from now on.
func (s *simulation) rate(d time.Duration) float64 { return 1 / s.measure(d).gaps / 0.020 }

// The figures were measured with another simulator, which only shares the formulas: C and
// T, the write requests and the time in gaps for each success. N = 1000 takes minutes.
func TestFiguresOfTheFormulas(t *testing.T) {
	type point struct{ c, t float64 }
	sizes := []int{1, 2, 10, 100, 1000}
	for _, r := range []struct {
		name   string
		policy Policy
		want   [5]point // for each size
	}{
		{"full jitter", fullJitter, [5]point{{1, 2}, {1.59, 1.80}, {3.31, 1.33}, {8.55, 1.05}, {38.8, 0.87}}},
		{"window", window, [5]point{{1, 2.7}, {1.41, 2.41}, {2.05, 1.85}, {2.37, 1.70}, {2.41, 1.69}}},
		{"time slice", timeSlice, [5]point{{1, 3}, {1.01, 1.51}, {1.01, 1.51}, {1.01, 1.51}, {1.01, 1.51}}},
		{"version-paced", paced, [5]point{{1, 6.3}, {1.16, 4.20}, {1.73, 2.21}, {2.17, 1.83}, {2.26, 1.77}}},
		{"shared window", shares, [5]point{{1, 2}, {1.56, 1.92}, {2.62, 1.60}, {2.64, 1.59}, {2.60, 1.61}}},
		{"shared window, chain", chains, [5]point{{1, 1.25}, {1.17, 1.27}, {1.51, 1.44}, {1.53, 1.46}, {1.52, 1.46}}},
		{"ticket", queues, [5]point{{1, 2}, {1.99, 1.52}, {2, 1.51}, {2, 1.51}, {2, 1.51}}},
		{"ticket, enlist", enlists, [5]point{{1, 1}, {1, 1.52}, {1, 1.51}, {1, 1.51}, {1, 1.51}}},
		{"ticket, enlist, chain", queueChains, [5]point{{1, 1}, {1, 1.22}, {1, 1.23}, {1, 1.23}, {1, 1.23}}},
	} {
		for i, n := range sizes {
			if n == 1000 && !longtest.Asked() {
				continue
			}
			seeds, settles, lasts := longtest.Count(1, 2), 40*second, 40*second
			if r.policy.Chain > 0 && r.policy.Kind == SharedWindow {
				seeds *= 4
			}
			if longtest.Asked() {
				settles, lasts = 200*second, 120*second
			}
			var got point
			for seed := range seeds {
				s := simulate(1+uint64(seed), n, r.policy)
				s.runFor(settles)
				f := s.measure(lasts)
				got.c += f.writes / float64(seeds)
				got.t += f.gaps / float64(seeds)
				checkShares(t, fmt.Sprintf("%s, %d clients", r.name, n), r.policy, f)
			}
			if want := r.want[i]; off(got.c, want.c) > 0.1 || off(got.t, want.t) > 0.1 {
				t.Errorf("%s, %d clients: got C %.2f, T %.2f, want %.2f, %.2f", r.name, n, got.c, got.t, want.c, want.t)
			}
		}
	}
}

func off(got, want float64) float64 { return math.Abs(got/want - 1) }

// checkShares holds a policy to its fairness: shares are even in a queue, and as even as
// random ones of m each can be, which is m/(1+m), in the shared window.
func checkShares(t *testing.T, where string, p Policy, f figures) {
	t.Helper()
	want := 0.0
	switch {
	case p.Kind == Ticket && f.each >= 5:
		want = 0.98
	case p.Kind == SharedWindow && p.Chain == 0:
		want = f.each/(1+f.each) - 0.03
	}
	if f.jain < want {
		t.Errorf("%s: Jain's index is %.3f, want at least %.3f", where, f.jain, want)
	}
}
