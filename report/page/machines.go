package page

import (
	"fmt"
	"strings"

	"contend/internal/format"
	"contend/report"
)

// machinesLead says how many machines made the run.
func machinesLead(r *report.Report) string {
	return strings.TrimSpace(fmt.Sprintf("%s made this run together. Each had its own part of the load. %s",
		format.Count(int64(len(r.Machines)), "machine"), r.ControlSentence()))
}

// machinesGrid has a row for each machine of a merged run.
func machinesGrid(machines []report.MachineRun) grid {
	g := grid{Header: append(append([]string{"machine", "state"}, report.MachineColumns()...), "requests to keep in touch"), Texts: 2, Full: true}
	for i := range machines {
		m := &machines[i]
		row := rowOf(append(append([]string{m.Name(), string(m.State)}, m.Values()...), format.Absent)...)
		switch {
		case m.State != report.MachineEnded:
			row[1].Tone, row[1].Sub = "bad", m.Why
		case m.Doubt != "":
			row[1].Tone, row[1].Sub = "doubt", m.Doubt
		}
		if m.Host != nil {
			row[0].Sub = m.Host.String()
		}
		if m.Control != nil {
			row[len(row)-1].Text = fmt.Sprint(m.Control.Requests)
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}
