package trial

import (
	"errors"
	"io"
	"os"

	"contend/workload/measure"
)

// ErrHistory means that the history's file could not be created or written.
var ErrHistory = errors.New("history")

// historyError is an error of the file; it matches [ErrHistory].
type historyError struct{ cause error }

func (e *historyError) Error() string        { return "history: " + e.cause.Error() }
func (e *historyError) Unwrap() error        { return e.cause }
func (e *historyError) Is(target error) bool { return target == ErrHistory }

// keepHistory opens the run's history for a load, and removes it again if the
// load did not begin. The file is nil if none is kept.
func (r *run) keepHistory(load func(file io.Writer) (*measure.Result, error)) (*measure.Result, error) {
	if r.History == "" {
		return load(nil)
	}
	file, err := os.OpenFile(r.History, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, &historyError{err}
	}
	result, err := load(file)
	if result == nil && isCrash(err) { // it holds what was measured
		return nil, errors.Join(err, file.Sync(), file.Close())
	}
	if result == nil {
		return nil, errors.Join(err, file.Close(), os.Remove(r.History))
	}
	if closeErr := errors.Join(file.Sync(), file.Close()); closeErr != nil {
		err = errors.Join(err, &historyError{closeErr})
	}
	return result, err
}
