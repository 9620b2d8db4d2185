package fleet

import (
	"runtime"
	"sync"
	"time"

	"contend/internal/crash"
	"contend/workload/measure"
)

// guardInterval is how long the sleeper sleeps: short enough to find stalls of a
// few milliseconds, long enough to cost nothing.
const guardInterval = 10 * time.Millisecond

// sources are what a guard asks the system for; a nil function asks the real one.
type sources struct {
	wall func() time.Time
	cpu  func() (used time.Duration, known bool) // by the process so far
}

func (s sources) orSystem() sources {
	if s.wall == nil {
		s.wall = time.Now
	}
	if s.cpu == nil {
		s.cpu = processCPU
	}
	return s
}

// guard watches the process while a load is on.
type guard struct {
	sources sources
	use     measure.ClientUse
	whole   measure.ClientUse // to the end of the last operation; its delays are those after use
	cpu     time.Duration     // at the begin
	// ahead is the wall clock before the monotonic one at the last look.
	began time.Time
	ahead time.Duration
}

func newGuard(s sources) *guard {
	g := &guard{sources: s.orSystem()}
	g.use.CPUs = runtime.GOMAXPROCS(0)
	g.use.Delay.Prepare()
	return g
}

// watchProcess has the guard look until the caller calls end, which returns the guard's
// panic.
func (r *run) watchProcess() (end func() error) {
	if r.guard == nil {
		return func() error { return nil }
	}
	var err error
	var watching sync.WaitGroup
	last := make(chan struct{})
	watching.Go(func() { err = crash.Catch(func() error { r.guard.watch(r.over, last); return nil }) })
	return func() error {
		close(last)
		watching.Wait()
		return err
	}
}

// watch looks until ended is closed. over is closed when nothing is to begin any
// more, at the end at the latest.
func (g *guard) watch(over, ended <-chan struct{}) {
	g.began = time.Now()
	g.cpu, g.use.CPUKnown = g.sources.cpu()
	g.ahead = g.sinceMonotonic()
	timer := time.NewTimer(guardInterval)
	defer timer.Stop()
	for {
		asleep := time.Now()
		timer.Reset(guardInterval)
		select {
		case <-timer.C:
			delay := &g.use.Delay
			if over == nil {
				delay = &g.whole.Delay
			}
			delay.Record(max(time.Since(asleep)-guardInterval, 0))
			g.lookAtClock()
		case <-over:
			g.meter(&g.use)
			over = nil
		case <-ended:
			if over != nil {
				g.meter(&g.use)
			}
			g.meter(&g.whole)
			g.lookAtClock()
			return
		}
	}
}

// used is what the process used until nothing was to begin any more, or until the
// last operation ended.
func (g *guard) used(underLoad bool) measure.ClientUse {
	use := g.use
	if !underLoad {
		use.CPU, use.CPUIn = g.whole.CPU, g.whole.CPUIn
		use.Delay.Merge(&g.whole.Delay)
	}
	return use
}

// sinceMonotonic is the wall clock, counted from the monotonic one's now: only its
// changes mean something.
func (g *guard) sinceMonotonic() time.Duration {
	monotonic := time.Since(g.began)
	return g.sources.wall().Round(0).Sub(g.began.Round(0)) - monotonic
}

func (g *guard) lookAtClock() {
	ahead := g.sinceMonotonic()
	g.use.ClockStep = max(g.use.ClockStep, (ahead - g.ahead).Abs())
	g.ahead = ahead
}

// meter takes how much processor time was used until now.
func (g *guard) meter(into *measure.ClientUse) {
	if used, known := g.sources.cpu(); known && g.use.CPUKnown {
		into.CPU, into.CPUIn = used-g.cpu, time.Since(g.began)
	}
}
