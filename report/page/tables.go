package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"contend/internal/format"
	"contend/report"
	"contend/report/row"
)

func stallsGrid(r *report.Report) grid {
	g := grid{Title: "Stalls", Header: []string{"from s", "to s", "lasted s", "workers waiting"},
		Note: "Times in which workers waited and no operation succeeded."}
	if r.Stalls == nil {
		return g
	}
	for _, s := range r.Stalls.Longest {
		to := format.Number(s.ToS)
		if !s.Ended {
			to = "the load's end"
		}
		g.Rows = append(g.Rows, rowOf(format.Number(s.FromS), to, format.Number(s.LastsS()), fmt.Sprint(s.Workers)))
	}
	if rest := r.Stalls.Count - len(r.Stalls.Longest); rest > 0 {
		g.Note += fmt.Sprintf(" The %d longest of %d.", len(r.Stalls.Longest), r.Stalls.Count)
	}
	return g
}

// answersGrid shows all answers on the wire.
func answersGrid(r *report.Report) grid {
	g := grid{Title: "Requests on the wire", Header: []string{"answer", "requests", "of all"}, Texts: 1,
		Note: "Includes the requests that the SDK sent again on its own, which no attempt shows."}
	if r.Wire == nil {
		return g
	}
	for _, a := range r.Wire.Answers {
		g.Rows = append(g.Rows, rowOf(a.String(), fmt.Sprint(a.Requests), format.Share(a.Requests, r.Wire.Requests)))
	}
	return g
}

func latencyGrid(r *report.Report) grid {
	percentiles := row.ShownPercentiles(r)
	g := grid{Title: "Latency", Header: []string{"ms", "count", "min", "mean"}, Texts: 1}
	for _, p := range percentiles {
		g.Header = append(g.Header, report.PercentileLabel(p))
	}
	g.Header = append(g.Header, "max")
	add := func(label string, t *report.Times) {
		line := rowOf(label, fmt.Sprint(t.Count))
		for _, v := range append([]*float64{t.Min}, row.Columns(t, percentiles)...) {
			line = append(line, gridCell{Text: format.Scaled(v, 1)})
		}
		if t.OutOfRange > 0 {
			line[1].Sub = fmt.Sprintf("and %d out of range", t.OutOfRange)
		}
		g.Rows = append(g.Rows, line)
	}
	for _, line := range row.Timing(&r.Latency) {
		add(line.Label, line.Times)
		if line.Label == row.ResponseLabel && r.ResponseCorrected != nil {
			add("response, corrected for stalls", r.ResponseCorrected)
		}
	}
	for _, label := range []string{row.ResponseLabel, row.ServiceLabel} {
		for _, kind := range row.Kinds(r, label) {
			add(label+" of "+kind.Label+"s", kind.Times)
		}
	}
	for _, line := range row.Timing(&r.LatencyUnsuccessful) {
		add("not applied: "+line.Label, line.Times)
	}
	return g
}

// valueGrid is a table of names, values and notes.
func valueGrid(title string, rows [][3]string) grid {
	g := grid{Title: title, Header: []string{"", "value"}, Texts: 1}
	for _, row := range rows {
		g.Rows = append(g.Rows, []gridCell{{Text: row[0], Sub: row[2]}, {Text: row[1]}})
	}
	return g
}

// stagesGrid shows the number of due operations only where it can differ from the
// number that began.
func stagesGrid(stages []report.Stage) grid {
	g := grid{Header: []string{"stage", "load", "from s", "to s", "applied /s", "conflict rate", "response p50 ms", "response p99 ms"}, Texts: 2, Full: true}
	open := slices.ContainsFunc(stages, func(s report.Stage) bool { return s.RatePerS != nil })
	if open {
		g.Header = append(g.Header, "due", "dropped")
	}
	for i, s := range stages {
		conflicts := format.Absent
		if s.ConflictRate != nil {
			conflicts = format.Percent(*s.ConflictRate)
		}
		row := rowOf(fmt.Sprint(i+1), row.StageLoad(&s), format.Number(s.FromS), format.Number(s.ToS), format.Scaled(s.ThroughputPerS, 1), conflicts, format.Scaled(s.Response.P50, 1), format.Scaled(s.Response.P99, 1))
		if open {
			row = append(row, rowOf(fmt.Sprint(s.Due), fmt.Sprint(s.Dropped))...)
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

func faultBlocks(r *report.Report) []block {
	var blocks []block
	if len(r.Faults) > 0 {
		g := grid{Title: "Injected on the way", Header: []string{"kind", "when", "requests hit", "writes", "accepted"}, Texts: 2, Full: true,
			Note: "Accepted: changes that the store made without an acknowledgement. The last four columns count the operations that were hit, by outcome. " + row.Tracing(r.Counters) + "."}
		for _, c := range (report.Endings{}).Counts() {
			g.Header = append(g.Header, c.Word)
		}
		for _, f := range r.Faults {
			cells := rowOf(f.Kind, whenOf(f.Windows), fmt.Sprint(f.Requests), fmt.Sprint(f.Writes), fmt.Sprint(f.Accepted))
			for _, c := range f.Operations.Counts() {
				cells = append(cells, rowOf(fmt.Sprint(c.Count))...)
			}
			g.Rows = append(g.Rows, cells)
		}
		blocks = append(blocks, tableBlock(g))
	}
	if len(r.Misbehaved) > 0 {
		g := grid{Title: "Planted in the store", Header: []string{"kind", "one in, requests", "times"}, Texts: 1}
		for _, m := range r.Misbehaved {
			g.Rows = append(g.Rows, rowOf(m.Kind, fmt.Sprint(m.OneIn), fmt.Sprint(m.Times)))
		}
		blocks = append(blocks, tableBlock(g))
	}
	return blocks
}

func whenOf(windows []report.FaultWindow) string {
	var parts []string
	for _, w := range windows {
		if w.ToS == nil {
			parts = append(parts, "from "+format.ChosenSeconds(w.FromS))
			continue
		}
		parts = append(parts, format.ChosenSeconds(w.FromS)+" to "+format.ChosenSeconds(*w.ToS))
	}
	if len(parts) == 0 {
		return "always"
	}
	const most = 20
	return strings.Join(format.Listed(parts, most), ", ")
}

func countersGrid(all []report.Counter) grid {
	const most = 50
	g := grid{Header: []string{"counter", "initial", "acknowledged", "expected", "final", "off by", "operations"}, Texts: 1, Full: true,
		Note: "Acknowledged is the sum of the changes that callers were told; expected also allows for the unknown operations."}
	shown := slices.Clone(all)
	slices.SortStableFunc(shown, func(a, b report.Counter) int { return cmp.Compare(row.Concern(b), row.Concern(a)) })
	for _, c := range shown[:min(len(shown), most)] {
		line := rowOf(c.Key, fmt.Sprint(c.Initial), fmt.Sprintf("%+d", c.Acknowledged), row.Expected(c), row.Final(c), row.Difference(c), fmt.Sprint(c.Operations))
		switch row.Concern(c) {
		case 0, 1:
			line[5].Tone = "good"
		case 2, 3:
			line[5].Tone = "doubt"
		default:
			line[5].Tone = "bad"
		}
		g.Rows = append(g.Rows, line)
	}
	if len(all) > most {
		g.Note = row.RestOf(all, most) + ". " + g.Note
	}
	return g
}

func tallyGrid(t report.Tally) grid {
	g := grid{Title: "Operations", Header: []string{"", "operations", "of started"}, Texts: 1, Rows: [][]gridCell{
		rowOf("due", fmt.Sprint(t.Due), ""),
		rowOf("dropped", fmt.Sprint(t.Dropped), ""),
		rowOf("started", fmt.Sprint(t.Started), ""),
	}}
	g.Rows = append(g.Rows, shareRows(t.Endings().Counts(), t.Started)...)
	g.Rows = append(g.Rows, rowOf("refused by the design's rules", fmt.Sprint(t.Refused), format.Share(t.Refused, t.Started)))
	return g
}

func attemptsGrid(t report.Tally) grid {
	g := grid{Title: "Attempts and requests", Header: []string{"", "attempts", "of all"}, Texts: 1, Rows: [][]gridCell{
		rowOf("made", fmt.Sprint(t.Attempts), ""),
	}}
	g.Rows = append(g.Rows, shareRows(t.AttemptCounts(), t.Attempts)...)
	g.Rows = append(g.Rows, rowOf("read requests sent", fmt.Sprint(t.Reads), ""), rowOf("write requests sent", fmt.Sprint(t.Writes), ""))
	if t.Tickets > 0 {
		g.Rows = append(g.Rows, rowOf("of these for tickets", fmt.Sprint(t.Tickets), ""))
	}
	return g
}

// shareRows is a row for each count, with its share of all.
func shareRows(counts []report.Counted, all int64) (rows [][]gridCell) {
	for _, c := range counts {
		rows = append(rows, rowOf(c.Word, fmt.Sprint(c.Count), format.Share(c.Count, all)))
	}
	return rows
}

func reasonsGrid(title, counted string, counts map[string]int64) grid {
	g := grid{Title: title, Header: []string{"reason", counted}, Texts: 1}
	for reason, n := range counts {
		g.Rows = append(g.Rows, rowOf(reason, fmt.Sprint(n)))
	}
	slices.SortFunc(g.Rows, func(a, b []gridCell) int {
		return cmp.Or(cmp.Compare(counts[b[0].Text], counts[a[0].Text]), strings.Compare(a[0].Text, b[0].Text))
	})
	return g
}

func stalenessGrid(s *report.Staleness) grid {
	if s == nil {
		return grid{}
	}
	return grid{Title: "Staleness of eventual reads", Header: []string{"reads", "stale", "behind at most, versions", "behind at most, ms"},
		Rows: [][]gridCell{rowOf(fmt.Sprint(s.Reads), format.Percent(float64(s.Stale)/float64(s.Reads)), fmt.Sprint(s.MaxVersions), format.Number(s.MaxMS))}}
}

// pairs is a table of names and texts.
func pairs(title string, rows ...[2]string) grid {
	g := grid{Title: title, Texts: 2}
	for _, row := range rows {
		if row[1] != "" {
			g.Rows = append(g.Rows, rowOf(row[0], row[1]))
		}
	}
	return g
}

func scenarioGrid(r *report.Report) grid {
	return pairs("Scenario",
		[2]string{"name", r.Scenario},
		[2]string{"strategy", r.Strategy},
		[2]string{"program", r.Setup.Program},
		[2]string{"load", row.Load(r)},
		[2]string{"retry", r.Setup.Retry},
		[2]string{"view", r.Setup.View},
		[2]string{"refresh", r.Setup.Refresh},
		[2]string{"reads", r.Setup.Reads},
		[2]string{"limits", r.Setup.Limits},
		[2]string{"warm-up", warmupText(r.WarmupS)},
		[2]string{"seed", fmt.Sprint(r.Seed)},
	)
}

func warmupText(seconds float64) string {
	if seconds == 0 {
		return ""
	}
	return format.ChosenSeconds(seconds) + ", left out of rates and latencies"
}

func environmentGrid(r *report.Report) grid {
	rows := [][2]string{
		{"contend", r.ToolVersion},
		{"target", r.Target.String()},
		{"machine", r.Machine.String()},
		{"started", r.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC")},
		{"elapsed", format.Seconds(r.ElapsedS)},
		{"SDK", row.SDK(r.SDK)},
	}
	if r.Items != "" {
		rows = append(rows, [2]string{"items", r.Items})
	}
	if lasted := r.Lasted(); lasted != "" {
		rows = append(rows, [2]string{"lasted", lasted})
	}
	if s := r.SDK; s != nil && s.Requests != nil {
		rows = append(rows, [2]string{"requests on the wire", fmt.Sprintf("%d, of which the SDK sent %d again on its own", *s.Requests, s.Repeats)})
	}
	if r.Simulated {
		return pairs("Environment", rows...)
	}
	return pairs("Environment", append(rows, clientRows(r.Client)...)...)
}

func clientRows(c *report.Client) [][2]string {
	if c == nil {
		return [][2]string{{"client", "not measured"}}
	}
	rows := [][2]string{{"processors", fmt.Sprint(c.CPUs)}}
	if c.CPU != nil {
		rows = append(rows, [2]string{"used by this process", format.Number(*c.CPU) + " of " + format.Count(int64(c.CPUs), "processor") + ", on average"})
	}
	if c.Delay.P99 != nil {
		rows = append(rows, [2]string{"scheduling delay", "p99 " + format.Number(*c.Delay.P99) + " ms, at most " + format.Scaled(c.Delay.Max, 1) + " ms"})
	}
	return append(rows, [2]string{"clock step", format.Number(c.ClockStepMS) + " ms at most"})
}
