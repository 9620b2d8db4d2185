// Package crash turns a panic into an error, so that a mistake in one part of
// the program ends with a sentence and does not cost what the others measured.
//
// It cannot catch what Go itself ends a program for: a concurrent use of a map,
// a deadlock, memory or stack that is used up.
package crash

import (
	"fmt"
	"path"
	"runtime"
	"strings"
)

// Error is a panic that was caught.
type Error struct {
	Value any    // what panic was called with
	Place string // where, as in "worker.go:12"; "" if that is not known
}

// Error says what happened and where, in one line if the value is one.
func (e *Error) Error() string {
	if e.Place == "" {
		return fmt.Sprintf("internal error: %v", e.Value)
	}
	return fmt.Sprintf("internal error: %v (in %s)", e.Value, e.Place)
}

// Catch calls do. If it panics, the error is an [*Error].
func Catch(do func() error) (err error) {
	defer Recover(&err)
	return do()
}

// Recover, when deferred, ends a panic and stores it in err, as an [*Error], in
// place of what is there. It does nothing if there is no panic.
func Recover(err *error) {
	if value := recover(); value != nil {
		*err = &Error{Value: value, Place: place()}
	}
}

// place is where the panic began: below the functions that deal with panics stands
// the one that caused it.
func place() string {
	const most = 64
	callers := make([]uintptr, most)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	began := false
	for {
		frame, more := frames.Next()
		isRuntime := strings.HasPrefix(frame.Function, "runtime.")
		if began && !isRuntime {
			return fmt.Sprintf("%s:%d", path.Base(frame.File), frame.Line)
		}
		began = began || frame.Function == "runtime.gopanic"
		if !more {
			return ""
		}
	}
}
