package page

import (
	"contend/report"
	"contend/report/row"
)

// groupBlocks compare the workers with different policies or latencies.
func groupBlocks(groups []report.Group) []block {
	var blocks []block
	for _, t := range row.Groups(groups) {
		g := grid{Title: t.Title, Header: t.Header, Texts: 1, Full: true}
		for _, cells := range t.Rows {
			g.Rows = append(g.Rows, rowOf(cells...))
		}
		blocks = append(blocks, tableBlock(g))
	}
	if blocks != nil {
		blocks = append(blocks, block{Note: row.GroupsNote + "."})
	}
	return blocks
}
