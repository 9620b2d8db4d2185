package scrape

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/pace"
	"contend/workload/scenario"
)

// Run is a run of which the metrics are. It is safe for use by several goroutines.
type Run struct {
	began    time.Time
	segments []pace.Segment // of the rate; none in a closed loop
	all      map[string]*prometheus.Desc
	live     *measure.Live

	mu    sync.Mutex
	ended *final // nil while the run goes on
}

// final is what a run had counted at its end.
type final struct {
	counts   *measure.LiveCounts
	snapshot measure.Snapshot
}

// newRun is of a run that begins. variant tells it from the other runs of a campaign.
func newRun(s *scenario.Scenario, variant string, live *measure.Live) *Run {
	r := &Run{began: time.Now(), live: live}
	r.all = descriptions(prometheus.Labels{"scenario": s.Name, "design": s.Strategy, "policy": string(s.Retry.Kind), "variant": variant})
	if s.Load.Open() {
		r.segments = s.Load.Segments()
	}
	return r
}

// End keeps the numbers as they are.
func (r *Run) End() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended == nil {
		r.ended = &final{r.live.Count(), r.live.Snapshot()}
	}
}

// Finish takes what is known at the end alone: how many operations were due.
func (r *Run) Finish(result *measure.Result) {
	r.End()
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &r.ended.snapshot
	s.Elapsed, s.Due, s.Dropped, s.Waiting = result.Elapsed, result.Tally.Due, result.Tally.Dropped, 0
}

// now is the state of the run.
func (r *Run) now() (counts *measure.LiveCounts, s measure.Snapshot, running bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.ended; e != nil {
		return e.counts, e.snapshot, false
	}
	return r.live.Count(), r.live.Snapshot(), true
}

// collect sends all metrics of the run.
func (r *Run) collect(to chan<- prometheus.Metric) {
	counts, s, running := r.now()
	send := func(name string, kind prometheus.ValueType, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(r.all[name], kind, value, labels...)
	}
	r.sendCounters(counts, send)
	for _, kind := range history.Kinds() {
		to <- histogram(r.all[responseName], &counts.Response[kind], r.began, kind.String())
	}
	to <- histogram(r.all[unsuccessfulName], &counts.Unsuccessful, r.began)
	to <- histogram(r.all[attemptName], &counts.Applied, r.began, counter.Applied.String())
	to <- histogram(r.all[attemptName], &counts.Refused, r.began, "other")
	send(elapsedName, prometheus.GaugeValue, s.Elapsed.Seconds())
	on := 0.0
	if running {
		on = 1
	}
	send(runningName, prometheus.GaugeValue, on)
	if len(r.segments) == 0 {
		return
	}
	send(rateName, prometheus.GaugeValue, on*r.rateAt(s.Elapsed))
	send(dueName, prometheus.GaugeValue, float64(s.Due))
	send(backlogName, prometheus.GaugeValue, float64(s.Waiting))
	send(droppedName, prometheus.GaugeValue, float64(s.Dropped))
}

// sendCounters sends a counter for each kind and outcome, also for those without any.
func (r *Run) sendCounters(counts *measure.LiveCounts, send func(string, prometheus.ValueType, float64, ...string)) {
	var conflicts, throttles float64
	for _, kind := range history.Kinds() {
		for _, ending := range []history.Ending{history.Applied, history.GaveUp, history.Unknown, history.Failed} {
			n := counts.Warmup.Operations[kind][ending] + counts.Measured.Operations[kind][ending]
			send(operationsName, prometheus.CounterValue, float64(n), kind.String(), ending.String())
		}
		for _, outcome := range []counter.Outcome{counter.Applied, counter.Conflict, counter.Throttled, counter.Failed, counter.Unknown} {
			n := float64(counts.Warmup.Attempts[kind][outcome] + counts.Measured.Attempts[kind][outcome])
			send(attemptsName, prometheus.CounterValue, n, kind.String(), outcome.String())
			switch outcome {
			case counter.Conflict:
				conflicts += n
			case counter.Throttled:
				throttles += n
			}
		}
	}
	send(conflictsName, prometheus.CounterValue, conflicts)
	send(throttlesName, prometheus.CounterValue, throttles)
}

// rateAt is how many operations become due in a second, after a time of the load.
func (r *Run) rateAt(passed time.Duration) float64 {
	for _, segment := range r.segments {
		if passed < segment.Duration {
			return segment.Level(passed)
		}
		passed -= segment.Duration
	}
	return 0
}
