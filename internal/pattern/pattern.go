// Package pattern keeps regular expressions that few commands need.
package pattern

import (
	"regexp"
	"sync"
)

// Lazy compiles an expression when it is first used, and panics if it cannot be
// compiled. Compiling an expression takes some 50 µs and as many pages of memory as a
// small program, and every start of contend would wait for all of its expressions.
func Lazy(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
