// Package compare compares the runs of several variants, metric by metric: medians with
// intervals, changes from a baseline with their significance, and doubts about them.
// [Compare] is given the variants, and [Sides] makes variants of saved runs and
// campaigns.
package compare
