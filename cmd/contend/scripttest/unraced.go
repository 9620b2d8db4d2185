//go:build !race

package scripttest

// raced reports whether the tests have the race detector.
const raced = false
