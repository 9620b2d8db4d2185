// Package capacity finds how much load a scenario's counters sustain. [Search] runs the
// scenario with different loads, in trials, until it has a narrow bracket around the limit: a
// load that meets all goals, and a slightly higher one that misses a goal. It returns the
// bracket and all evidence as a [Capacity].
//
// The goals are the scenario's thresholds and, in an open loop, [ServedGoal] and
// [BacklogGoal]: operations are served as they become due, and no backlog grows. Package
// [contend/report/capacity/bracket] chooses the loads.
package capacity

import _ "embed"

//go:embed README.md
var readme string

// Readme is the README of this folder, as Markdown.
func Readme() string { return readme }
