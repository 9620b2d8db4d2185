// Package longtest tells tests whether they run at full length.
//
// A test that repeats something many times has two counts: a short one, with
// which `make test` stays quick and which still finds the planted fault, and
// the full one, with which `make test-long` runs.
package longtest

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// Variable is the environment variable that, set to 1, asks for the full length.
const Variable = "CONTEND_TEST_LONG"

// Asked reports whether the full length is requested.
//
// Call it within a test, not while package variables are initialized: go test
// caches a result together with the variables that its tests read, and does not
// see what is read before they start.
func Asked() bool { return os.Getenv(Variable) == "1" }

// Count returns the full count if the full length is requested, and the short one
// otherwise.
func Count(short, full int) int {
	if Asked() {
		return full
	}
	return short
}

// Only skips the test unless the full length is requested.
func Only(t testing.TB) {
	t.Helper()
	if !Asked() {
		t.Skipf("takes long: set %s=1 to run it", Variable)
	}
}

// Flag defines a test flag for a count, and returns a function that reads it. If the
// flag is not set, the function returns the same as [Count].
func Flag(name string, short, full int, usage string) func() int {
	value := flag.Int(name, 0, fmt.Sprintf("%s (0 means %d, or %d with %s=1)", usage, short, full, Variable))
	return func() int {
		if *value != 0 {
			return *value
		}
		return Count(short, full)
	}
}
