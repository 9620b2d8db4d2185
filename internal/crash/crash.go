// Package crash turns a panic into an error, so that a bug in one part of the program
// is reported in a sentence and the measurements of the other parts are not lost.
//
// It cannot catch the errors for which Go itself ends a program: concurrent use of a
// map, a deadlock, or running out of memory or stack.
package crash

import (
	"fmt"
	"path"
	"runtime"
	"strings"
)

// Error is a panic that was caught.
type Error struct {
	Value any    // the argument of panic
	Place string // where, as in "worker.go:12"; "" if that is not known
}

// Error says what happened and where, on one line if the value has one line.
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

// Recover must be deferred. It ends a panic and stores it in err, as an [*Error],
// instead of the error that is there. It does nothing if there is no panic.
func Recover(err *error) {
	if value := recover(); value != nil {
		*err = &Error{Value: value, Place: place()}
	}
}

// place returns where the panic began: the function that caused it follows the
// functions that handle panics on the stack.
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
