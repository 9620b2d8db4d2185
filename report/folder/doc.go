// Package folder keeps runs, campaigns and comparisons in the files of a folder: each
// file is complete or absent.
//
// [Create] makes and locks a folder. [Run] keeps one run in it, and [Campaign] all
// runs of a plan; both add to the options of trial.Run what they need to be told.
// [Resume] takes up a campaign that was stopped or killed. [Open] reads what was
// kept, and [Load] one report.
package folder
