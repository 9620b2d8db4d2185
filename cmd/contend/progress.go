package main

import (
	"sync"
	"time"

	"contend/internal/crash"
	"contend/report/text"
	"contend/workload/explore"
	"contend/workload/measure"
)

// shown is what shows a run on a terminal while it goes on.
type shown interface {
	Show(at measure.Snapshot, real time.Duration) error
	Clear() error
}

// showProgress draws a run until stop is called, which removes what is drawn. The error of
// stop is a panic.
func showProgress(live *measure.Live, line shown) (stop func() error) {
	const interval = 250 * time.Millisecond
	began := time.Now()
	ended := make(chan struct{})
	var drawing sync.WaitGroup
	var drawn error
	drawing.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		drawn = crash.Catch(func() error {
			for {
				select {
				case <-ended:
					return nil
				case <-ticker.C:
					_ = line.Show(live.Snapshot(), time.Since(began)) // a terminal that cannot be written to shows nothing
				}
			}
		})
	})
	return func() error {
		close(ended)
		drawing.Wait()
		_ = line.Clear()
		return drawn
	}
}

// showExploration draws a progress line while seeds are tried, unless stderr is no terminal
// to draw on or --quiet is given. The caller must call clear, which removes it.
func (s *session) showExploration(e *explore.Explorer) (clear func()) {
	const interval = 250 * time.Millisecond
	if s.quiet || !drawsOn(s.stderr) {
		return func() {}
	}
	line, began := text.NewExploring(s.stderr, e), time.Now()
	drawn := began
	s.drawing.Store(true)
	e.OnProgress = func(p explore.Progress) {
		if now := time.Now(); now.Sub(drawn) >= interval {
			drawn = now
			_ = line.Show(p, now.Sub(began)) // a terminal that cannot be written to shows nothing
		}
	}
	return func() {
		s.drawing.Store(false)
		_ = line.Clear()
	}
}
