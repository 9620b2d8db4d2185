package trial

import (
	"io"

	"contend/internal/crash"
	"contend/workload/check"
	"contend/workload/history"
)

// judging is the history of a run in simulated time: it is judged while it is written, so
// that nobody reads it back. It may have no file.
type judging struct {
	file     history.Sink // nil: none
	examiner *check.Examiner
	judged   *check.Examination // after its end
	err      error              // of the judgement
}

// begin is the [history.Opener] of a file; nil: none.
func (j *judging) begin(file io.Writer) history.Opener {
	return func(h history.Header) (_ history.Sink, err error) {
		j.examiner = check.NewExaminer(h)
		if file == nil {
			return j, nil
		}
		if j.file, err = history.NewInOrder(file, h); err != nil {
			return nil, err
		}
		return j, nil
	}
}

// Record implements [history.Sink].
func (j *judging) Record(op *history.Op) {
	if j.file != nil {
		j.file.Record(op)
	}
	if j.err == nil {
		j.err = crash.Catch(func() error { j.examiner.Record(op); return nil })
	}
}

// Close implements [history.Sink]. The error is of the file alone.
func (j *judging) Close(f *history.Footer) error {
	if j.err == nil {
		j.err = crash.Catch(func() (err error) { j.judged, err = j.examiner.Close(f); return err })
	}
	if j.file == nil {
		return nil
	}
	return j.file.Close(f)
}
