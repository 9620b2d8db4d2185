package check

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"contend/workload/history"
)

// Examination is a history with its findings.
type Examination struct {
	Header history.Header
	// Footer is nil if the history was cut off.
	Footer   *history.Footer
	Findings Findings
}

// Examine judges a history. If finals is not nil, the counters' final values are
// those that it returns instead of those in the history's footer; it is called after
// all operations have been read. The error is about reading the history, or from
// finals.
func Examine(from io.Reader, finals func(history.Header) (history.Footer, error)) (*Examination, error) {
	r, err := history.NewReader(from)
	if err != nil {
		return nil, err
	}
	e := &Examination{Header: r.Header()}
	audit := NewAudit(e.Header)
	if err := audit.Read(r); err != nil {
		return nil, err
	}
	e.Footer = r.Footer()
	var end history.Footer
	if e.Footer != nil {
		end = *e.Footer
	}
	if finals != nil {
		if end, err = finals(e.Header); err != nil {
			return nil, &finalsError{err}
		}
	}
	e.Findings = audit.Close(end, e.Footer == nil)
	return e, nil
}

// finalsError is an error of finals, not of reading the history.
type finalsError struct{ error }

func (e *finalsError) Unwrap() error { return e.error }

// ExamineFile is [Examine] for a file. Errors of reading name the file.
func ExamineFile(path string, finals func(history.Header) (history.Footer, error)) (*Examination, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	e, err := Examine(file, finals)
	var elsewhere *finalsError
	if errors.As(err, &elsewhere) {
		return nil, elsewhere.error
	}
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return e, nil
}

// Draw writes an HTML page with a drawing of the first violation. from is the examined
// history, from its beginning. Without a violation Draw reads and writes nothing. The
// error is [ErrNoScene] if the history has nothing that could be drawn.
func (e *Examination) Draw(to io.Writer, from io.Reader) error {
	if len(e.Findings.Violations) == 0 {
		return nil
	}
	r, err := history.NewReader(from)
	if err != nil {
		return err
	}
	scene := NewScene(e.Findings.Violations[0])
	var op history.Op
	for {
		switch err := r.Next(&op); {
		case errors.Is(err, io.EOF):
			return scene.Draw(to)
		case err != nil:
			return err
		}
		scene.Add(&op)
		if other := op.Other(); other != nil {
			scene.Add(other)
		}
	}
}

// DrawFile is [Examination.Draw] with the paths of the history and of the picture. It
// creates the picture only if there is a violation.
func (e *Examination) DrawFile(historyPath, picturePath string) error {
	if len(e.Findings.Violations) == 0 {
		return nil
	}
	file, err := os.Open(historyPath)
	if err != nil {
		return err
	}
	defer file.Close()
	picture, err := os.Create(picturePath)
	if err != nil {
		return fmt.Errorf("picture of the violation: %w", err)
	}
	return errors.Join(e.Draw(picture, file), picture.Close())
}

// Undrawn says why there is no picture of a failure; "" if there is a picture, or no
// failure.
func (e *Examination) Undrawn() string {
	failed := slices.ContainsFunc(e.Findings.Checks, func(c Result) bool { return c.Status == Fail })
	if !failed || len(e.Findings.Violations) > 0 {
		return ""
	}
	return "there is no picture: the sums do not match, but no answer contradicts another one, so there is no moment to draw"
}
