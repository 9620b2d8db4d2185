package retry

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/longtest"
)

// hostile are values that no client writes.
func hostile() []int64 {
	few := []int64{math.MinInt64, -1, 0, 1 << 40, 1 << 62, math.MaxInt64}
	if longtest.Asked() {
		return append(few, math.MinInt64+1, -1<<40, 1, 999, 1<<20, math.MaxInt64-1)
	}
	return few
}

// damages are all ways to spoil one number of an item.
func damages() map[string]func(*simulation) {
	all := map[string]func(*simulation){
		"damaged next":  func(s *simulation) { s.shared.Next, s.shared.Damaged = 0, true },
		"damaged serve": func(s *simulation) { s.shared.Serve, s.shared.Damaged = 0, true },
		"all gone":      func(s *simulation) { s.shared = counter.Shared{} },
		"passed by":     func(s *simulation) { s.shared.Serve = s.shared.Next },
		"version 0":     func(s *simulation) { s.item.Version = 0 },
		"version huge":  func(s *simulation) { s.item.Version = 1 << 62 },
		"version low":   func(s *simulation) { s.item.Version = math.MinInt64 },
	}
	fields := map[string]func(*counter.Shared) *int64{
		"pace": func(n *counter.Shared) *int64 { return &n.Pace }, "pv": func(n *counter.Shared) *int64 { return &n.PaceVersion },
		"next": func(n *counter.Shared) *int64 { return &n.Next }, "serve": func(n *counter.Shared) *int64 { return &n.Serve },
		"forf": func(n *counter.Shared) *int64 { return &n.Void }, "gm": func(n *counter.Shared) *int64 { return &n.MeanGap },
		"gx": func(n *counter.Shared) *int64 { return &n.LongestGap }, "ch": func(n *counter.Shared) *int64 { return &n.Chained },
		"k": func(n *counter.Shared) *int64 { return &n.Pushing },
	}
	for name, of := range fields {
		for _, value := range hostile() {
			all[fmt.Sprintf("%s = %d", name, value)] = func(s *simulation) { *of(&s.shared) = value }
		}
	}
	return all
}

// Whatever one number is set to, the fleet works as before after the time that the policy
// promises.
func TestHostileNumbersHeal(t *testing.T) {
	for _, c := range []struct {
		policy  Policy
		clients int
		heals   time.Duration
	}{
		{shares, 10, LongestPace}, {queues, 10, 30 * second}, {queueChains, 10, 30 * second}, {queues, 1, 30 * second}, {shares, 1, LongestPace},
	} {
		if !longtest.Asked() && (c.policy == queues && c.clients > 1 || c.policy == shares && c.clients == 1) {
			continue // chains queue too, and one client paces itself as ten do
		}
		s := simulate(1, c.clients, c.policy)
		s.runFor(20 * second)
		usual := s.rate(20 * second)
		all := damages()
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if c.policy.Kind == SharedWindow && !strings.Contains("pace pv damaged version", strings.Fields(name)[0]) {
				continue // it does not use it
			}
			all[name](s)
			s.runFor(c.heals + 4*second)
			if got := s.rate(5 * second); got < 0.85*usual {
				t.Errorf("%s, chain %d, %d clients, %s: got %.1f successes a second, want at least 85 %% of %.1f", c.policy.Kind, c.policy.Chain, c.clients, name, got, usual)
				s = simulate(1, c.clients, c.policy)
				s.runFor(20 * second)
			}
		}
	}
}
