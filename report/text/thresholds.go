package text

import (
	"fmt"

	"contend/internal/format"
	"contend/report"
)

// thresholds shows each limit with the measured value.
func (p *textLayout) thresholds(all []report.Threshold) {
	if len(all) == 0 {
		return
	}
	p.section("Thresholds")
	var texts, values int
	for _, t := range all {
		texts, values = max(texts, format.Columns(format.Printable(t.Text))), max(values, format.Columns(t.Shown()))
	}
	for _, t := range all {
		head := thresholdHead(t)
		row := format.Printable(padRight(t.Text, texts) + gap + padLeft(t.Shown(), values))
		if t.Reason != "" || format.Columns(head+row) > p.width {
			p.paragraph(head, p.paint.threshold(t.Status), t.Sentence())
			continue
		}
		p.line(p.paint.threshold(t.Status)(head) + row)
	}
}

func thresholdHead(t report.Threshold) string {
	return margin + padRight(format.Shorten(string(t.Status), len(report.Undecided)), len(report.Undecided)) + gap
}

// threshold is the colour of a threshold's status.
func (p paint) threshold(s report.ThresholdStatus) painter {
	switch s {
	case report.Met:
		return p.good
	case report.Missed, report.Unanswerable:
		return p.bad
	}
	return p.doubt
}

// missedCount says how many thresholds were not met; "" if all were.
func missedCount(all []report.Threshold) string {
	n := 0
	for _, t := range all {
		if t.Status != report.Met {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %s not met", n, format.Count(int64(len(all)), "threshold"))
}
