package text

import (
	"fmt"

	"contend/internal/format"
	"contend/report/advise"
)

// costs is the table of what the designs cost in a month.
func (p *textLayout) costs(a *advise.Advice) {
	c := a.Costs
	if c == nil {
		return
	}
	title := fmt.Sprintf("What a month of %d hours costs, at %s updates", c.HoursOfMonth, format.Number(c.UpdatesPerS))
	if c.ReadsPerS > 0 {
		title += fmt.Sprintf(" and %s reads", format.Number(c.ReadsPerS))
	}
	p.section(title + " a second")
	t := table{header: append([]string{"design, policy", "sustains"}, monthHeader()...)}
	var commands []string
	var months []advise.Month
	for _, r := range c.Rows {
		candidate := &a.Candidates[r.Candidate]
		name := " " + format.Shorten(candidate.Policy, 22)
		if r.Candidate == 0 {
			name = "*" + name[1:]
		}
		if candidate.Behind {
			name += ", behind"
		}
		t.rows = append(t.rows, []string{p.designName(a, candidate.Strategy)}, append([]string{name, perSecond(r.LawPerS)}, monthCells(&r.Month)...))
		commands, months = append(commands, r.Command), append(months, r.Month)
	}
	p.monthTable(t, "* as it is. sustains: updates a second by the law. "+monthLegend(c.Utilisation, months), commands)
}

// shards is the table of how many shards sustain the load.
func (p *textLayout) shards(s *advise.Shards) {
	if s == nil {
		return
	}
	p.section(fmt.Sprintf("How many shards sustain %s updates a second", format.Number(s.UpdatesPerS)))
	p.paragraph(margin, plain, s.Why)
	t := table{header: []string{"shards", "throttled", "law", "kept up", "p99 ms", "WU+RU/s", "on demand", "provisioned"}}
	command := s.Rows[len(s.Rows)-1].Command
	for _, r := range s.Rows {
		t.rows = append(t.rows, append([]string{
			fmt.Sprint(r.Shards), format.Number(r.ThrottledFromPerS) + "/s", format.Percent(r.BearShare), fmt.Sprintf("%d of %d", r.KeptUp, r.Tables), format.Scaled(r.P99MS, 1),
		}, monthCells(&r.Month)[:3]...))
		if r.Shards == s.Least {
			command = r.Command
		}
	}
	p.monthTable(t, fmt.Sprintf("throttled: from this rate on the fullest of %s has no units left, in the mean of many tables. law: the share of tables "+
		"with shards in enough partitions. kept up: in how many simulated tables. Another parameters.shards shows another row:",
		format.Count(int64(s.Partitions), "partition")), []string{command}, 4, 1)
}

func monthHeader() []string { return []string{"WU+RU/s", "on demand", "provisioned", "units"} }

// monthCells are the units and the prices of a month.
func monthCells(m *advise.Month) []string {
	return []string{
		fmt.Sprintf("%.0f+%.0f", m.WriteUnitsPerS, m.ReadUnitsPerS), "$" + format.Number(m.OnDemandUSD), "$" + format.Number(m.ProvisionedUSD),
		fmt.Sprintf("%d+%d", m.ProvisionedWrite, m.ProvisionedRead),
	}
}

// monthLegend says how units are provisioned, and from which use on they are the cheaper
// ones.
func monthLegend(utilisation float64, months []advise.Month) string {
	low, high := months[0].CheaperFrom, months[0].CheaperFrom
	for _, m := range months {
		low, high = min(low, m.CheaperFrom), max(high, m.CheaperFrom)
	}
	from := format.Percent(low)
	if shown := format.Percent(high); shown != from {
		from += " to " + shown
	}
	text := fmt.Sprintf("provisioned: write+read units, of which %s are used on average. ", format.Percent(utilisation))
	switch {
	case high == 0:
		return text + "Requests on demand cost nothing."
	case low > 1:
		return text + "On demand is cheaper, even if all units are used."
	}
	return text + fmt.Sprintf("They are cheaper than on demand if at least %s are used.", from)
}

func perSecond(v *float64) string {
	if v == nil {
		return format.Absent
	}
	return format.Number(*v) + "/s"
}

// monthTable writes a table, its legend and the command of each row.
func (p *textLayout) monthTable(t table, legend string, commands []string, drop ...int) {
	header, rows := t.fit(p.width, drop...)
	p.line(p.paint.faint(header))
	p.lines(rows)
	for _, line := range wrap(legend, p.width) {
		p.line(p.paint.faint(line))
	}
	for _, command := range commands {
		p.line(margin + command) // unbroken, to be copied
	}
}
