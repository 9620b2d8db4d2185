package capacity

import (
	"math"
	"slices"
)

// headroomFactors are the loads around the result that are shown.
func headroomFactors() []float64 { return []float64{0.5, 0.8, 1, 1.2} }

// headroom are the trials that are still to be made for the loads around the result; none if
// no load meets the goals. Of shards, it is the rate that varies.
func (h *search) headroom() []*planned {
	kept := h.found.KeptLoad()
	if kept == nil {
		return nil
	}
	var all []*planned
	number := len(h.found.Trials)
	tried := []float64{*kept}
	for _, factor := range headroomFactors() {
		load := h.headroomLoad(*kept, factor)
		isSame := h.options.Find != Shards && slices.Contains(tried, load)
		tried = append(tried, load)
		if h.found.headroomTrial(factor) == nil && !isSame {
			number++
			all = append(all, &planned{number: number, load: load, length: h.bracket.Full, factor: factor})
		}
	}
	return all
}

// headroomLoad is a load beside the one that meets the goals.
func (h *search) headroomLoad(kept, factor float64) float64 {
	switch scale := &h.bracket.Scale; {
	case h.options.Find == Shards:
		return kept
	case scale.Whole:
		return max(1, math.Round(kept*factor))
	default:
		return scale.Rounded(kept * factor)
	}
}

// HeadroomLoad returns the load of a headroom trial, with its unit; in a search for shards, its
// rate.
func (c *Capacity) HeadroomLoad(h Headroom) string {
	t := &c.Trials[h.Trial-1]
	if c.Find == Shards && t.DueRatePerS != nil {
		return Rate.Format(math.Round(*t.DueRatePerS))
	}
	return c.Find.Format(t.Load)
}

// headroomTrial is the trial that shows the load which is factor times the result; nil if
// there is none.
func (c *Capacity) headroomTrial(factor float64) *Trial {
	if factor == 1 {
		return c.lastAt(c.KeptLoad())
	}
	for i := range c.Trials {
		if t := &c.Trials[i]; t.Factor == factor {
			return t
		}
	}
	return nil
}

// headroomShown lists the loads beside the result that have a trial.
func (h *search) headroomShown() []Headroom {
	if h.found.KeptLoad() == nil || !h.found.Complete {
		return nil
	}
	var all []Headroom
	for _, factor := range headroomFactors() {
		if t := h.found.headroomTrial(factor); t != nil {
			all = append(all, Headroom{factor, t.Number})
		}
	}
	return all
}
