// Package plan turns a scenario with a matrix into its variants, and these into runs in
// the order in which they are made. [Decode] reads a [Plan].
package plan
