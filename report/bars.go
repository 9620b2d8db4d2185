package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"contend/internal/hist"
)

// bar is one row of a histogram.
type bar struct {
	label string
	count int64
}

// histograms draws the shapes that percentiles hide.
func (t *text) histograms() {
	if d := t.report.Latency.Service; d != nil && d.Count > 0 {
		t.heading("Service latency of successful operations")
		t.bars(latencyBars(&d.Histogram))
	}
	if attempts := t.report.ConflictRate.AttemptsHistogram; len(attempts) > 0 {
		t.heading("Attempts of each applied increment or decrement")
		t.bars(attemptBars(attempts))
	}
	t.conflictsOverTime()
}

// bars draws rows with a bar each, the longest as long as there is room.
func (t *text) bars(rows []bar) {
	var most, total int64
	label := 0
	for _, row := range rows {
		most, total = max(most, row.count), total+row.count
		label = max(label, len([]rune(row.label)))
	}
	room := t.width - 2 - label - 1 - 12 - 8
	for _, row := range rows {
		padding := strings.Repeat(" ", label-len([]rune(row.label)))
		t.line("  %s%s %12s %5.1f %% %s", padding, row.label, grouped(row.count),
			float64(row.count)*100/float64(total), drawBar(float64(row.count)/float64(most), room))
	}
}

// drawBar is a bar of eighths of a character.
func drawBar(share float64, room int) string {
	const eighths = " ▏▎▍▌▋▊▉"
	units := int(math.Round(share * float64(room) * 8))
	if units == 0 && share > 0 {
		units = 1
	}
	full := strings.Repeat("█", units/8)
	if rest := units % 8; rest > 0 {
		full += string([]rune(eighths)[rest])
	}
	return full
}

// mostBars bounds the rows of a histogram.
const mostBars = 10

// latencyBars groups a distribution into rows whose bounds are 1, 2 or 5 times
// a power of ten, or their multiples if that would be too many rows.
func latencyBars(h *hist.Histogram) []bar {
	bounds := latencyBounds(h.Min(), h.Max())
	rows := make([]bar, 0, len(bounds))
	var below int64
	for _, bound := range bounds {
		upTo := h.CountUpTo(bound)
		rows = append(rows, bar{"≤ " + duration(milliseconds(bound)), upTo - below})
		below = upTo
	}
	return rows
}

// latencyBounds are the upper bounds of the rows: the last is at least longest.
func latencyBounds(shortest, longest time.Duration) []time.Duration {
	var bounds []time.Duration
	for power := time.Microsecond; ; power *= 10 {
		for _, factor := range []time.Duration{1, 2, 5} {
			bound := factor * power
			if bound >= shortest {
				bounds = append(bounds, bound)
			}
			if bound >= longest {
				return thin(bounds)
			}
		}
	}
}

// thin merges rows from the short end until there are not too many.
func thin(bounds []time.Duration) []time.Duration {
	if extra := len(bounds) - mostBars; extra > 0 {
		return bounds[extra:]
	}
	return bounds
}

// attemptBars groups attempts into 1, 2, 3–4, 5–8, … if they are many.
func attemptBars(attempts []Attempts) []bar {
	last := attempts[len(attempts)-1].Attempts
	if last <= mostBars {
		return groupAttempts(attempts, func(n int) int { return n })
	}
	return groupAttempts(attempts, func(n int) int {
		bound := 1
		for bound < n {
			bound *= 2
		}
		return bound
	})
}

// groupAttempts makes a row for each upper bound from 1 to the last.
func groupAttempts(attempts []Attempts, boundOf func(int) int) []bar {
	var rows []bar
	next := 0
	for n, last := 1, attempts[len(attempts)-1].Attempts; n <= last; {
		bound := n
		for boundOf(bound+1) == boundOf(n) {
			bound++
		}
		row := bar{label: fmt.Sprintf("%d", n)}
		if bound > n {
			row.label = fmt.Sprintf("%d–%d", n, bound)
		}
		for ; next < len(attempts) && attempts[next].Attempts <= bound; next++ {
			row.count += attempts[next].Operations
		}
		rows = append(rows, row)
		n = bound + 1
	}
	return rows
}

// conflictsOverTime draws the conflict rate of each second as one line, the
// seconds joined where they are more than the columns.
func (t *text) conflictsOverTime() {
	rates := t.report.ConflictRate.PerSecond
	if t.report.Tally.Conflicts == 0 || len(rates) < 2 {
		return
	}
	t.heading("Conflict rate over time")
	const levels = "▁▂▃▄▅▆▇█"
	columns := min(len(rates), t.width-12)
	var line strings.Builder
	for c := range columns {
		rate := meanRate(rates[c*len(rates)/columns : max((c+1)*len(rates)/columns, c*len(rates)/columns+1)])
		if math.IsNaN(rate) {
			line.WriteByte(' ')
			continue
		}
		level := min(int(rate*8), 7)
		line.WriteRune([]rune(levels)[level])
	}
	t.line("  0–100 %%  %s", line.String())
}

// meanRate is NaN if there was no attempt in any of the seconds.
func meanRate(rates []*float64) float64 {
	sum, n := 0.0, 0
	for _, rate := range rates {
		if rate != nil {
			sum, n = sum+*rate, n+1
		}
	}
	return sum / float64(n)
}
