package text

import (
	"contend/report"
	"contend/report/row"
)

// fairness shows how evenly the applied updates were shared among the workers, if there
// are several.
func (p *textLayout) fairness(f *report.Fairness) {
	rows := row.Fairness(f)
	if rows == nil {
		return
	}
	p.section("Fairness")
	p.valueRows(rows)
}
