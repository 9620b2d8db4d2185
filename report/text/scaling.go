package text

import (
	"contend/internal/format"
	"contend/report/compare"
)

// scaling shows the curves of throughput against load.workers. Of many groups it shows a
// row each.
func (p *textLayout) scaling(all []compare.Scaling) {
	const inFull = 2
	if len(all) == 0 {
		return
	}
	if len(all) > inFull {
		p.scalingRows(all)
		return
	}
	for i := range all {
		s := &all[i]
		p.section(scalingTitle(s))
		header, rows := s.Table()
		p.figures(header, rows)
		for _, c := range s.Curves {
			p.paragraph(margin+padRight(compare.CurveLabel(c.Name), len("Amdahl"))+gap, plain, c.Words())
		}
		for _, sentence := range s.Sentences() {
			p.paragraph(margin, plain, sentence)
		}
	}
	p.scalingLegend()
}

func scalingTitle(s *compare.Scaling) string {
	const title = "Scaling with load.workers"
	if s.Group == "" {
		return title
	}
	return title + ": " + format.Printable(s.Group)
}

// scalingRows has a row for each group: the best curve, how far each curve is off, and the
// peak of the USL.
func (p *textLayout) scalingRows(all []compare.Scaling) {
	p.section("Scaling with load.workers")
	header := []string{"", "best", "law off", "Amdahl off", "USL off", "peak"}
	var rows [][]string
	for i := range all {
		s := &all[i]
		cells := []string{format.Shorten(format.Printable(s.Group), max(p.width/2, 12)), format.Absent, format.Absent, format.Absent, format.Absent, format.Absent}
		if s.Best != "" {
			cells[1] = compare.CurveLabel(s.Best)
		}
		for _, c := range s.Curves {
			column := map[string]int{"law": 2, "amdahl": 3, "usl": 4}[c.Name]
			cells[column] = format.Percent(c.Off)
			if c.Peak != nil {
				cells[5] = format.Number(*c.Peak)
			}
		}
		rows = append(rows, cells)
	}
	p.figures(header, rows, 5, 3)
	for i := range all {
		if all[i].Missing != "" {
			p.paragraph(margin, plain, format.Printable(all[i].Group)+": "+all[i].Missing)
		}
	}
	p.scalingLegend()
}

func (p *textLayout) scalingLegend() {
	p.paragraph(margin, p.paint.faint, "X: throughput with N workers. law: N/X = s·cycle + (N−e)·gap, as each run measured them; s is 1 if the law holds. USL: N/X = (1 + σ(N−1) + κN(N−1))/γ. Amdahl: the same without κ. "+
		"The best has the smallest AICc, which rewards a close fit with few parameters.")
}
