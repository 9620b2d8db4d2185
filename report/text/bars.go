package text

import (
	"fmt"
	"math"
	"math/bits"
	"strings"
	"time"

	"contend/internal/format"
	"contend/report"
	"contend/workload/hist"
)

// maxBars bounds the rows of a bar histogram.
const maxBars = 12

// bar is a row of a bar histogram.
type bar struct {
	label string
	count int64
	law   string // what the law expects, if there is one
}

// bars draws a histogram. The bars use the width up to a limit. Where there is no room
// for bars, only the numbers are shown.
func (p *textLayout) bars(rows []bar) {
	const shortest, longest = 4, 48
	if len(rows) == 0 {
		return
	}
	t := table{}
	var total, most int64
	for _, row := range rows {
		total += row.count
		most = max(most, row.count)
	}
	for _, row := range rows {
		cells := []string{row.label, fmt.Sprint(row.count), format.Share(row.count, total)}
		if row.law != "" {
			cells = append(cells, row.law)
		}
		t.rows = append(t.rows, cells)
	}
	widths := t.widths()
	room := p.width - len(margin) - widths[0]
	for _, w := range widths[1:] {
		room -= len(gap) + w
	}
	room -= len(gap)
	if room < shortest {
		_, lines := t.fit(p.width, 2)
		p.lines(lines)
		return
	}
	length := min(room, longest)
	for i, row := range t.rows {
		blocks := horizontal(float64(rows[i].count)/float64(max(most, 1)), length)
		var numbers strings.Builder
		for column := 2; column < len(row); column++ {
			numbers.WriteString(gap + padLeft(row[column], widths[column]))
		}
		p.line(margin + padLeft(row[0], widths[0]) + gap + p.paint.faint(padRight(blocks, length)) +
			gap + padLeft(row[1], widths[1]) + p.paint.faint(numbers.String()))
	}
}

// horizontal is a bar of at most length columns in eighths of a column. Anything above
// 0 is visible.
func horizontal(part float64, length int) string {
	eighths := int(math.Round(min(max(part, 0), 1) * float64(length) * 8))
	if part > 0 {
		eighths = max(eighths, 1)
	}
	full := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		full += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return full
}

// latencyBars groups times by round numbers.
func latencyBars(h *hist.Histogram) []bar {
	bounds := roundBounds(h.Min(), h.Max())
	rows := make([]bar, 0, len(bounds))
	var below int64
	for i, upTo := range h.CountsUpTo(bounds...) {
		rows = append(rows, bar{label: "≤ " + format.Duration(bounds[i]), count: upTo - below})
		below = upTo
		if below == h.Count() {
			break // the precision can put the maximum a little above the longest time
		}
	}
	return rows
}

// roundBounds covers [low, high] with the finest series of round numbers that needs no
// more than maxBars of them, or with the coarsest series.
func roundBounds(low, high time.Duration) []time.Duration {
	series := [][]int64{ // per decade, times 10
		{10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82},
		{10, 15, 20, 30, 50, 70},
		{10, 20, 50},
		{10, 30},
		{10},
	}
	var bounds []time.Duration
	for _, steps := range series {
		if bounds = boundsOf(steps, low, high); len(bounds) <= maxBars {
			break
		}
	}
	return bounds
}

// boundsOf returns the members of a series from the first that is at least low to the
// first that is at least high. The smallest is a microsecond.
func boundsOf(steps []int64, low, high time.Duration) []time.Duration {
	var bounds []time.Duration
	for decade := time.Microsecond; decade <= 10*time.Hour; decade *= 10 {
		for _, step := range steps {
			bound := decade * time.Duration(step) / 10
			if bound >= low {
				bounds = append(bounds, bound)
			}
			if bound >= high {
				return bounds
			}
		}
	}
	return bounds
}

// attemptBars gives each small number of attempts a row, larger ones a row for each
// power of two, and the largest an open-ended row. Beside each row is the share of the
// geometric distribution, if law is not nil.
func attemptBars(histogram []report.AttemptsBar, law *report.AttemptsFit) []bar {
	const alone = 4
	counts := map[int64]int64{} // keyed by the largest number in the row
	first, last := int64(math.MaxInt64), int64(0)
	for _, b := range histogram {
		if b.Attempts < 1 || b.Operations < 1 {
			continue
		}
		upper := b.Attempts
		if upper > alone {
			upper = 1 << min(bits.Len64(uint64(upper-1)), 62)
		}
		counts[upper] += b.Operations
		first, last = min(first, upper), max(last, upper)
	}
	var rows []bar
	for upper, before := first, int64(0); upper <= last; before, upper = upper, nextUpper(upper, alone) {
		row := bar{label: fmt.Sprint(upper), count: counts[upper], law: share(law, before, upper)}
		switch {
		case len(rows) == maxBars:
			rows[maxBars-1].count += counts[upper]
			continue
		case len(rows) == maxBars-1 && upper < last:
			row.label, row.law = fmt.Sprintf("≥ %d", upper/2+1), share(law, before, math.MaxInt64)
		case upper > alone:
			row.label = fmt.Sprintf("%d–%d", upper/2+1, upper)
		}
		rows = append(rows, row)
	}
	return rows
}

// share is the law's share of the updates with more than after attempts, and at most upTo.
func share(law *report.AttemptsFit, after, upTo int64) string {
	if law == nil {
		return ""
	}
	expected := law.MoreThan(after)
	if upTo < math.MaxInt64 {
		expected -= law.MoreThan(upTo)
	}
	return "law " + format.Percent(expected)
}

func nextUpper(upper, alone int64) int64 {
	if upper < alone {
		return upper + 1
	}
	if upper > math.MaxInt64/2 {
		return math.MaxInt64
	}
	return upper * 2
}
