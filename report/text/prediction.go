package text

import (
	"contend/report"
	"contend/report/row"
)

// prediction shows the law of contention beside what was measured, of the run or of its
// stages, and which assumption of the law fails. It shows nothing where the law does not
// apply.
func (p *textLayout) prediction(r *report.Report) {
	if rows := row.Prediction(r.Prediction); rows != nil {
		p.section("Law of a hot item")
		p.figures(row.PredictionHeader(), rows)
		p.paragraph(margin, plain, row.PredictionNote(r.Prediction))
		p.failed(row.FailedAssumptions(r.Prediction))
	}
	if rows := row.StagePredictions(r.Stages); rows != nil {
		p.section("Law of a hot item, stage by stage")
		p.figures(row.StagePredictionsHeader(), rows, 2)
		p.failed(row.FailedInStages(r.Stages))
	}
}

// figures shows a table, without the given columns if it is too wide.
func (p *textLayout) figures(header []string, rows [][]string, lessImportant ...int) {
	head, lines := table{header: header, rows: rows}.fit(p.width, lessImportant...)
	if head != "" {
		p.line(p.paint.faint(head))
	}
	p.lines(lines)
}

func (p *textLayout) failed(sentences []string) {
	for _, s := range sentences {
		p.paragraph(margin+"! ", p.paint.doubt, s)
	}
}
