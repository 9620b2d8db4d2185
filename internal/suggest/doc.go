// Package suggest finds the known name that a misspelled one probably means.
package suggest
