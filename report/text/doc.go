// Package text shows reports, matrices, comparisons and judgements on a terminal, and
// the progress of a run.
package text
