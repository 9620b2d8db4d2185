package text

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/internal/format"
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/pace"
	"contend/workload/scenario"
)

// contended is a snapshot of a closed loop or, with due, of an open one.
func contended(elapsed time.Duration, applied, due int64) measure.Snapshot {
	s := measure.Snapshot{Elapsed: elapsed, Operations: applied, P50: 120 * time.Millisecond, P99: 933 * time.Millisecond, Due: due, Waiting: max(due-applied, 0)}
	s.Measured.Operations[history.Increment][history.Applied] = applied
	s.Measured.Attempts[history.Increment][counter.Applied] = applied
	s.Measured.Attempts[history.Increment][counter.Conflict] = 3 * applied
	s.Measured.LiveCalls = measure.LiveCalls{Writes: 4 * applied, Wins: applied, WonGap: time.Duration(applied) * 22500 * time.Microsecond}
	s.All = s.Measured
	s.Starved = measure.Starved{Worker: 17, For: 4200 * time.Millisecond, Attempts: 212}
	return s
}

// gaugesToDraw are those of the golden file, by what they show.
func gaugesToDraw() map[string]gauges {
	closed := &scenario.Scenario{Load: scenario.Load{Workers: 16, Duration: 10 * time.Second}, Counters: scenario.Counters{Count: 1}, Operations: scenario.Mix{1}}
	simulated, open, warming := *closed, *closed, *closed
	simulated.Target = scenario.TargetSimulated
	open.Load.Rate, open.Load.Arrivals = 60, pace.Poisson
	warming.Load.Warmup = 2 * time.Second
	early := contended(time.Second, 40, 0)
	early.Measured = measure.LiveTally{}
	dropping := contended(6*time.Second, 240, 360)
	dropping.Dropped = 7
	half, before := contended(5*time.Second, 200, 0), contended(4*time.Second, 162, 0)
	reading := half
	reading.All.Operations[history.Read][history.Applied] = 45
	return map[string]gauges{
		"1 nothing yet":   {scenario: closed},
		"2 half done":     {scenario: closed, now: half, before: before},
		"3 no success":    {scenario: closed, now: measure.Snapshot{Elapsed: 2 * time.Second}, before: measure.Snapshot{Elapsed: time.Second}},
		"4 warming up":    {scenario: &warming, now: early},
		"5 an open loop":  {scenario: &open, now: dropping},
		"6 reads":         {scenario: closed, now: reading, before: before},
		"7 simulated":     {scenario: &simulated, now: half, before: before, real: 50 * time.Millisecond},
		"8 of a campaign": {scenario: closed, now: half, before: before, whole: &Whole{Run: 2, Runs: 4, Title: "strategy=sharded", Usual: 10 * time.Second}},
	}
}

// TestGauges compares the lines with a golden file. Each fits 80 columns.
func TestGauges(t *testing.T) {
	all := gaugesToDraw()
	var b strings.Builder
	for i := range len(all) {
		for what, g := range all {
			if !strings.HasPrefix(what, strconv.Itoa(i+1)) {
				continue
			}
			fmt.Fprintf(&b, "%s\n", what)
			for _, line := range g.lines() {
				text := strings.TrimRight(fit(line.label, labelColumns)+line.text, " ")
				if line.label == "" {
					text = line.text
				}
				fmt.Fprintf(&b, "  %s\n", text)
				if format.Columns(text) >= 80 {
					t.Errorf("%s: %d columns: %s", what, format.Columns(text), text)
				}
			}
		}
	}
	golden := filepath.Join("testdata", "screen.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("differs from %s (-update writes it anew):\n%s", golden, b.String())
	}
}

// rows is a terminal of many rows that wraps what it does not fit.
type rows struct {
	columns     int
	all         [][]rune
	row, column int
	writes      int
}

var sequence = regexp.MustCompile(`^\x1b\[(\d*)([AJK])`)

func (r *rows) Write(b []byte) (int, error) {
	r.writes++
	for text := string(b); text != ""; {
		if found := sequence.FindStringSubmatch(text); found != nil {
			text = text[len(found[0]):]
			r.obey(found)
			continue
		}
		one := []rune(text)[0]
		text = text[len(string(one)):]
		r.put(one)
	}
	return len(b), nil
}

func (r *rows) obey(found []string) {
	switch found[2] {
	case "A":
		up, _ := strconv.Atoi(found[1])
		r.row = max(r.row-up, 0)
	case "J":
		r.all = r.all[:min(r.row+1, len(r.all))]
		fallthrough
	case "K":
		if r.row < len(r.all) {
			r.all[r.row] = r.all[r.row][:min(r.column, len(r.all[r.row]))]
		}
	}
}

func (r *rows) put(one rune) {
	switch one {
	case '\r':
		r.column = 0
		return
	case '\n':
		r.row, r.column = r.row+1, 0
		return
	}
	if r.column == r.columns {
		r.row, r.column = r.row+1, 0
	}
	for len(r.all) <= r.row {
		r.all = append(r.all, nil)
	}
	for len(r.all[r.row]) <= r.column {
		r.all[r.row] = append(r.all[r.row], ' ')
	}
	r.all[r.row][r.column] = one
	r.column++
}

// narrow makes the terminal narrower: it wraps what is on it, and the cursor stays where it
// was in the text.
func (r *rows) narrow(columns int) {
	old, cursor := r.all, r.row
	*r = rows{columns: columns}
	for i, line := range old {
		if i == cursor {
			break
		}
		for _, one := range strings.TrimRight(string(line), " ") {
			r.put(one)
		}
		r.put('\n')
	}
}

func (r *rows) String() string {
	var lines []string
	for _, line := range r.all {
		lines = append(lines, strings.TrimRight(string(line), " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// TestScreen draws on a terminal that becomes lower and narrower, has something said, and
// expects no line to be left behind or drawn over.
func TestScreen(t *testing.T) {
	terminal, height := &rows{columns: 100}, 24
	g := gaugesToDraw()["2 half done"]
	s := NewScreen(terminal, g.scenario, nil, func() (int, int) { return terminal.columns, height }, false)
	check := func(what string, err error, lines int, want string) {
		t.Helper()
		got := strings.Split(terminal.String(), "\n")
		if err != nil || len(got) != lines || !strings.HasPrefix(got[0], "contend: begins") || !strings.Contains(got[len(got)-1], want) {
			t.Errorf("%s: %v\n%s", what, err, terminal)
		}
		for _, line := range got {
			if format.Columns(line) >= terminal.columns {
				t.Errorf("%s: a line reaches the last column: %s", what, line)
			}
		}
	}
	_, _ = terminal.Write([]byte("contend: begins\n"))
	check("nothing was shown", s.Clear(), 1, "begins")
	check("shown", s.Show(g.before, 0), 7, "worker 17 has had no success for 4.20 s, after 212 attempts")
	writes := terminal.writes
	check("again", s.Show(g.now, 0), 7, "worst")
	if terminal.writes != writes+1 {
		t.Errorf("drawn in %d writes", terminal.writes-writes)
	}
	_, _ = terminal.Write([]byte("^C"))
	check("after ^C", s.Say("contend: stopping\n"), 8, "worst")
	if strings.Contains(terminal.String(), "^C") || !strings.Contains(terminal.String(), "\ncontend: stopping\n50%") {
		t.Errorf("after ^C:\n%s", terminal)
	}
	terminal.narrow(40)
	check("narrower", s.Show(g.now, 0), 8, "worst    worker 17 has had no success …")
	height = 5
	check("lower", s.Show(g.now, 0), 5, "so far   40.0/s     C 4.00    conflict…")
	if err := s.Clear(); err != nil || strings.Contains(terminal.String(), "far") {
		t.Errorf("cleared: %v\n%s", err, terminal)
	}
	if err := s.Say("contend: ends\n"); err != nil || !strings.HasSuffix(terminal.String(), "contend: ends") {
		t.Errorf("said after the end: %v\n%s", err, terminal)
	}
}

// TestScreenOnTinyTerminals: whatever the size, no line wraps and nothing panics.
func TestScreenOnTinyTerminals(t *testing.T) {
	for what, g := range gaugesToDraw() {
		for columns := 2; columns < 120; columns += 3 {
			terminal := &rows{columns: columns}
			s := NewScreen(terminal, g.scenario, g.whole, func() (int, int) { return columns, columns % 10 }, false)
			if err := s.Show(g.now, g.real); err != nil {
				t.Fatal(err)
			}
			if got, want := len(terminal.all), min(max(columns%10-2, 1), 6); got != want {
				t.Fatalf("%s on %d columns: %d rows, want %d\n%s", what, columns, got, want, terminal)
			}
			if err := s.Clear(); err != nil || terminal.String() != "" {
				t.Fatalf("%s on %d columns: %v, left behind: %s", what, columns, err, terminal)
			}
		}
	}
}
