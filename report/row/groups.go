package row

import (
	"fmt"

	"contend/internal/format"
	"contend/report"
)

// GroupTable compares groups of workers. Its first column is text, the others are numbers.
type GroupTable struct {
	Title  string
	Header []string
	Rows   [][]string // one for each group
}

// Groups are the tables of a run: one for its policies and one for its latencies, if shares of
// the workers had their own.
func Groups(groups []report.Group) []GroupTable {
	var tables []GroupTable
	for i, g := range groups {
		if i == 0 || groups[i-1].By != g.By {
			tables = append(tables, GroupTable{Title: "Workers by " + g.By, Header: []string{
				g.By, "workers", "successes", "of fair", "writes", "reads", "conflicts", "p50 ms", "p99 ms", "Jain",
			}})
		}
		conflicts := format.Absent
		if g.ConflictRate != nil {
			conflicts = format.Percent(*g.ConflictRate)
		}
		last := &tables[len(tables)-1]
		last.Rows = append(last.Rows, []string{
			g.Name, fmt.Sprint(g.Workers), fmt.Sprint(g.Successes), format.Scaled(g.ShareOfFair, 1), format.Scaled(g.WritesPerSuccess, 1),
			format.Scaled(g.ReadsPerSuccess, 1), conflicts, format.Scaled(g.P50MS, 1), format.Scaled(g.P99MS, 1), format.Scaled(g.Jain, 1),
		})
	}
	return tables
}

// GroupsNote explains the columns of [Groups].
const GroupsNote = "of fair: successes of a worker, divided by those of all workers on average; writes and reads are for each success"
