// Package format writes numbers, times, counts and texts from elsewhere for people to
// read.
package format
