// Package report is the model of what a run measured and of what was judged about it.
//
// [New] makes a [Report], which is plain data: report.json. Its readers are rooms below
// this one, and read nothing but a Report, so that a saved run looks tomorrow as it
// looked today:
//
//   - row: what a report says, as rows.
//   - text, page: the rows on a terminal, and as an HTML page.
//   - compare: several reports held against each other.
//   - folder: the files that a run leaves.
package report
