// Package report is the model of what a run measured and what its checks found.
//
// [New] makes a [Report], which is plain data: report.json. The packages below this one
// show it. They read nothing but a Report, so a saved run can be shown again at any
// time and looks the same:
//
//   - row: a report as rows of a name, a value and a note.
//   - text, page: the rows on a terminal, and as an HTML page.
//   - compare: several reports compared with each other.
//   - folder: the files that a run leaves.
package report
