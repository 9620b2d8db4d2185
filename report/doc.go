// Package report makes the result of a run readable: as text for a terminal, as
// JSON, as a percentile distribution, and as the files of a run's folder.
//
// [New] takes what was measured and judged into a [Report], which is plain data.
// Everything else renders a Report and nothing but a Report, so that a saved run
// looks tomorrow as it looked today. The package neither measures nor judges.
package report
