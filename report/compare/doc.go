// Package compare holds the runs of several variants against each other, metric by
// metric: medians with intervals, changes from a baseline with the probability of
// chance, and the doubts about them.
package compare
