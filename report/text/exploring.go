package text

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"contend/internal/format"
	"contend/workload/explore"
)

// Exploring shows the progress of an exploration in one line of a terminal. It is not
// safe for use by several goroutines.
type Exploring struct {
	bar   *progressbar.ProgressBar
	seeds int64
	tries int
}

// NewExploring returns a line for an exploration by e, and draws nothing yet. w must be a
// terminal of at least 80 columns.
func NewExploring(w io.Writer, e *explore.Explorer) *Exploring {
	return &Exploring{bar: newBar(w), seeds: e.Seeds, tries: e.Tries}
}

// Show draws the line again; passed is the real time since the exploration began. The
// error is that of writing.
func (x *Exploring) Show(p explore.Progress, passed time.Duration) error {
	if f := p.Smallest; f != nil {
		text := fmt.Sprintf("shrinking: %s, %s, %s", format.Count(int64(p.Shrinking), "run"),
			format.Count(f.Operations, "operation"), format.Count(int64(f.Scenario.Load.Workers), "worker"))
		return draw(x.bar, float64(p.Shrinking)/float64(max(x.tries, 1)), text)
	}
	t := &p.Tally
	left := format.Absent
	if t.Seeds > 0 {
		left = fmt.Sprint(time.Duration(float64(passed) / float64(t.Seeds) * float64(x.seeds-t.Seeds)).Round(time.Second))
	}
	text := fmt.Sprintf("%d of %d seeds  %s left  %d failed  %s", t.Seeds, x.seeds, left, t.Failed, format.Seconds(t.Elapsed.Seconds()))
	return draw(x.bar, float64(t.Seeds)/float64(x.seeds), text)
}

// Clear removes the line. The error is that of writing.
func (x *Exploring) Clear() error {
	if err := x.bar.Clear(); err != nil {
		return fmt.Errorf("progress: %w", err)
	}
	return nil
}
