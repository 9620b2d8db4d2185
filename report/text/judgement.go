package text

import (
	"io"

	"contend/internal/format"
	"contend/report"
)

// Judgement writes the judgement for people.
func Judgement(w io.Writer, j *report.Judgement, options Options) error {
	p := newTextLayout(options)
	name := j.Scenario
	switch {
	case j.Proxy != nil:
		name = "proxy"
	case name == "":
		name = "history"
	}
	p.verdict(&report.Report{
		Conditions: report.Conditions{Scenario: name, Description: describe(j)},
		Course:     report.Course{Error: j.Error},
		Verdict:    j.Verdict,
	})
	p.counters(j.Counters)
	p.proxied(j.Proxy)
	p.staleness(j.Staleness)
	p.warnings(j.Warnings)
	return p.writeTo(w)
}

func describe(j *report.Judgement) string {
	text := format.Count(j.Operations, "operation") + " in " + j.History
	if j.Tool != "" {
		text += ", written by " + j.Tool
	}
	return text + "."
}
