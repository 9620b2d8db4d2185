package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"contend/internal/check"
)

// TextOptions says what the reader's terminal can show.
type TextOptions struct {
	Width int  // columns; 0: 80, and at least 60
	Color bool // escape sequences for colour
}

const (
	usualWidth = 80
	leastWidth = 60
)

// Text writes the report for people: verdict first, then what was counted, then
// how long it took. No line is wider than the width.
func Text(w io.Writer, r *Report, o TextOptions) error {
	if o.Width == 0 {
		o.Width = usualWidth
	}
	t := &text{report: r, style: newStyle(o.Color), width: max(o.Width, leastWidth)}
	t.verdict()
	t.counters()
	t.work()
	t.latencies()
	t.histograms()
	t.reasons()
	t.warnings()
	t.footer()
	_, err := w.Write(t.out.Bytes())
	return err
}

// text lays a report out.
type text struct {
	report *Report
	style  style
	width  int
	out    bytes.Buffer
}

func (t *text) line(format string, args ...any) {
	fmt.Fprintf(&t.out, format+"\n", args...)
}

// heading begins a section.
func (t *text) heading(name string) {
	t.line("")
	t.line("%s", t.style.bold.Sprint(name))
}

// wrapped writes words that may need several lines, all but the first indented
// as deep as the first's prefix.
func (t *text) wrapped(prefix, words string) {
	indent := strings.Repeat(" ", utf8.RuneCountInString(prefix))
	for i, line := range wrap(words, t.width-len(indent)) {
		if i == 0 {
			t.line("%s%s", prefix, line)
		} else {
			t.line("%s%s", indent, line)
		}
	}
}

// wrap breaks words into lines of at most width characters; a longer word is
// cut.
func wrap(words string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(words) {
		for utf8.RuneCountInString(word) > width {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			head := string([]rune(word)[:width])
			lines, word = append(lines, head), word[len(head):]
		}
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// verdict says in one word how the run ended, and why.
func (t *text) verdict() {
	r := t.report
	word := strings.ToUpper(string(r.Verdict.Status))
	paint := t.paint(r.Verdict.Status)
	title := fmt.Sprintf("  %s  %s, %s, %d workers, %s", r.Scenario, r.Strategy, r.Policy, r.Workers, seconds(r.ElapsedS))
	t.line("%s%s", paint(word), clip(title, t.width-len(word)))
	t.line("")
	for _, c := range r.Verdict.Checks {
		status := fmt.Sprintf("%-12s", c.Status)
		t.wrappedAfter("  "+t.paint(c.Status)(status), "  "+status, fmt.Sprintf("%s: %s", c.Name, c.Reason))
		for _, line := range c.Evidence {
			t.wrapped(strings.Repeat(" ", 16)+"- ", line)
		}
	}
}

// wrappedAfter is wrapped for a prefix with colour; plain is the same without.
func (t *text) wrappedAfter(prefix, plain, words string) {
	lines := wrap(words, t.width-len(plain))
	t.line("%s%s", prefix, lines[0])
	for _, line := range lines[1:] {
		t.line("%s%s", strings.Repeat(" ", len(plain)), line)
	}
}

func (t *text) paint(s check.Status) func(...any) string {
	switch s {
	case check.Pass:
		return t.style.pass.Sprint
	case check.Fail:
		return t.style.fail.Sprint
	}
	return t.style.doubt.Sprint
}

// mostCounters bounds the rows of the table of counters.
const mostCounters = 8

// counters compares what clients were told with what is stored. Of many, the
// ones that differ come first, then the busiest.
func (t *text) counters() {
	t.heading("Counters")
	name := 20
	t.line("  %-*s %12s %13s %13s", name, "", "initial", "acknowledged", "final")
	sorted := slices.Clone(t.report.Counters)
	slices.SortStableFunc(sorted, func(a, b Counter) int {
		return cmp.Or(boolCompare(b.differs(), a.differs()), cmp.Compare(b.Operations, a.Operations))
	})
	for _, c := range sorted[:min(len(sorted), mostCounters)] {
		final, mark := "unread", ""
		if c.Final != nil {
			final = grouped(*c.Final)
		}
		if c.differs() {
			mark = t.style.fail.Sprint(" ←")
		}
		t.line("  %-*s %12s %13s %13s%s", name, clip(c.Key, name), grouped(c.Initial), signed(c.Acknowledged), final, mark)
		if c.Lowest != c.Highest {
			t.line("  %-*s %s", name, "", t.style.dim.Sprintf("explained: %s to %s", grouped(c.Lowest), grouped(c.Highest)))
		}
	}
	if hidden := len(sorted) - mostCounters; hidden > 0 {
		t.line("  %s", t.style.dim.Sprintf("and %d more counters in %s", hidden, jsonFile))
	}
}

func (c Counter) differs() bool { return c.Final == nil || *c.Final-c.Initial != c.Acknowledged }

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// work tells what became of the operations, and what they cost.
func (t *text) work() {
	r, tally := t.report, &t.report.Tally
	t.heading("Work")
	t.field("operations", "%s applied, %s gave up, %s unknown, %s failed%s",
		grouped(tally.Applied), grouped(tally.GaveUp), grouped(tally.Unknown), grouped(tally.Failed), dropped(tally))
	if r.ThroughputPerS != nil {
		t.field("throughput", "%s operations/s", decimal(*r.ThroughputPerS))
	}
	if r.ConflictRate.Overall != nil {
		t.field("conflict rate", "%.1f %% of %s attempts to write", *r.ConflictRate.Overall*100, grouped(tally.UpdateAttempts))
	}
	if tally.Throttles > 0 {
		t.field("throttled", "%.1f %% of %s attempts", float64(tally.Throttles)*100/float64(tally.Attempts), grouped(tally.Attempts))
	}
	if r.AttemptsPerSuccess != nil {
		t.field("attempts", "%.2f for each success", *r.AttemptsPerSuccess)
	}
	t.field("requests", "%s reads, %s writes", grouped(tally.Reads), grouped(tally.Writes))
	if c := r.Capacity; c != nil {
		t.field("capacity", "%s read units, %s write units, %s of them wasted",
			decimal(c.ReadUnits), decimal(c.WriteUnits), decimal(c.WastedWriteUnits))
	}
}

func dropped(tally *Tally) string {
	if tally.Dropped == 0 {
		return ""
	}
	return fmt.Sprintf("; %s dropped of %s due", grouped(tally.Dropped), grouped(tally.Due))
}

func (t *text) field(name, format string, args ...any) {
	t.wrapped(fmt.Sprintf("  %-14s ", name), fmt.Sprintf(format, args...))
}

// latencies is the table of percentiles.
func (t *text) latencies() {
	t.heading("Latency")
	columns := []string{"count", "mean", "p50", "p90", "p99", "p99.9", "max"}
	t.line("  %-14s%s", "", t.style.dim.Sprint(rightAligned(columns, t.column())))
	any := false
	for _, row := range t.rows() {
		if row.distribution == nil {
			continue
		}
		any = true
		d := row.distribution
		cells := []string{grouped(d.Count)}
		for _, ms := range []float64{d.Mean, d.P50, d.P90, d.P99, d.P999, d.Max} {
			cells = append(cells, duration(ms))
		}
		t.line("  %-14s%s", row.name, rightAligned(cells, t.column()))
	}
	if !any {
		t.line("  nothing was measured")
	}
}

// column is the width of a column of the latency table.
func (t *text) column() int { return min((t.width-16)/7, 11) }

type latencyRow struct {
	name         string
	distribution *Distribution
}

func (t *text) rows() []latencyRow {
	r := t.report
	rows := []latencyRow{{"response", r.Latency.Response}, {"service", r.Latency.Service}, {"attempt", r.Latency.Attempt}}
	if len(r.LatencyByOperation) > 1 {
		for _, kind := range sortedKeys(r.LatencyByOperation) {
			rows = append(rows, latencyRow{"  " + kind, r.LatencyByOperation[kind]})
		}
	}
	return append(rows, latencyRow{"not applied", r.LatencyUnsuccessful.Service}, latencyRow{"lost attempts", r.LatencyUnsuccessful.Attempt})
}

func rightAligned(cells []string, width int) string {
	var b strings.Builder
	for _, cell := range cells {
		fmt.Fprintf(&b, "%*s", width, cell)
	}
	return b.String()
}

// reasons lists why attempts were throttled or failed.
func (t *text) reasons() {
	for _, group := range []struct {
		name   string
		counts map[string]int64
	}{{"Throttles", t.report.ThrottlesByReason}, {"Failures", t.report.FailuresByReason}} {
		if len(group.counts) == 0 {
			continue
		}
		t.heading(group.name)
		for _, reason := range sortedKeys(group.counts) {
			t.wrapped(fmt.Sprintf("  %12s  ", grouped(group.counts[reason])), reason)
		}
	}
}

func (t *text) warnings() {
	if len(t.report.Warnings) == 0 {
		return
	}
	t.line("")
	t.line("%s", t.style.doubt.Sprint("Warnings"))
	for _, warning := range t.report.Warnings {
		t.wrapped("  - ", warning)
	}
}

// footer tells how to get the same run again.
func (t *text) footer() {
	r := t.report
	t.line("")
	words := fmt.Sprintf("%s %s, seed %d, contend %s, %s", r.Target.Kind, r.Target.Endpoint, r.Seed, r.ToolVersion, r.StartedAt.Format("2006-01-02 15:04:05Z"))
	for _, line := range wrap(words, t.width) {
		t.line("%s", t.style.dim.Sprint(line))
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// clip shortens a text to a number of characters.
func clip(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	return string([]rune(text)[:width-1]) + "…"
}
