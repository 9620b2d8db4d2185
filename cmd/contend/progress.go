package main

import (
	"sync"
	"time"

	"contend/report"
	"contend/workload"
)

// showProgress draws a line about the run until stop is called, which removes
// it.
func showProgress(live *workload.Live, line *report.Progress) (stop func()) {
	const interval = 250 * time.Millisecond
	ended := make(chan struct{})
	var drawing sync.WaitGroup
	drawing.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ended:
				return
			case <-ticker.C:
				_ = line.Show(live.Snapshot()) // a terminal that cannot be written to shows nothing
			}
		}
	})
	return func() {
		close(ended)
		drawing.Wait()
		_ = line.Clear()
	}
}
