package row

import (
	"fmt"
	"slices"

	"contend/internal/format"
	"contend/report"
)

// PredictionHeader names the columns of [Prediction].
func PredictionHeader() []string { return []string{"", "law", "measured", "difference"} }

// Prediction lists the figures of the law of contention beside those that were measured.
// It is nil where the law does not apply, and where nobody met a conflict or should have.
func Prediction(p *report.Prediction) (rows [][]string) {
	const leastRate = 0.01
	if p == nil || p.Predicted.ConflictRate < leastRate && p.Measured.ConflictRate == 0 {
		return nil
	}
	row := func(name, unit string, law, measured float64, shown func(float64) string) {
		rows = append(rows, []string{name, shown(law) + unit, shown(measured) + unit, share(measured / law)})
	}
	row("throughput", "/s", p.Predicted.ThroughputPerS, p.Measured.ThroughputPerS, format.Number)
	row("writes/success", "", p.Predicted.WritesPerSuccess, p.Measured.WritesPerSuccess, format.Number)
	row("conflict rate", "", p.Predicted.ConflictRate, p.Measured.ConflictRate, format.Percent)
	return rows
}

// PredictionNote says what the law was given.
func PredictionNote(p *report.Prediction) string {
	gap := "G = " + format.Number(p.GapMS) + " ms, the mean gap of the writes that won"
	if p.GapSpread != nil {
		gap += fmt.Sprintf(" (σ/G %.2f)", *p.GapSpread)
	}
	text := "The law's figures follow from " + gap
	if p.CycleMS != nil {
		text += fmt.Sprintf(", and from %s, each with a write every %s ms", format.Count(int64(p.Workers), "worker"), format.Number(*p.CycleMS))
		if p.ThinkMS > 0 {
			text += fmt.Sprintf(" and a pause of %s ms after each success", format.Number(p.ThinkMS))
		}
	} else if p.RatePerS != nil {
		text += fmt.Sprintf(", and from %s updates/s that were due", format.Number(*p.RatePerS))
	}
	return text + "; one item sustains at most " + format.Number(p.LimitPerS) + "/s at this gap."
}

// FailedAssumptions are sentences about the assumptions of the law that do not hold, and
// about attempts that are unlike the law's.
func FailedAssumptions(p *report.Prediction) (sentences []string) {
	for _, f := range p.Failed {
		sentences = append(sentences, fmt.Sprintf("%s: %s", f.Name, f.Reason))
	}
	if a := p.Attempts; a != nil && a.Reason != "" {
		sentences = append(sentences, fmt.Sprintf("attempts: 99%% of the updates took at most %d, by the law %d; the distributions are up to %s apart: %s",
			a.P99, a.LawP99, format.Percent(a.Distance), a.Reason))
	}
	return sentences
}

// StagePredictions has a row for each stage that the law applies to; nil if there is none.
// Its header is [StagePredictionsHeader].
func StagePredictions(stages []report.Stage) (rows [][]string) {
	for i := range stages {
		s := &stages[i]
		of := Prediction(s.Prediction)
		if of == nil {
			continue
		}
		row := []string{format.Seconds(s.FromS), StageLoad(s), format.Number(s.Prediction.GapMS)}
		for _, figures := range of {
			row = append(row, figures[1:3]...)
		}
		rows = append(rows, row)
	}
	return rows
}

// StagePredictionsHeader names the columns of [StagePredictions].
func StagePredictionsHeader() []string {
	return []string{"from", "load", "gap ms", "law", "throughput", "law", "writes", "law", "conflicts"}
}

// FailedInStages are the sentences of [FailedAssumptions] of all stages, each with the
// beginning of the first stage that it is about.
func FailedInStages(stages []report.Stage) (sentences []string) {
	var told []report.FailedName
	for i := range stages {
		s := &stages[i]
		if Prediction(s.Prediction) == nil {
			continue
		}
		for _, f := range s.Prediction.Failed {
			if !slices.Contains(told, f.Name) {
				told = append(told, f.Name)
				sentences = append(sentences, fmt.Sprintf("from %s, %s: %s", format.Seconds(s.FromS), f.Name, f.Reason))
			}
		}
	}
	return sentences
}
