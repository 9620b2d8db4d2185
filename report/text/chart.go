package text

import (
	"fmt"
	"math"
	"strings"

	"contend/internal/format"
	"contend/report"
	"contend/report/row"
)

// chart draws fractions over time, from 0 to 100%, as columns a few lines high. A
// second without a value leaves a gap; a 0 is a thin line.
func (p *textLayout) chart(perSecond []*float64, elapsedS float64) {
	const height, widest, axis = 3, 60, "  100% ┤"
	room := min(p.width-format.Columns(axis)-1, widest)
	values := stretch(perSecond, room)
	for row := height - 1; row >= 0; row-- {
		label := "       │"
		switch row {
		case height - 1:
			label = axis
		case 0:
			label = "    0% ┤"
		}
		var cells strings.Builder
		for _, v := range values {
			cells.WriteString(cell(v, row, height))
		}
		p.line(label + p.paint.faint(cells.String()))
	}
	end := format.Seconds(elapsedS)
	p.line(strings.Repeat(" ", format.Columns(axis)) + "0 s" + padLeft(end, max(len(values)-3, format.Columns(end)+1)))
}

// cell is the part of a column that falls into one row.
func cell(value *float64, row, height int) string {
	if value == nil {
		return " "
	}
	eighths := int(math.Round(min(max(*value, 0), 1)*float64(height)*8)) - row*8
	switch {
	case eighths >= 8:
		return "█"
	case eighths > 0:
		return string([]rune("▁▂▃▄▅▆▇")[eighths-1])
	case row == 0 && *value > 0:
		return "▁"
	case row == 0:
		return "_"
	}
	return " "
}

// stretch fits values into a number of columns: each value takes several columns if
// there are few, and each column is the mean of several values if there are many.
func stretch(values []*float64, room int) []*float64 {
	const widest = 4
	if n := len(values); n <= room {
		each := min(room/max(n, 1), widest)
		wide := make([]*float64, 0, n*each)
		for _, v := range values {
			for range each {
				wide = append(wide, v)
			}
		}
		return wide
	}
	narrow := make([]*float64, room)
	for i := range narrow {
		narrow[i] = mean(values[i*len(values)/room : (i+1)*len(values)/room])
	}
	return narrow
}

// mean is the mean of the values that are present; nil if there are none.
func mean(values []*float64) *float64 {
	var sum, n float64
	for _, v := range values {
		if v != nil {
			sum += *v
			n++
		}
	}
	return report.Ratio(sum, n)
}

// conflictChart shows the conflict rate over time, if there is anything to see.
func (p *textLayout) conflictChart(r *report.Report) {
	const fewest = 3
	overall := r.ConflictRate.Overall
	if overall == nil || *overall <= 0 || len(r.ConflictRate.PerSecond) < fewest {
		return
	}
	p.section("Conflict rate over time")
	p.chart(r.ConflictRate.PerSecond, r.ElapsedS)
}

// distributions shows the distribution of response times (in a closed loop, the same as
// service times) and of attempts.
func (p *textLayout) distributions(r *report.Report) {
	if h := r.Latency.Response.Histogram; h != nil && h.Count() > 0 {
		title := "Service latency of applied operations"
		if r.OpenLoop != nil {
			title = "Response of applied operations, from when they were due"
		}
		p.section(title)
		p.bars(latencyBars(h))
	}
	var law *report.AttemptsFit
	if row.Prediction(r.Prediction) != nil {
		law = r.Prediction.Attempts
	}
	if rows := attemptBars(r.ConflictRate.AttemptsHistogram, law); len(rows) > 0 {
		p.section(fmt.Sprintf("Attempts per operation of %s", format.Count(r.Tally.UpdatesApplied, "applied update")))
		p.bars(rows)
	}
}
