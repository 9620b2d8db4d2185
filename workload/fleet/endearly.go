package fleet

import (
	"math"
	"strconv"
	"time"

	"contend/internal/clock"
	"contend/internal/crash"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/threshold"
)

// judgedOver is the time whose operations a limit is judged by while the run goes on, and
// how often it is. A longer window would hold a short breach for longer than that lasted.
const judgedOver = time.Second

// breach is a limit that can end the load, and since when it is missed.
type breach struct {
	index    int // among the scenario's thresholds
	limit    threshold.Threshold
	isMissed bool
	since    time.Duration // the first moment at which it was found missed
}

// breaches are the limits of the scenario that can end the load.
func (f *Fleet) breaches() (all []breach) {
	for i, limit := range f.Scenario.Thresholds {
		if limit.AbortAfter > 0 {
			all = append(all, breach{index: i, limit: limit})
		}
	}
	return all
}

// watchLimits begins to judge the limits that can end the load, if there are any.
func (r *run) watchLimits(group *clock.Group, interrupted, ended *clock.Event) {
	all := r.fleet.breaches()
	if len(all) == 0 {
		return
	}
	group.Go("limits that end the load", func() error {
		err := crash.Catch(func() error { r.judgeLimits(all, interrupted, ended); return nil })
		if err != nil {
			interrupted.Fire()
		}
		return err
	})
}

// judgeLimits judges the limits each second after the warm-up, by what ended in that second,
// until one ends the load or the load ends otherwise.
func (r *run) judgeLimits(all []breach, interrupted, ended *clock.Event) {
	next := r.fleet.Scenario.Load.Warmup
	if !r.clock.SleepOr(next, ended) {
		return
	}
	last, before := next, new(measure.LiveCounts)
	for {
		for now := r.clock.Since(r.began); next < now+judgedOver/2; { // after a standstill it leaves some out
			next += judgedOver
		}
		if !r.clock.SleepOr(next-r.clock.Since(r.began), ended) || r.isOver() {
			return
		}
		now, counts := r.clock.Since(r.began), r.fleet.Live.Count()
		window := counts.Since(before)
		for i := range all {
			if r.missedTooLong(&all[i], window, now, now-last) {
				interrupted.Fire()
				return
			}
		}
		last, before = now, counts
	}
}

// isOver reports whether nothing is to begin any more.
func (r *run) isOver() bool {
	limit := r.fleet.Scenario.Load.Duration
	return isClosed(r.over) || limit > 0 && r.clock.Since(r.began) >= limit
}

// missedTooLong judges a limit by what was counted in a window that ends now. It reports
// whether the limit ends the load.
func (r *run) missedTooLong(b *breach, counts *measure.LiveCounts, now, window time.Duration) bool {
	missed, ok := misses(b.limit, counts, window)
	switch {
	case !ok:
		return false // without a sample nothing is known
	case !missed:
		b.isMissed = false
		return false
	case !b.isMissed:
		b.isMissed, b.since = true, now
	}
	if now-b.since < b.limit.AbortAfter {
		return false
	}
	r.endedEarly = &measure.EndedEarly{Threshold: b.index, MissedFrom: b.since, At: now}
	return true
}

// misses judges a limit. ok is false if there is no sample of its metric. Times are known
// within a sixteenth; a limit that such a time might keep is not missed.
func misses(limit threshold.Threshold, counts *measure.LiveCounts, window time.Duration) (missed, ok bool) {
	if latency, of, isLatency := threshold.Latency(limit.Metric); isLatency {
		low, high, ok := boundsOf(timesOf(latency, counts), of)
		between := limit.Limit() > low && limit.Limit() < high
		return !between && !limit.Keeps(low) && !limit.Keeps(high), ok
	}
	value := numberOf(limit.Metric, counts, window)
	return !limit.Keeps(value), !math.IsNaN(value)
}

// timesOf are the times of a latency, see [threshold.Latency].
func timesOf(latency string, counts *measure.LiveCounts) *measure.LiveTimes {
	switch latency {
	case "attempt.":
		return &counts.Applied
	case "increment.":
		return &counts.Response[history.Increment]
	case "decrement.":
		return &counts.Response[history.Decrement]
	case "read.":
		return &counts.Response[history.Read]
	case "transfer.":
		return &counts.Response[history.Transfer]
	}
	all := new(measure.LiveTimes)
	for kind := range counts.Response {
		all.Add(&counts.Response[kind])
	}
	return all
}

// boundsOf are the bounds, in milliseconds, of what is taken of times.
func boundsOf(times *measure.LiveTimes, of string) (low, high float64, ok bool) {
	if times.Count <= 0 {
		return 0, 0, false
	}
	var percentile float64
	switch of {
	case "mean":
		mean := millis(times.Sum) / float64(times.Count)
		return mean, mean, true
	case "min":
		percentile = 1e-9
	case "max":
		percentile = 100
	default:
		_, percentile, _ = threshold.Percentile(of)
	}
	from, to, ok := times.At(percentile)
	return millis(from), millis(to), ok
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// numberOf is a metric that is no time; NaN without a sample. Attempts without any success
// are infinitely many per success.
func numberOf(metric string, counts *measure.LiveCounts, window time.Duration) float64 {
	t := &counts.Measured
	applied, attempts, conflicts := t.Updates()
	share := func(ending history.Ending) float64 { return float64(t.Ended(ending)) / float64(t.EndedInAll()) }
	switch metric {
	case "throughput":
		return float64(t.Ended(history.Applied)) / window.Seconds()
	case "attempts_per_success":
		return float64(attempts) / float64(applied)
	case "conflict_rate":
		return float64(conflicts) / float64(attempts)
	case "gave_up_rate":
		return share(history.GaveUp)
	case "unknown_rate":
		return share(history.Unknown)
	case "failed_rate":
		return share(history.Failed)
	}
	panic("fleet: " + strconv.Quote(metric) + " cannot be judged while a run goes on")
}
