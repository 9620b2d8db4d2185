package fleet

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
	"contend/internal/longtest"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// gapOf is the mean gap of a run.
func gapOf(r *measure.Result) time.Duration {
	t := r.Measured()
	if t.ConditionalWrites == 0 {
		return -1
	}
	return t.Gap / time.Duration(t.ConditionalWrites)
}

// TestGap: every request takes 10 ms and is taken up after 5 ms.
func TestGap(t *testing.T) {
	const ms = time.Millisecond
	refuse := func(n int) (error, bool) {
		if n%2 == 1 {
			return errRefused, false
		}
		return nil, false
	}
	for _, c := range []struct {
		what   string
		store  *store
		change func(*scenario.Scenario)
		want   time.Duration // −1: none
		judged int64
	}{
		{"a read, then a write", &store{needsState: true}, func(*scenario.Scenario) {}, 10 * ms, 10},
		{"nothing is read", &store{}, func(*scenario.Scenario) {}, -1, 0},
		{"own writes tell the state", &store{needsState: true}, func(s *scenario.Scenario) { s.View = scenario.ViewKept }, 10 * ms, 10},
		{"own writes, and time to think", &store{needsState: true}, func(s *scenario.Scenario) { s.View, s.Load.Think = scenario.ViewKept, 90*ms },
			(10*ms + 9*100*ms) / 10, 10},
		{"reads are no writes", &store{needsState: true}, func(s *scenario.Scenario) { s.Operations = scenario.Mix{0, 0, 1} }, -1, 0},
		{"reads after the wait", &store{needsState: true, fault: refuse}, fixedWait(40*ms, scenario.RefreshAfterWait), 10 * ms, 20},
		{"reads before the wait", &store{needsState: true, fault: refuse}, fixedWait(40*ms, scenario.RefreshAtConflict), (10*ms + 50*ms) / 2, 20},
		{"the refusal tells the state", &store{needsState: true, conflictState: true, fault: refuse}, fixedWait(40*ms, scenario.RefreshFromConflict), (10*ms + 50*ms) / 2, 20},
		{"without an answer nothing was judged", &store{needsState: true, fault: func(int) (error, bool) { return errTimeout, true }},
			func(s *scenario.Scenario) { s.Retry.Kind = retry.None }, -1, 0},
		{"a throttled write was not judged", &store{needsState: true, fault: func(int) (error, bool) { return errThrottled, false }},
			func(s *scenario.Scenario) { s.Retry.Kind = retry.None }, -1, 0},
	} {
		t.Run(c.what, func(t *testing.T) {
			c.store.latency = 10 * ms
			result := mustRun(t, c.store, baseScenario(func(s *scenario.Scenario) {
				s.Load = scenario.Load{Workers: 1, Operations: 10}
				c.change(s)
			}))
			check(t, "gap", gapOf(result), c.want)
			check(t, "judged", result.Tally.ConditionalWrites, c.judged)
			check(t, "won", result.Tally.Wins, min(c.judged, result.Tally.UpdatesApplied))
		})
	}
}

func fixedWait(d time.Duration, refresh scenario.Refresh) func(*scenario.Scenario) {
	return func(s *scenario.Scenario) {
		s.Retry.Refresh, s.Retry.Kind, s.Retry.Base, s.Retry.Factor = refresh, retry.Fixed, d, 1
	}
}

// TestTheGapLeavesTheWarmupOut: its first half has a gap of 110 ms.
func TestTheGapLeavesTheWarmupOut(t *testing.T) {
	s := &store{latency: 10 * time.Millisecond, needsState: true, fault: func(n int) (error, bool) {
		if n%2 == 1 && n <= 20 {
			return errRefused, false
		}
		return nil, false
	}}
	result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
		fixedWait(100*time.Millisecond, scenario.RefreshAtConflict)(sc)
		sc.Load = scenario.Load{Workers: 1, Operations: 30, Warmup: 10 * 140 * time.Millisecond}
	}))
	check(t, "gap", gapOf(result), 10*time.Millisecond)
	check(t, "judged", result.Measured().ConditionalWrites, 20)
	check(t, "judged, with the warm-up", result.Tally.ConditionalWrites, 40)
}

// TestTheGapIsOfTheRequests: where requests are metered, the gap is that of the
// requests on the wire. It contains neither earlier tries of the SDK nor its waits.
func TestTheGapIsOfTheRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ms = time.Millisecond
		began := time.Now()
		w := &worker{role: role{run: &run{began: began}}}
		send := func(from, to time.Duration, write bool) counter.Send {
			return counter.Send{Began: began.Add(from), Ended: began.Add(to), Write: write}
		}
		c := call{began: 0, ended: int64(100 * ms), sends: []counter.Send{
			send(0, 20*ms, true), send(60*ms, 80*ms, true), send(80*ms, 90*ms, false),
		}}
		check(t, "the write", w.answered(c, true), int64(70*ms))
		check(t, "the last request", w.answered(c, false), int64(85*ms))
		c.sends = c.sends[2:]
		check(t, "no write on the wire", w.answered(c, true), int64(50*ms))
	})
}

// TestTheFrontier: writes per success and time per success in gaps, of attempts
// that nobody coordinates, lie on (T−1)(C−1) = 1, and one worker has C = 1 and T of
// its operation's time.
func TestTheFrontier(t *testing.T) {
	for _, c := range []struct {
		workers int
		wait    time.Duration
	}{{1, 0}, {40, 2 * time.Second}, {40, time.Second}, {40, 500 * time.Millisecond}, {40, 200 * time.Millisecond}} {
		s := &store{latency: 10 * time.Millisecond, needsState: true}
		result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
			sc.Load = scenario.Load{Workers: c.workers, Duration: time.Duration(longtest.Count(80, 200)) * time.Second, Warmup: 10 * time.Second}
			if c.wait > 0 { // one worker loses to nobody
				sc.Retry.Kind, sc.Retry.Base = retry.FullJitter, c.wait
			}
		}))
		m := result.Measured()
		perSuccess := float64(m.Writes) / float64(m.UpdatesApplied)
		_, inTime := result.InTime()
		gaps := float64(result.MeasuredTime()) / float64(inTime) / (float64(m.WonGap) / float64(m.Wins))
		product := (perSuccess - 1) * (gaps - 1)
		t.Logf("%d workers, %s: C %.3f, T %.3f, product %.3f", c.workers, c.wait, perSuccess, gaps, product)
		if c.workers == 1 {
			check(t, "C of one worker", perSuccess, 1)
			check(t, "T of one worker", math.Round(gaps*1000)/1000, 2) // a read and a write of one gap each
		} else if product < 0.5 || product > 1.5 {
			t.Errorf("%d workers, %s: C %.3f, T %.3f, product %.3f, want about 1", c.workers, c.wait, perSuccess, gaps, product)
		}
	}
}

// TestGapsOfWinnersDoNotOverlap: a success takes at least one gap, even if losers wait
// before they use the state that they know.
func TestGapsOfWinnersDoNotOverlap(t *testing.T) {
	for _, refresh := range []scenario.Refresh{scenario.RefreshAfterWait, scenario.RefreshAtConflict, scenario.RefreshFromConflict} {
		s := &store{latency: 10 * time.Millisecond, needsState: true, conflictState: true}
		result := mustRun(t, s, baseScenario(func(sc *scenario.Scenario) {
			sc.Load = scenario.Load{Workers: 20, Duration: 20 * time.Second}
			sc.Retry.Kind, sc.Retry.Base, sc.Retry.Factor, sc.Retry.Refresh = retry.FullJitter, time.Second, 1, refresh
		}))
		m := result.Measured()
		if m.WonGap > result.Elapsed {
			t.Errorf("%s: %d winners had gaps of %s in %s", refresh, m.Wins, m.WonGap, result.Elapsed)
		}
		check(t, "won", m.Wins, m.UpdatesApplied)
	}
}

// TestAReceiptWithoutARequestTellsNothingNew: its state is as old as the view that the
// attempt started from. A receipt whose only request was a read has the state of that
// read.
func TestAReceiptWithoutARequestTellsNothingNew(t *testing.T) {
	const told, middle = 3, 50
	for _, c := range []struct {
		what    string
		receipt counter.Receipt
		want    int64
	}{
		{"nothing was sent", counter.Receipt{Unsent: true}, told},
		{"only a read was sent", counter.Receipt{Unsent: true, Reads: 1}, middle},
		{"a write was sent", counter.Receipt{}, middle},
	} {
		w := &worker{role: role{traits: counter.Traits{NeedsState: true}, run: new(run)}}
		w.gapBefore(call{began: 0, ended: 2 * middle}, &view{observedAt: told}, &c.receipt)
		check(t, c.what, w.op.observedAt, c.want)
	}
}
