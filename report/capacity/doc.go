// Package capacity answers how much load a scenario's counters bear: [Search] makes trials
// of one scenario under different loads until the highest load that keeps all goals is known
// as a narrow bracket, and returns it with all its evidence as a [Capacity].
//
// The goals are the scenario's thresholds and, in an open loop, two more: that operations
// are served as they become due, and that no backlog grows. Package
// [contend/report/capacity/bracket] chooses the loads.
package capacity

import _ "embed"

//go:embed README.md
var readme string

// Readme is the README of this folder, as Markdown.
func Readme() string { return readme }
