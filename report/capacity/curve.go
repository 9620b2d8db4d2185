package capacity

import (
	"fmt"
	"slices"
)

// Point is a load with the means of its trials, including those of the headroom. A pointer is
// nil if no trial has the number.
type Point struct {
	Load   float64
	Trials int
	// Finding is "met", "missed" or "void", or, if the trials disagree, how many met the goals,
	// such as "1 of 3 met".
	Finding string

	ThroughputPerS, P50MS, P99MS, WritesPerSuccess, ConflictRate *float64
	// The predictions of the law of contention from the measured gap.
	LawThroughput, LawWrites, LawRefused *float64
}

// Curve returns the loads that were tried, in ascending order. In a search for shards it does
// not include the headroom, which varies the rate.
func (c *Capacity) Curve() []Point {
	trials := map[float64][]*Trial{}
	var loads []float64
	for i := range c.Trials {
		t := &c.Trials[i]
		if c.Find == Shards && t.Factor > 0 {
			continue
		}
		if trials[t.Load] == nil {
			loads = append(loads, t.Load)
		}
		trials[t.Load] = append(trials[t.Load], t)
	}
	slices.Sort(loads)
	var all []Point
	for _, load := range loads {
		all = append(all, pointOf(load, trials[load]))
	}
	return all
}

func pointOf(load float64, trials []*Trial) Point {
	p := Point{Load: load, Trials: len(trials)}
	kept, void := 0, 0
	for _, t := range trials {
		switch {
		case t.Void != "":
			void++
		case t.Kept:
			kept++
		}
	}
	switch judged := len(trials) - void; {
	case judged == 0:
		p.Finding = "void"
	case kept == judged:
		p.Finding = "met"
	case kept == 0:
		p.Finding = "missed"
	default:
		p.Finding = fmt.Sprintf("%d of %d met", kept, judged)
	}
	mean := func(of func(*Trial) *float64) *float64 { return meanOf(trials, of) }
	p.ThroughputPerS, p.P50MS, p.P99MS = mean(func(t *Trial) *float64 { return t.ThroughputPerS }), mean(func(t *Trial) *float64 { return t.P50MS }), mean(func(t *Trial) *float64 { return t.P99MS })
	p.WritesPerSuccess, p.ConflictRate = mean(func(t *Trial) *float64 { return t.WritesPerSuccess }), mean(func(t *Trial) *float64 { return t.ConflictRate })
	p.LawThroughput = mean(ofLaw(func(l *Law) *float64 { return &l.ThroughputPerS }))
	p.LawWrites, p.LawRefused = mean(ofLaw(func(l *Law) *float64 { return l.WritesPerSuccess })), mean(ofLaw(func(l *Law) *float64 { return &l.ConflictRate }))
	return p
}

func ofLaw(pick func(*Law) *float64) func(*Trial) *float64 {
	return func(t *Trial) *float64 {
		if t.Law == nil {
			return nil
		}
		return pick(t.Law)
	}
}

// meanOf is weighted by the trials' lengths; nil if no trial has the figure.
func meanOf(trials []*Trial, of func(*Trial) *float64) *float64 {
	sum, weight := 0.0, 0.0
	for _, t := range trials {
		if v := of(t); v != nil {
			sum, weight = sum+*v*t.LengthS, weight+t.LengthS
		}
	}
	if weight == 0 {
		return nil
	}
	return new(sum / weight)
}

// FullTrials returns how many full trials of a load are not void, and how many of those met all
// goals. Trials of the headroom do not count.
func (c *Capacity) FullTrials(load float64) (kept, all int) {
	for i := range c.Trials {
		t := &c.Trials[i]
		if t.Load != load || t.Void != "" || t.Factor > 0 || t.LengthS < c.TrialS {
			continue
		}
		all++
		if t.Kept {
			kept++
		}
	}
	return kept, all
}
