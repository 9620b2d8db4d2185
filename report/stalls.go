package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"contend/internal/format"
	"contend/workload/hist"
	"contend/workload/measure"
)

// Stalls are the times, after the warm-up and while the load was on, in which workers
// waited and no operation succeeded.
type Stalls struct {
	Count    int     `json:"count"`
	TotalS   float64 `json:"total_s"`
	LongestS float64 `json:"longest_s"`
	// Share is the share of the load, without the warm-up, that was spent in stalls, in
	// [0, 1].
	Share *float64 `json:"share,omitempty"`
	// LastSuccessS is when the last operation succeeded while the load was on; absent
	// if none did.
	LastSuccessS *float64 `json:"last_success_s,omitempty"`
	// Hidden are the response times, in milliseconds, of the operations that the
	// workers of a closed loop would have begun during stalls. Nobody sent them, so no
	// other latency includes them.
	Hidden *Times `json:"hidden,omitempty"`
	// Longest lists the longest stalls, in the order of time.
	Longest []Stall `json:"longest"`
}

// Stall is a time in which workers waited and no operation succeeded.
type Stall struct {
	FromS   float64 `json:"from_s"`
	ToS     float64 `json:"to_s"`
	Workers int     `json:"workers"` // workers that waited at its end
	// Ended is false if nothing succeeded again while the load was on.
	Ended bool `json:"ended"`
}

// maxStalls is how many are listed.
const maxStalls = 100

func stalls(run *measure.Result) *Stalls {
	all := &run.Stalls
	s := &Stalls{Count: len(all.All), TotalS: all.Total.Seconds(), Longest: []Stall{}}
	s.Share = Ratio(s.TotalS, run.MeasuredTime().Seconds())
	if all.Succeeded {
		s.LastSuccessS = new(all.LastSuccess.Seconds())
	}
	if all.Hidden.Count() > 0 {
		s.Hidden = new(TimesOf(&all.Hidden))
	}
	for _, stall := range all.All {
		s.Longest = append(s.Longest, Stall{FromS: stall.From.Seconds(), ToS: stall.To.Seconds(), Workers: stall.Workers, Ended: stall.Ended})
		s.LongestS = max(s.LongestS, (stall.To - stall.From).Seconds())
	}
	slices.SortStableFunc(s.Longest, func(a, b Stall) int { return cmp.Compare(b.LastsS(), a.LastsS()) })
	s.Longest = s.Longest[:min(len(s.Longest), maxStalls)]
	slices.SortStableFunc(s.Longest, func(a, b Stall) int { return cmp.Compare(a.FromS, b.FromS) })
	return s
}

// LastsS is how long the stall lasted, in seconds.
func (s *Stall) LastsS() float64 { return s.ToS - s.FromS }

// corrected returns the report as it would be if the workers had begun operations
// during stalls at their usual rate: in each set of times, the share of hidden
// operations is the same as in all responses. It is nil if nothing was hidden or
// nothing was measured.
func (r *Report) corrected() *Report {
	if r.Stalls == nil || r.Stalls.Hidden == nil || r.Stalls.Hidden.Histogram == nil || r.Latency.Response.Count == 0 {
		return nil
	}
	c := *r
	hidden, measured := r.Stalls.Hidden.Histogram, float64(r.Latency.Response.Count)
	add := func(t Times) Times {
		sum := new(hist.Histogram)
		if t.Histogram == nil {
			return t
		}
		sum.Merge(t.Histogram)
		sum.AddShare(hidden, float64(t.Count)/measured)
		return TimesOf(sum)
	}
	c.Latency = Timing{Response: add(r.Latency.Response), Service: add(r.Latency.Service), Attempt: add(r.Latency.Attempt)}
	c.LatencyByOperation = map[string]Times{}
	for kind, t := range r.LatencyByOperation {
		c.LatencyByOperation[kind] = add(t)
	}
	return &c
}

// correct sets the corrected response of a run.
func (r *Report) correct() {
	if c := r.corrected(); c != nil {
		r.ResponseCorrected = new(c.Latency.Response)
	}
}

// correctedResponse is the plain response if nothing was hidden, as in every open loop.
// Reports of versions that did not measure stalls have none.
func correctedResponse(r *Report) Times {
	switch {
	case r.ResponseCorrected != nil:
		return *r.ResponseCorrected
	case r.Stalls == nil:
		return Times{}
	}
	return r.Latency.Response
}

const (
	// DoubtfulShare is the share of the load, in [0, 1], from which on stalls cause a
	// warning.
	DoubtfulShare = 0.01
	// doubtfulStall is the length of one stall, in seconds, that causes the warning too.
	doubtfulStall = 1.0
)

// stallDoubts returns the warnings about the stalls of a run. delay is the largest
// delay of this process's wake-ups.
func stallDoubts(r *Report, delay time.Duration) (doubts []string) {
	s := r.Stalls
	if r.Tally.Started == 0 {
		return nil
	}
	if s.LastSuccessS == nil {
		return []string{fmt.Sprintf("no operation succeeded in %s", format.Seconds(r.LoadSeconds()))}
	}
	if s.Share != nil && (*s.Share >= DoubtfulShare || s.LongestS >= doubtfulStall) {
		doubt := fmt.Sprintf("no operation succeeded for %s (%s of the load) while workers waited: %s", format.Seconds(s.TotalS), format.Percent(*s.Share), s.Which())
		if c := r.ResponseCorrected; c != nil && c.P99 != nil && r.Latency.Response.P99 != nil {
			doubt += fmt.Sprintf("; with the operations that they would have begun meanwhile, the p99 of the response is %s ms instead of %s ms",
				format.Number(*c.P99), format.Number(*r.Latency.Response.P99))
		}
		if delay.Seconds() >= s.LongestS/2 {
			doubt += fmt.Sprintf("; this process itself stood still for %s", format.Seconds(delay.Seconds()))
		}
		doubts = append(doubts, doubt)
	}
	if s.ceased(r) {
		doubts = append(doubts, fmt.Sprintf("no operation succeeded after %s of %s", format.Seconds(*s.LastSuccessS), format.Seconds(r.LoadSeconds())))
	}
	return doubts
}

// Which names the longest stall and the number of stalls.
func (s *Stalls) Which() string {
	longest := slices.MaxFunc(s.Longest, func(a, b Stall) int { return cmp.Compare(a.LastsS(), b.LastsS()) })
	if s.Count == 1 {
		return fmt.Sprintf("from %s to %s, %s waiting", format.Seconds(longest.FromS), format.Seconds(longest.ToS), format.Count(int64(longest.Workers), "worker"))
	}
	return fmt.Sprintf("%d times, the longest from %s to %s, %s waiting", s.Count, format.Seconds(longest.FromS), format.Seconds(longest.ToS), format.Count(int64(longest.Workers), "worker"))
}

// ceased reports whether successes ended before the load did: in a stall, or because
// every later operation failed at once.
func (s *Stalls) ceased(r *Report) bool {
	if n := len(s.Longest); n > 0 && !s.Longest[n-1].Ended {
		return true
	}
	const usually = 10
	silent := r.LoadSeconds() - *s.LastSuccessS
	return len(r.Stages) == 0 && r.Tally.Started > r.Tally.Applied && silent >= doubtfulStall && silent >= usually**s.LastSuccessS/float64(max(r.Tally.Applied, 1))
}
