package main

import (
	"sync"
	"time"

	"contend/internal/crash"
	"contend/report/text"
	"contend/workload/measure"
)

// showProgress draws a progress line until stop is called, which removes it. The error
// of stop is a panic.
func showProgress(live *measure.Live, line *text.Progress) (stop func() error) {
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
