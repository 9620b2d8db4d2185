package text

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"contend/internal/format"
	"contend/report"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// Progress is a line on a terminal that shows a run while it is going on. It is not
// safe for use by several goroutines.
type Progress struct {
	bar  *progressbar.ProgressBar
	load scenario.Load
	// simulated is true if the run is in simulated time.
	simulated bool
	whole     *Whole // nil: this is a single run
	// recent holds the snapshots of about the last second, the oldest first. The live
	// rates are computed from them.
	recent []measure.Snapshot
}

// Whole says which of many runs this is.
type Whole struct {
	Run, Runs int // Run counts from 0
	Title     string
	// Usual is the mean duration of the runs before, including set-up and clean-up; 0
	// if there were none.
	Usual time.Duration
}

// progressSteps is the resolution of the bar. The last step is never shown, because a
// full bar would disappear while the last requests are still in flight.
const progressSteps = 1000

// NewProgress draws nothing yet. s is the scenario of the run. whole is nil for a single run. w is a terminal of at
// least 80 columns; a narrower one wraps the line.
func NewProgress(w io.Writer, s *scenario.Scenario, whole *Whole) *Progress {
	return &Progress{load: s.Load, simulated: s.Target == scenario.TargetSimulated, whole: whole, bar: newBar(w)}
}

func newBar(w io.Writer) *progressbar.ProgressBar {
	const width = 20
	return progressbar.NewOptions64(progressSteps,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetWidth(width),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "█", SaucerPadding: "░", BarStart: "", BarEnd: ""}),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionShowDescriptionAtLineEnd(),
		progressbar.OptionUseANSICodes(true),
	)
}

// draw draws a bar of which a share is done, with a text that is cut to the room beside it
// on 80 columns.
func draw(bar *progressbar.ProgressBar, done float64, text string) error {
	const room = 50
	bar.Describe(format.Shorten(text, room))
	if err := bar.Set(min(int(done*progressSteps), progressSteps-1)); err != nil {
		return fmt.Errorf("progress: %w", err)
	}
	return nil
}

// Show draws the line anew. real is how long the run has been going on in real time; it
// matters for a simulated run only.
func (p *Progress) Show(s measure.Snapshot, real time.Duration) error {
	p.remember(s)
	done, text := p.done(s), p.description(s)
	if p.simulated {
		text = p.simulatedTime(s, real)
	}
	if w := p.whole; w != nil {
		text = w.description(done)
		done = w.done(done)
	}
	return draw(p.bar, done, text)
}

// Clear removes the line.
func (p *Progress) Clear() error {
	if err := p.bar.Clear(); err != nil {
		return fmt.Errorf("progress: %w", err)
	}
	return nil
}

// done is the finished share of the run, in [0, 1], by whichever limit is closer.
func (p *Progress) done(s measure.Snapshot) float64 {
	var byTime, byOperations float64
	if p.load.Duration > 0 {
		byTime = float64(s.Elapsed) / float64(p.load.Duration)
	}
	if p.load.Operations > 0 {
		byOperations = float64(s.Operations+s.Dropped) / float64(p.load.Operations)
	}
	return min(max(byTime, byOperations, 0), 1)
}

// done is the finished share of all runs, if ofRun of the present one is finished.
func (w *Whole) done(ofRun float64) float64 { return (float64(w.Run) + ofRun) / float64(w.Runs) }

// description is the text beside the bar of many runs.
func (w *Whole) description(ofRun float64) string {
	left := format.Absent
	if w.Usual > 0 {
		left = fmt.Sprint(time.Duration((float64(w.Runs-w.Run) - ofRun) * float64(w.Usual)).Round(time.Second))
	}
	return fmt.Sprintf("%d of %d  %s left  %s", w.Run+1, w.Runs, left, w.Title)
}

// remember keeps at least one snapshot that is a second old, once there is one.
func (p *Progress) remember(s measure.Snapshot) {
	const window = time.Second
	for len(p.recent) > 1 && s.Elapsed-p.recent[1].Elapsed >= window {
		p.recent = p.recent[1:]
	}
	p.recent = append(p.recent, s)
}

// description is the text beside the bar.
func (p *Progress) description(s measure.Snapshot) string {
	from := p.recent[0]
	if len(p.recent) == 1 {
		from = measure.Snapshot{}
	}
	conflicts, speed, slowest := format.Absent, format.Absent, format.Absent
	if rate := report.Ratio(float64(s.Conflicts-from.Conflicts), float64(s.Attempts-from.Attempts)); rate != nil {
		conflicts = fmt.Sprintf("%.0f%%", *rate*100)
	}
	if rate := report.Ratio(float64(s.Operations-from.Operations), (s.Elapsed - from.Elapsed).Seconds()); rate != nil {
		speed = format.Number(*rate)
	}
	if s.P99 > 0 {
		slowest = format.Seconds(s.P99.Seconds())
	}
	text := fmt.Sprintf("%s left  %s/s  conflicts %s  p99 %s", p.left(s), speed, conflicts, slowest)
	if s.Waiting > 0 {
		text = fmt.Sprintf("%s left  %s/s  waiting %d  conflicts %s", p.left(s), speed, s.Waiting, conflicts)
	}
	return text
}

// simulatedTime is the text beside the bar of a simulated run: how far its time is, and
// how much faster than real time it passes.
func (p *Progress) simulatedTime(s measure.Snapshot, real time.Duration) string {
	text := "simulated " + format.Seconds(s.Elapsed.Seconds())
	if p.load.Duration > 0 {
		text += " of " + format.ChosenSeconds(p.load.Duration.Seconds())
	} else {
		text += ", " + p.left(s) + " left"
	}
	if times := report.Ratio(s.Elapsed.Seconds(), real.Seconds()); times != nil {
		text += fmt.Sprintf(", %s × real time", format.Number(*times))
	}
	return text
}

// left is the time left or, without a limit of time, the number of operations left.
func (p *Progress) left(s measure.Snapshot) string {
	if p.load.Duration > 0 {
		return fmt.Sprint(max(p.load.Duration-s.Elapsed, 0).Round(time.Second))
	}
	return fmt.Sprint(max(p.load.Operations-s.Operations-s.Dropped, 0))
}
