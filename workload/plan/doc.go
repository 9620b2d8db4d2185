// Package plan turns a scenario with a matrix into its variants, and the variants into
// runs in the order in which to make them. [Decode] reads a [Plan].
package plan
