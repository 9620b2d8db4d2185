package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"contend/internal/check"
	"contend/internal/history"
	"contend/report"
)

// examined is a history file and what it shows.
type examined struct {
	header   history.Header
	footer   *history.Footer // nil: the history was cut off
	findings check.Findings
}

// examine judges a history file. Where it was cut off, finals may read the
// counters as they are now.
func examine(path string, finals func(history.Header) (history.Footer, error)) (*examined, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r, err := history.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	e := &examined{header: r.Header()}
	audit := check.NewAudit(e.header)
	if err := audit.Read(r); err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	e.footer = r.Footer()
	var end history.Footer
	if e.footer != nil {
		end = *e.footer
	}
	if finals != nil {
		if end, err = finals(e.header); err != nil {
			return nil, err
		}
	}
	e.findings = audit.Close(end, e.footer == nil)
	return e, nil
}

// draw makes the picture of the first violation, if there is one.
func (e *examined) draw(historyPath, picturePath string) error {
	if len(e.findings.Violations) == 0 {
		return nil
	}
	scene, err := readScene(historyPath, e.findings.Violations[0])
	if err != nil {
		return err
	}
	picture, err := os.Create(picturePath)
	if err != nil {
		return fmt.Errorf("picture of the violation: %w", err)
	}
	return errors.Join(scene.Draw(picture), picture.Close())
}

// undrawn says why a history that fails has no picture; "" if it has one.
func (e *examined) undrawn() string {
	failed := slices.ContainsFunc(e.findings.Checks, func(c check.Result) bool { return c.Status == check.Fail })
	if !failed || len(e.findings.Violations) > 0 {
		return ""
	}
	return "there is no picture: the sums do not match, but no answer contradicts another one, so there is no moment to draw"
}

func readScene(path string, v check.Violation) (*check.Scene, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r, err := history.NewReader(file)
	if err != nil {
		return nil, err
	}
	scene := check.NewScene(v)
	var op history.Op
	for {
		switch err := r.Next(&op); {
		case errors.Is(err, io.EOF):
			return scene, nil
		case err != nil:
			return nil, err
		}
		scene.Add(&op)
	}
}

// historyPath is the history of a run: its folder, or the file itself.
func historyPath(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.IsDir() {
		return filepath.Join(path, report.HistoryFile), nil
	}
	return path, nil
}
