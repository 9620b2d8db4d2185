package capacity

import (
	"math"

	"contend/workload/threshold"
)

// hint is where the trials so far show the limit: the easiest of the loads at which their
// goals seem to be crossed; 0 if no trial shows one.
func (h *search) hint() float64 {
	best := 0.0
	for _, name := range h.goalNames() {
		if at := h.crossing(name); at > 0 && (best == 0 || h.at(at) < h.at(best)) {
			best = at
		}
	}
	return best
}

// crossing is the load at which a goal seems to be just kept; 0: unknown.
func (h *search) crossing(goal string) float64 {
	if goal == ServedGoal || goal == BacklogGoal {
		return h.servedRate(goal)
	}
	limit, err := threshold.Parse(goal)
	if err != nil || limit.Limit() <= 0 {
		return 0
	}
	var kept, missed *loadTrials
	all := h.byLoad()
	for i := range all {
		k, m := all[i].votes(goal)
		if m > k {
			missed = &all[i]
			break
		}
		if k > 0 {
			kept = &all[i]
		}
	}
	if kept == nil || missed == nil {
		return 0
	}
	return between(kept, missed, goal, limit.Limit())
}

// between interpolates on scales of logarithms; 0 if the values do not surround the limit.
func between(kept, missed *loadTrials, goal string, limit float64) float64 {
	low, ok := kept.mean(goal)
	high, also := missed.mean(goal)
	if !ok || !also || low <= 0 || high <= 0 || low == high {
		return 0
	}
	share := math.Log(limit/low) / math.Log(high/low)
	if !(share > 0 && share < 1) {
		return 0
	}
	return kept.load * math.Pow(missed.load/kept.load, share)
}

// servedRate is the mean throughput at the lowest rate that was too high: as much is sustained.
func (h *search) servedRate(goal string) float64 {
	if h.options.Find != Rate {
		return 0
	}
	for _, l := range h.byLoad() {
		kept, missed := l.votes(goal)
		if missed <= kept {
			continue
		}
		sum, n := 0.0, 0.0
		for _, t := range l.trials {
			if t.ThroughputPerS != nil {
				sum, n = sum+*t.ThroughputPerS*t.LengthS, n+t.LengthS
			}
		}
		if n > 0 && sum/n < l.load {
			return sum / n
		}
		return 0
	}
	return 0
}
