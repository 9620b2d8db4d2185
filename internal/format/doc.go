// Package format writes numbers, times, counts and foreign text as people read them.
package format
