package page

import (
	"fmt"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/report"
	"contend/report/row"
	"contend/workload/check"
)

func documentOf(r *report.Report) *document {
	d := &document{
		Kind: "run", Name: r.Scenario, Description: r.Description, ToolVersion: r.ToolVersion, Warnings: r.Warnings,
		Mark:   markOf(r.Simulated),
		Facts:  runFacts(r),
		Banner: bannerOf(r),
		Tiles:  tiles(r),
	}
	d.add("time", "Over time", timeLead(r), timeCharts(r)...)
	d.add("open-loop", "Open loop", "Operations were due at times of their own, whether or not those before had ended.",
		append(askedChart(r), tableBlock(valueGrid("Arrivals", row.Arrivals(r.OpenLoop))))...)
	d.add("stages", "Stages", "By the operations that were due in them, whenever they ended.", tableBlock(stagesGrid(r.Stages)), tableBlock(stagePredictionsGrid(r.Stages)))
	d.add("stalls", "Stalls", "", tableBlock(valueGrid("", row.Stalls(r))), tableBlock(stallsGrid(r)))
	d.add("latency", "Latency", "Of applied operations. Response counts from when the work was due, service from the first request; an attempt is one request.",
		append(latencyCharts(r), tableBlock(latencyGrid(r)))...)
	d.add("contention", "Contention and fairness", "", slices.Concat(contentionCharts(r),
		[]block{tableBlock(valueGrid("Contention", slices.Concat(row.Writes(r), [][3]string{row.Conflicts(r)}, row.Contention(r)))), tableBlock(predictionGrid(r.Prediction))},
		groupBlocks(r.Groups), []block{tableBlock(valueGrid("Workers", row.Fairness(r.Fairness)))})...)
	d.add("faults", "Faults", "", faultBlocks(r)...)
	d.add("machines", "Machines", machinesLead(r), tableBlock(machinesGrid(r.Machines)))
	d.add("counters", "Counters", "", tableBlock(countersGrid(r.Counters)))
	d.add("accounts", "Accounts", "Nothing vanishes: due = dropped + started; started = applied + gave up + unknown + failed.",
		tableBlock(tallyGrid(r.Tally)), tableBlock(attemptsGrid(r.Tally)), tableBlock(valueGrid("Capacity and cost", row.Capacity(r.Capacity))),
		tableBlock(answersGrid(r)),
		tableBlock(reasonsGrid("Conflicts by reason", "attempts", r.ConflictsByReason)),
		tableBlock(reasonsGrid("Throttled attempts by reason", "attempts", r.ThrottlesByReason)),
		tableBlock(reasonsGrid("Failed and unknown attempts by reason", "attempts", r.FailuresByReason)),
		tableBlock(reasonsGrid("Operations that gave up, by reason", "operations", r.GivenUp)),
		tableBlock(stalenessGrid(r.Staleness)))
	d.add("scenario", "Scenario and environment", "All that is needed to repeat the run.", tableBlock(scenarioGrid(r)), tableBlock(environmentGrid(r)))
	return d
}

// add appends a section with those of the blocks that are not empty.
func (d *document) add(id, title, lead string, blocks ...block) {
	s := section{ID: id, Title: title, Lead: lead}
	for _, b := range blocks {
		if b.Chart != nil || b.Bars != nil || b.Note != "" || b.Folded != "" || b.Table != nil && len(b.Table.Rows) > 0 {
			s.Blocks = append(s.Blocks, b)
		}
	}
	if len(s.Blocks) > 0 {
		d.Sections = append(d.Sections, s)
	}
}

// markOf marks what is simulated.
func markOf(simulated bool) string {
	if simulated {
		return report.SimulatedMark
	}
	return ""
}

func tableBlock(g grid) block { return block{Table: &g} }

func runFacts(r *report.Report) []string {
	return slices.Concat([]string{r.Strategy, "retry " + r.RetryPolicy}, row.Loop(r),
		[]string{"target " + r.Target.Kind, format.Seconds(r.ElapsedS), r.StartedAt.UTC().Format("2006-01-02 15:04 UTC")})
}

func bannerOf(r *report.Report) banner {
	b := banner{Status: r.Verdict.Status, Word: statusWord(r.Verdict.Status), Headline: headline(r.Verdict), Findings: findings(r.Verdict)}
	if r.ViolationDrawn {
		b.Picture = report.PictureFile
	}
	if len(b.Findings) == 0 {
		b.Notes = append(b.Notes, "No check was run.")
	}
	missed := 0
	for _, t := range r.Thresholds {
		if t.Status == report.Missed {
			missed++
		}
		f := finding{Status: thresholdStatus(t.Status), Name: "threshold", Reason: t.Text + ": " + string(t.Status)}
		if t.Value != "" {
			f.Reason += ", measured " + t.Shown()
		}
		if t.Reason != "" {
			f.Reason += "; " + t.Reason
		}
		b.Findings = append(b.Findings, f)
	}
	if missed > 0 {
		b.Headline += fmt.Sprintf(" %s of %d missed.", format.Count(int64(missed), "threshold"), len(r.Thresholds))
	}
	if r.Error != "" {
		b.Notes = append(b.Notes, fmt.Sprintf("Error: %s. It ended the run after %s. The run does not pass; its checks cover what ran.", strings.TrimSuffix(r.Error, "."), format.Seconds(r.ElapsedS)))
	}
	if r.Interrupted {
		b.Notes = append(b.Notes, fmt.Sprintf("Interrupted after %s; the verdict covers what ran.", format.Seconds(r.ElapsedS)))
	}
	if r.Part != nil {
		b.Notes = append(b.Notes, r.Part.Sentence())
	}
	b.Notes = append(b.Notes, r.Endings()...)
	return b
}

func thresholdStatus(s report.ThresholdStatus) check.Status {
	switch s {
	case report.Met:
		return check.Pass
	case report.Missed:
		return check.Fail
	}
	return check.Inconclusive
}

// headline is the verdict as a sentence.
func headline(v check.Verdict) string {
	var passed, failed int
	for _, c := range v.Checks {
		switch c.Status {
		case check.Pass:
			passed++
		case check.Fail:
			failed++
		}
	}
	switch v.Status {
	case check.Pass:
		return fmt.Sprintf("The count is right: %s, none failed.", format.Count(int64(passed), "check passed", "checks passed"))
	case check.Fail:
		return fmt.Sprintf("The count is wrong: %s of %d failed.", format.Count(int64(failed), "check"), len(v.Checks))
	}
	return "It is unknown whether the count is right."
}

func tiles(r *report.Report) []tile {
	list := []tile{
		numberTile("Throughput", r.ThroughputPerS, "/s", format.Count(r.AppliedInTime(), "operation")+" applied in "+format.Seconds(r.LoadSeconds()-r.WarmupS)),
		numberTile("Attempts/success", r.AttemptsPerSuccess, "", "1 means no retries"),
		rateTile("Conflict rate", r.ConflictRate.Overall, "of update attempts"),
		numberTile("Response p50", r.Latency.Response.P50, "ms", ""),
		numberTile("Response p99", r.Latency.Response.P99, "ms", ""),
		numberTile("Response p99.9", r.Latency.Response.P999, "ms", format.Count(r.Latency.Response.Count, "sample")),
	}
	if r.Capacity != nil && r.Capacity.PerUpdate != nil {
		list = append(list, tile{"Cost per million", "$" + format.Number(r.Capacity.PerUpdate.USDPerMillion), "", "applied updates"})
	} else {
		list = append(list, tile{"Cost per million", format.Absent, "", "no capacity reported"})
	}
	if c := r.ResponseCorrected; c != nil {
		list = append(list, numberTile("Corrected p99", c.P99, "ms", "of the response, with the operations that stalls hid"))
	}
	switch {
	case r.OpenLoop != nil:
		list = append(list, rateTile("Begun", report.Ratio(float64(r.Tally.Started), float64(r.Tally.Due)), "of "+format.Count(r.Tally.Due, "operation")+" due"))
	case r.Fairness != nil && r.Fairness.Jain != nil:
		list = append(list, numberTile("Fairness", r.Fairness.Jain, "", fairnessNote(r.Fairness)))
	}
	return list
}

// fairnessNote says what Jain's index would be for an even and for a random share of the
// successes.
func fairnessNote(f *report.Fairness) string {
	if f.JainLimit == nil {
		return "Jain's index, 1 is even"
	}
	return "Jain's index, 1 is even, " + format.Number(*f.JainLimit) + " is at random"
}

func numberTile(name string, v *float64, unit, note string) tile {
	if v == nil {
		return tile{name, format.Absent, "", "not measured"}
	}
	return tile{name, format.Number(*v), unit, note}
}

func rateTile(name string, v *float64, note string) tile {
	if v == nil {
		return tile{name, format.Absent, "", "not measured"}
	}
	return tile{name, strings.TrimSuffix(format.Percent(*v), "%"), "%", note}
}
