// Package scenario describes runs: a [Scenario] is plain data. [Decode] reads one from
// YAML and reports all problems with their places; [Validate] checks one that a program
// made; [Encode] writes one.
package scenario
