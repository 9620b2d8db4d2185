package text

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"contend/internal/format"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// Screen shows a run on the last lines of a terminal while it goes on: six lines, or as many
// as a low terminal has room for. It is safe for use by several goroutines.
type Screen struct {
	w    io.Writer
	size func() (columns, rows int)
	ink  paint

	mu     sync.Mutex
	gauges gauges
	// recent holds the snapshots of about the last second, the oldest first.
	recent []measure.Snapshot
	// drawn has the columns of each line on the terminal. The cursor is at the beginning of
	// the line below, where it can do no harm that the terminal shows ^C.
	drawn []int
}

// NewScreen draws nothing yet. s is the scenario of the run; whole is nil for a single run.
// size returns the columns and rows of the terminal; it is called for each drawing. With
// color the labels are faint.
func NewScreen(w io.Writer, s *scenario.Scenario, whole *Whole, size func() (columns, rows int), color bool) *Screen {
	return &Screen{w: w, size: size, ink: newPaint(color), gauges: gauges{scenario: s, whole: whole}}
}

// Show draws the lines anew. real is how long the load has been going on in real time. The
// error is that of writing.
func (s *Screen) Show(at measure.Snapshot, real time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	const window = time.Second
	for len(s.recent) > 1 && at.Elapsed-s.recent[1].Elapsed >= window {
		s.recent = s.recent[1:]
	}
	s.gauges.now, s.gauges.real = at, real
	s.gauges.before = measure.Snapshot{}
	if len(s.recent) > 0 {
		s.gauges.before = s.recent[0]
	}
	s.recent = append(s.recent, at)
	return s.write(s.lines())
}

// Say prints lines above those of the run. The error is that of writing.
func (s *Screen) Say(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	shown := len(s.drawn) > 0
	if err := s.write(nil); err != nil {
		return err
	}
	if _, err := io.WriteString(s.w, text); err != nil {
		return fmt.Errorf("progress: %w", err)
	}
	if !shown {
		return nil
	}
	return s.write(s.lines())
}

// Clear removes the lines. The error is that of writing.
func (s *Screen) Clear() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(nil)
}

// lines are as many gauges as the terminal has room for. They leave its last column free,
// which some terminals wrap at.
func (s *Screen) lines() []gauge {
	columns, rows := s.size()
	all := s.gauges.lines()
	all = all[:min(len(all), max(rows-2, 1))]
	room := max(columns-1, 1)
	for i, line := range all {
		if line.label == "" || room <= labelColumns {
			all[i] = gauge{"", format.Shorten(line.label+line.text, room)}
			continue
		}
		all[i] = gauge{fit(line.label, labelColumns), format.Shorten(line.text, room-labelColumns)}
	}
	return all
}

// write replaces the lines that are drawn, in one write, so that none is seen half drawn.
func (s *Screen) write(lines []gauge) error {
	if len(s.drawn) == 0 && len(lines) == 0 {
		return nil
	}
	const up, clearLine, clearBelow = "\x1b[%dA", "\x1b[K", "\x1b[J"
	var b strings.Builder
	b.WriteString("\r")
	if above := s.rowsDrawn(); above > 0 {
		fmt.Fprintf(&b, up, above)
	}
	s.drawn = s.drawn[:0]
	for _, line := range lines {
		b.WriteString(s.ink.faint(line.label) + line.text + clearLine + "\n")
		s.drawn = append(s.drawn, format.Columns(line.label)+format.Columns(line.text))
	}
	b.WriteString(clearBelow)
	if _, err := io.WriteString(s.w, b.String()); err != nil {
		return fmt.Errorf("progress: %w", err)
	}
	return nil
}

// rowsDrawn is how many rows of the terminal the lines take. One that has become narrower
// has wrapped them.
func (s *Screen) rowsDrawn() (rows int) {
	columns, _ := s.size()
	for _, width := range s.drawn {
		rows += max(1, (width+columns-1)/max(columns, 1))
	}
	return rows
}
