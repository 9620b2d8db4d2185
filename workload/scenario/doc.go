// Package scenario says what a run does: a [Scenario] is plain data. [Decode] reads
// one from YAML, with the place of everything that is wrong in it; [Validate] judges
// one that a program made; [Encode] writes one.
package scenario
