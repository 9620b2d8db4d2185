package advise

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"contend/report"
	"contend/workload/check"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/trial"
)

const (
	// usualRequests is [Options.Requests] unless it is given.
	usualRequests = 40_000
	// The figures of a run are to be of one operation for so many of the requests that are
	// allowed, and of so many for each worker; an open loop has few lost races, and p99
	// matters more.
	forEach, forEachOpen, eachWorker = 20, 6, 10
	// shortest and longest bound the measured part of a run in simulated time.
	shortest, longest = 5 * time.Second, 10 * time.Minute
	// shortestOpen is the least time in which an open loop that does not keep up shows it.
	shortestOpen = 20 * time.Second
	// gapsEach is how many gaps a success takes with a policy that is neither good nor bad.
	gapsEach = 1.6
	// warming is the part of a run that warms up.
	warming = 4
)

// simulated is a finished run.
type simulated struct {
	*report.Report
	requests int64
	// gaveUp is the share of the operations that the policy gave up, without those that
	// the end of the load cut off; nil if there were none.
	gaveUp *float64
}

// simulate runs all candidates, one a core.
func simulate(ctx context.Context, all []option, o *Options) ([]simulated, error) {
	most := o.requests()
	runs := make([]simulated, len(all))
	var together errgroup.Group
	together.SetLimit(runtime.GOMAXPROCS(0))
	var mu sync.Mutex // guards done, and is held while OnProgress is called
	done := 0
	for i := range all {
		together.Go(func() (err error) {
			if runs[i], err = one(ctx, all[i].scenario, most); err != nil {
				return fmt.Errorf("%s with %s: %w", all[i].scenario.Strategy, policyName(&all[i].scenario), err)
			}
			mu.Lock()
			defer mu.Unlock()
			if done++; o.OnProgress != nil {
				o.OnProgress(done, len(all))
			}
			return nil
		})
	}
	return runs, together.Wait()
}

// one runs a candidate. A run that reaches the bound is made again, shorter, so that its
// warm-up fits too.
func one(ctx context.Context, s scenario.Scenario, most int64) (simulated, error) {
	s.Load = shortened(&s, most)
	r, stopped, err := bounded(ctx, s, most)
	if err == nil && stopped {
		s.Load = fitted(s.Load, time.Duration(r.ElapsedS*float64(time.Second)))
		r, stopped, err = bounded(ctx, s, 2*most)
	}
	if err != nil || stopped || r.Verdict.Status != check.Inconclusive || len(s.Load.Stages) > 0 {
		return r, err
	}
	// The end of the load may have left outcomes unknown that clients would have found out
	// later. The same operations again, all of them to their end:
	s.Load.Duration, s.Load.Operations = 2*s.Load.Duration, r.Tally.Started
	again, stopped, err := bounded(ctx, s, 4*most)
	if err == nil && !stopped && again.Verdict.Status != check.Inconclusive {
		r.Verdict = again.Verdict
	}
	return r, err
}

// bounded carries out a run that ends after a number of requests at the latest.
func bounded(ctx context.Context, s scenario.Scenario, most int64) (_ simulated, stopped bool, err error) {
	if err := ctx.Err(); err != nil {
		return simulated{}, false, err
	}
	requests := newLimited(most)
	own := s.Load.Operations
	if len(s.Load.Stages) == 0 && (own == 0 || own > most) {
		s.Load.Operations = most // a request may carry many of them
	}
	o, err := trial.Run(ctx, s, trial.Options{Client: requests.over, Stop: requests.stop})
	if err != nil {
		return simulated{}, false, err
	}
	stopped = requests.reached() || o.Result.Tally.Started >= most && own != s.Load.Operations
	t := &o.Result.Tally
	gaveUp := report.Ratio(float64(t.GaveUp-o.Result.GaveUp[string(measure.LoadEnded)]), float64(t.Started))
	return simulated{report.New(o, report.About{}), requests.calls, gaveUp}, stopped, nil
}

// shortened is the load with a length that is enough for its figures. A number of
// operations that is smaller stays.
func shortened(s *scenario.Scenario, most int64) scenario.Load {
	l := s.Load
	wanted := max(most/forEach, eachWorker*int64(l.Workers))
	if l.Open() {
		wanted = most / forEachOpen
	}
	if l.Operations > 0 && l.Operations < wanted {
		l.Duration, l.Warmup = longest, 0
		return l
	}
	l.Operations = 0
	measured := time.Duration(float64(wanted) * gapsEach * float64(gapOf(s)))
	measured = min(max(measured, shortest), longest)
	switch {
	case len(l.Stages) > 0:
		return fitted(l, min(l.Duration, longest))
	case l.Open():
		measured = time.Duration(float64(wanted) / float64(l.Rate) * float64(time.Second))
		measured = min(max(measured, shortestOpen), longest)
	}
	l.Duration = measured + measured/(warming-1)
	l.Warmup = l.Duration / warming
	return l
}

// gapOf is about the time from reading to writing, or of a request alone.
func gapOf(s *scenario.Scenario) time.Duration {
	var sum time.Duration
	kinds := s.Embedded.Kinds()
	for _, l := range kinds {
		sum += l.Mean
	}
	return max(sum/time.Duration(len(kinds))+s.Simulated.Client, time.Millisecond)
}

// fitted is the load with another duration. Stages become shorter in proportion.
func fitted(l scenario.Load, within time.Duration) scenario.Load {
	within = max(within-within/10, time.Millisecond)
	if len(l.Stages) > 0 {
		factor := float64(within) / float64(l.Duration)
		l.Stages = append([]scenario.Stage(nil), l.Stages...)
		l.Duration = 0
		for i := range l.Stages {
			d := &l.Stages[i].Duration
			*d = max(time.Duration(float64(*d)*factor), time.Microsecond)
			l.Duration += *d
		}
		l.Warmup = min(time.Duration(float64(l.Warmup)*factor), l.Duration/warming)
		return l
	}
	l.Duration, l.Operations = within, 0
	l.Warmup = within / warming
	return l
}
