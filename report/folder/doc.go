// Package folder saves runs, campaigns and comparisons as files in a folder. Each file is
// complete or absent, never half-written.
//
// [Create] makes and locks a folder. [Run] saves one run in it, [Campaign] all runs of a plan;
// both add their callbacks to the [trial.Options]. [Resume] continues a campaign that was
// stopped or killed. [Open] reads a saved run or campaign, and [Load] a single report.
package folder
