package text

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"contend/workload/measure"
	"contend/workload/scenario"
)

// screen is a terminal of one line.
type screen struct {
	shown  []rune
	cursor int
	widest int
}

func (s *screen) Write(b []byte) (int, error) {
	for text := []rune(string(b)); len(text) > 0; {
		switch {
		case text[0] == '\r':
			s.cursor, text = 0, text[1:]
		case strings.HasPrefix(string(text), "\x1b[2K"):
			s.shown, text = nil, text[4:]
		case strings.HasPrefix(string(text), "\x1b[0K"):
			s.shown, text = s.shown[:min(s.cursor, len(s.shown))], text[4:]
		default:
			for len(s.shown) <= s.cursor {
				s.shown = append(s.shown, ' ')
			}
			s.shown[s.cursor] = text[0]
			s.cursor, text = s.cursor+1, text[1:]
			s.widest = max(s.widest, s.cursor)
		}
	}
	return len(b), nil
}

func (s *screen) line() string { return strings.TrimSpace(string(s.shown)) }

func show(t *testing.T, load scenario.Load, snapshots ...measure.Snapshot) *screen {
	t.Helper()
	terminal := new(screen)
	p := NewProgress(terminal, &scenario.Scenario{Load: load}, nil)
	for _, s := range snapshots {
		if err := p.Show(s, 0); err != nil {
			t.Fatal(err)
		}
	}
	shown := *terminal
	if err := p.Clear(); err != nil {
		t.Fatal(err)
	}
	if len(terminal.shown) != 0 || terminal.cursor != 0 {
		t.Errorf("left behind: %q", terminal.line())
	}
	return &shown
}

func TestProgress(t *testing.T) {
	timed := scenario.Load{Duration: 10 * time.Second}
	counted := scenario.Load{Operations: 1000}
	second := time.Second
	for _, c := range []struct {
		what      string
		load      scenario.Load
		snapshots []measure.Snapshot
		want      string
	}{
		{"before the first operation", timed, []measure.Snapshot{{Elapsed: second}},
			"10% ██░░░░░░░░░░░░░░░░░░  9s left  0/s  conflicts –  p99 –"},
		{"nothing at all", timed, []measure.Snapshot{{}},
			"0% ░░░░░░░░░░░░░░░░░░░░  10s left  –/s  conflicts –  p99 –"},
		{"by time", timed, []measure.Snapshot{{Elapsed: 5 * second, Operations: 500, Attempts: 1000, Conflicts: 500, P99: 33 * time.Millisecond}},
			"50% ██████████░░░░░░░░░░  5s left  100/s  conflicts 50%  p99 33.0 ms"},
		{"operations wait", timed, []measure.Snapshot{{Elapsed: 5 * second, Operations: 500, Attempts: 1000, Conflicts: 500, P99: second, Waiting: 1234}},
			"50% ██████████░░░░░░░░░░  5s left  100/s  waiting 1234  conflicts 50%"},
		{"by operations", counted, []measure.Snapshot{{Elapsed: second, Operations: 250, Attempts: 500}},
			"25% █████░░░░░░░░░░░░░░░  750 left  250/s  conflicts 0%  p99 –"},
		{"what is dropped is over, too", counted, []measure.Snapshot{{Elapsed: second, Operations: 250, Attempts: 500, Dropped: 500}},
			"75% ███████████████░░░░░  250 left  250/s  conflicts 0%  p99 –"},
		{"by the nearer of both", scenario.Load{Duration: 10 * second, Operations: 1000}, []measure.Snapshot{{Elapsed: second, Operations: 750}},
			"75% ███████████████░░░░░  9s left  750/s  conflicts –  p99 –"},
		{"rates are those of the last second", timed, []measure.Snapshot{
			{Elapsed: second, Operations: 1000, Attempts: 1000, Conflicts: 900},
			{Elapsed: 2 * second, Operations: 1010, Attempts: 1020, Conflicts: 905},
		}, "20% ████░░░░░░░░░░░░░░░░  8s left  10.0/s  conflicts 25%  p99 –"},
		{"a full bar waits for the end", timed, []measure.Snapshot{{Elapsed: 11 * second}},
			"99% ███████████████████░  0s left  0/s  conflicts –  p99 –"},
	} {
		t.Run(c.what, func(t *testing.T) {
			if got := show(t, c.load, c.snapshots...).line(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestProgressFitsALine(t *testing.T) {
	for _, load := range []scenario.Load{{Duration: 1000 * time.Hour}, {Operations: math.MaxInt64}} {
		terminal := show(t, load,
			measure.Snapshot{Elapsed: time.Millisecond, Operations: 1},
			measure.Snapshot{Elapsed: 900 * time.Hour, Operations: math.MaxInt64 / 2, Attempts: math.MaxInt64, Conflicts: math.MaxInt64, P99: time.Hour})
		if terminal.widest >= 80 {
			t.Errorf("%d columns: %s", terminal.widest, terminal.line())
		}
	}
}

func TestProgressThatNeverWasShownClearsNothing(t *testing.T) {
	var b bytes.Buffer
	if err := NewProgress(&b, &scenario.Scenario{Load: scenario.Load{Operations: 1}}, nil).Clear(); err != nil || b.Len() != 0 {
		t.Errorf("wrote %q, %v", b.String(), err)
	}
}

func TestProgressReportsWhatCannotBeWritten(t *testing.T) {
	p := NewProgress(&failing{}, &scenario.Scenario{Load: scenario.Load{Operations: 10}}, nil)
	err := p.Show(measure.Snapshot{Operations: 1, Elapsed: time.Second}, 0)
	if err == nil {
		err = p.Show(measure.Snapshot{Operations: 5, Elapsed: time.Second}, 0)
	}
	if !errors.Is(err, errDiskFull) {
		t.Errorf("got %v", err)
	}
}

func TestProgressOfManyRuns(t *testing.T) {
	half := measure.Snapshot{Elapsed: 5 * time.Second}
	for _, c := range []struct {
		whole Whole
		want  string
	}{
		{Whole{Run: 0, Runs: 4, Title: "strategy=sharded"}, "12% ██░░░░░░░░░░░░░░░░░░  1 of 4  – left  strategy=sharded"},
		{Whole{Run: 2, Runs: 4, Title: "strategy=sharded", Usual: 10 * time.Second}, "62% ████████████░░░░░░░░  3 of 4  15s left  strategy=sharded"},
		{Whole{Run: 3, Runs: 4, Title: "x", Usual: time.Second}, "87% █████████████████░░░  4 of 4  1s left  x"},
	} {
		terminal := new(screen)
		if err := NewProgress(terminal, &scenario.Scenario{Load: scenario.Load{Duration: 10 * time.Second}}, &c.whole).Show(half, 0); err != nil {
			t.Fatal(err)
		}
		if got := terminal.line(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// TestProgressOfASimulatedRun shows both times, within 80 columns.
func TestProgressOfASimulatedRun(t *testing.T) {
	for _, c := range []struct {
		load     scenario.Load
		snapshot measure.Snapshot
		want     string
	}{
		{scenario.Load{Duration: time.Minute}, measure.Snapshot{Elapsed: 12300 * time.Millisecond}, "20% ████░░░░░░░░░░░░░░░░  simulated 12.3 s of 60 s, 410 × real time"},
		{scenario.Load{Operations: 400}, measure.Snapshot{Elapsed: 3 * time.Second, Operations: 100}, "25% █████░░░░░░░░░░░░░░░  simulated 3.00 s, 300 left, 100 × real time"},
	} {
		terminal := new(screen)
		p := NewProgress(terminal, &scenario.Scenario{Target: scenario.TargetSimulated, Load: c.load}, nil)
		if err := p.Show(c.snapshot, 30*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if got := terminal.line(); got != c.want || terminal.widest > 80 {
			t.Errorf("got  %s (%d columns)\nwant %s", got, terminal.widest, c.want)
		}
	}
}
