package row

import (
	"fmt"

	"contend/internal/format"
	"contend/report"
)

// Capacity describes what the load consumed, and what a million updates cost.
func Capacity(c *report.Capacity) [][3]string {
	if c == nil {
		return [][3]string{{"capacity", format.Absent, "the target did not report what it consumed"}}
	}
	wasted := "none wasted"
	if c.WastedWriteUnits > 0 && c.WriteUnits > 0 {
		wasted = fmt.Sprintf("%s (%s) wasted on refused writes", format.Units(c.WastedWriteUnits), format.Percent(c.WastedWriteUnits/c.WriteUnits))
	}
	if c.UnansweredWriteUnits > 0 {
		wasted += fmt.Sprintf(", and up to %s more for writes without an answer", format.Units(c.UnansweredWriteUnits))
	}
	rows := [][3]string{{"read units", format.Units(c.ReadUnits), ""}, {"write units", format.Units(c.WriteUnits), wasted}}
	if c.PerUpdate == nil {
		return rows
	}
	rows[0][2] = format.Number(c.PerUpdate.ReadUnits) + " per applied update"
	return append(rows, [3]string{"cost", "$" + format.Number(c.PerUpdate.USDPerMillion), fmt.Sprintf(
		"per million applied updates, at $%v per million write units and $%v per million read units", c.Price.Write, c.Price.Read)})
}
