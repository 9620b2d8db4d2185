package report

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"contend/workload"
)

// Progress is a line on a terminal that shows a run while it goes on. It is not
// safe for use by several goroutines.
type Progress struct {
	bar      *progressbar.ProgressBar
	byWork   bool
	duration time.Duration
	last     workload.Snapshot
}

// NewProgress makes the line for a load, to be written to a terminal.
func NewProgress(w io.Writer, load workload.Load) *Progress {
	p := &Progress{byWork: load.Duration == 0, duration: load.Duration}
	total := int64(load.Duration)
	if p.byWork {
		total = load.Operations
	}
	p.bar = progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetWidth(20),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "█", SaucerPadding: "░", BarStart: "", BarEnd: ""}),
	)
	return p
}

// Show draws a moment of the run; the rates are those since the last call.
func (p *Progress) Show(s workload.Snapshot) error {
	p.bar.Describe(describe(p.last, s))
	p.last = s
	done := int64(min(s.Elapsed, p.duration))
	if p.byWork {
		done = s.Operations
	}
	return p.bar.Set64(min(done, p.bar.GetMax64()-1)) // the last step would end the line
}

// Clear removes the line.
func (p *Progress) Clear() error { return p.bar.Finish() }

// describe is the text before the bar.
func describe(last, now workload.Snapshot) string {
	rate, conflicts := 0.0, 0.0
	if elapsed := (now.Elapsed - last.Elapsed).Seconds(); elapsed > 0 {
		rate = float64(now.Operations-last.Operations) / elapsed
	}
	if attempts := now.Attempts - last.Attempts; attempts > 0 {
		conflicts = float64(now.Conflicts-last.Conflicts) * 100 / float64(attempts)
	}
	return fmt.Sprintf("%6.0f ops/s  %4.0f %% conflicts  p99 %8s", rate, conflicts, duration(milliseconds(now.P99)))
}
