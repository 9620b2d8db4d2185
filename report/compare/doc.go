// Package compare compares the runs of several variants, metric by metric: medians with
// intervals, changes from a baseline with their significance, and doubts about them.
package compare
