package page

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"contend/internal/plot"
	"contend/report"
	"contend/report/row"
)

// predictionGrid has the figures of the law of contention; it is empty where the law does
// not apply.
func predictionGrid(p *report.Prediction) grid {
	g := grid{Title: "Law of a hot item", Header: row.PredictionHeader(), Texts: 1}
	for _, figures := range row.Prediction(p) {
		g.Rows = append(g.Rows, rowOf(figures...))
	}
	if len(g.Rows) > 0 {
		g.Note = asSentences(append([]string{row.PredictionNote(p)}, row.FailedAssumptions(p)...))
	}
	return g
}

// stagePredictionsGrid has them stage by stage.
func stagePredictionsGrid(stages []report.Stage) grid {
	g := grid{Title: "Law of a hot item, stage by stage", Header: row.StagePredictionsHeader(), Texts: 2, Full: true}
	for _, figures := range row.StagePredictions(stages) {
		g.Rows = append(g.Rows, rowOf(figures...))
	}
	g.Note = asSentences(row.FailedInStages(stages))
	return g
}

func asSentences(clauses []string) string {
	var all []string
	for _, c := range clauses {
		first, size := utf8.DecodeRuneInString(c)
		all = append(all, string(unicode.ToUpper(first))+strings.TrimSuffix(c[size:], ".")+".")
	}
	return strings.Join(all, " ")
}

// geometric is how many updates would have taken each number of attempts, up to most, if
// every attempt had the same chance; it has no points where the law does not apply.
func geometric(r *report.Report, most int64) plot.Series {
	s := plot.Series{Name: "by the law, ρ^(k−1)·(1 − ρ)", Kind: plot.Guide}
	if row.Prediction(r.Prediction) == nil || r.Prediction.Attempts == nil {
		return s
	}
	law := r.Prediction.Attempts
	var updates float64
	for _, b := range r.ConflictRate.AttemptsHistogram {
		updates += float64(b.Operations)
	}
	for k := int64(1); k <= most; k++ {
		s.Points = append(s.Points, plot.Point{X: float64(k), Y: updates * (law.MoreThan(k-1) - law.MoreThan(k))})
	}
	return s
}
