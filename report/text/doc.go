// Package text shows reports, matrices, comparisons and judgements on a terminal, and how
// far a run has come.
package text
