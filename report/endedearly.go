package report

import (
	"fmt"

	"contend/internal/format"
	"contend/workload/measure"
)

// EndedEarly is a threshold that was missed for so long that it ended the load. Times are in
// seconds from the start of the load.
type EndedEarly struct {
	Threshold   string  `json:"threshold"` // as in [Threshold.Text]
	AbortAfterS float64 `json:"abort_after_s"`
	// MissedFromS is when the threshold was first found missed, without being met later, and
	// AtS when it ended the load.
	MissedFromS float64 `json:"missed_from_s"`
	AtS         float64 `json:"at_s"`
}

func endedEarly(run *measure.Result) *EndedEarly {
	e := run.EndedEarly
	if e == nil {
		return nil
	}
	limit := run.Scenario.Thresholds[e.Threshold]
	return &EndedEarly{
		Threshold: limit.String(), AbortAfterS: limit.AbortAfter.Seconds(), MissedFromS: e.MissedFrom.Seconds(), AtS: e.At.Seconds(),
	}
}

// Sentence says which threshold ended the run and when.
func (e *EndedEarly) Sentence() string {
	return fmt.Sprintf("Ended after %s by the threshold %s, which %s; the verdict covers what ran.", format.Seconds(e.AtS), e.Threshold, e.missed())
}

// CostReached is the limit of the cost that ended the load.
type CostReached struct {
	LimitUSD float64 `json:"limit_usd"`
	// USD is what the load had cost AtS seconds after its start, when the limit ended it;
	// absent where several machines shared the limit.
	USD float64 `json:"usd,omitempty"`
	AtS float64 `json:"at_s"`
}

func costReached(run *measure.Result) *CostReached {
	c := run.CostReached
	if c == nil {
		return nil
	}
	return &CostReached{LimitUSD: c.Limit, USD: c.USD, AtS: c.At.Seconds()}
}

// Sentence says what ended the run and when.
func (c *CostReached) Sentence() string {
	if c.USD == 0 {
		return fmt.Sprintf("Ended after %s by the limit of its cost, $%.4g (--max-cost): one machine had spent its part of it; the verdict covers what ran.",
			format.Seconds(c.AtS), c.LimitUSD)
	}
	return fmt.Sprintf("Ended after %s by the limit of its cost: about $%.4g of $%.4g were spent (--max-cost); the verdict covers what ran.",
		format.Seconds(c.AtS), c.USD, c.LimitUSD)
}

// Endings are the sentences about what ended the load before its limits, if not the user.
func (r *Report) Endings() (all []string) {
	if r.EndedEarly != nil {
		all = append(all, r.EndedEarly.Sentence())
	}
	if r.CostReached != nil {
		all = append(all, r.CostReached.Sentence())
	}
	return all
}

// missed says for how long.
func (e *EndedEarly) missed() string {
	return fmt.Sprintf("was missed from %s to %s (abort_after: %s)", format.Seconds(e.MissedFromS), format.Seconds(e.AtS), format.Seconds(e.AbortAfterS))
}
