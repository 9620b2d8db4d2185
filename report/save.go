package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"contend/internal/crash"
)

// The files of a run's folder.
const (
	ReportFile   = "report.json"
	TextFile     = "report.txt"
	PageFile     = "report.html"
	HGRMFile     = "latency.hgrm"
	ScenarioFile = "scenario.yaml"
	// HistoryFile is written while the run goes on, and PictureFile where a
	// violation can be drawn; neither by [Save].
	HistoryFile = "history.jsonl.zst"
	PictureFile = "violation.html"
	// TableFile names the run's table, before it is made.
	TableFile = "table.json"
)

// partial ends the name of a file that is not complete.
const partial = ".partial"

// textFileWidth is the width of report.txt, in columns.
const textFileWidth = 80

// Save writes a run's files into the folder dir and creates it if necessary:
// [ReportFile], [TextFile] without colour, [PageFile], [HGRMFile], and [ScenarioFile] with
// the bytes of scenarioYAML.
//
// A file is complete or absent, never half-written, and what cannot be written
// does not keep the others from being written, a panic included. The error names the files that
// are missing and matches their causes.
func Save(dir string, r *Report, scenarioYAML []byte) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("save %q: %w", dir, withoutPath(err))
	}
	return save(dir, disk(), contents(r, scenarioYAML))
}

// The files of a matrix's folder, beside the folders of its runs.
const (
	MatrixFile     = "matrix.json"
	MatrixTextFile = "matrix.txt"
)

// SaveMatrix writes a matrix's files into the folder of its runs, as [Save] does.
func SaveMatrix(dir string, m *Matrix) error {
	return save(dir, disk(), []content{
		{MatrixFile, m.Encode},
		{MatrixTextFile, func(w io.Writer) error { return MatrixText(w, m, TextOptions{Width: MatrixWidth}) }},
	})
}

// SaveFile writes one file; it is complete, or what it was before. The folder must
// exist.
func SaveFile(path string, text []byte) error {
	return save(filepath.Dir(path), disk(), []content{
		{filepath.Base(path), func(w io.Writer) error { _, err := w.Write(text); return err }},
	})
}

// IsPartial reports whether a file of that name is one that was not completed.
func IsPartial(name string) bool { return strings.HasSuffix(name, partial) }

// IsRunFile reports whether a run writes a file of that name into its folder.
func IsRunFile(name string) bool {
	switch strings.TrimSuffix(name, partial) {
	case ReportFile, TextFile, PageFile, HGRMFile, ScenarioFile, HistoryFile, PictureFile, TableFile:
		return true
	}
	return false
}

// MatrixWidth is how many columns a matrix takes if it has room.
const MatrixWidth = 100

// content is a file to be written.
type content struct {
	name  string
	write func(io.Writer) error
}

func contents(r *Report, scenarioYAML []byte) []content {
	// The report comes last: where it is, the others are.
	return []content{
		{TextFile, func(w io.Writer) error { return Text(w, r, TextOptions{Width: textFileWidth}) }},
		{PageFile, func(w io.Writer) error { return HTML(w, r) }},
		{HGRMFile, func(w io.Writer) error { return HGRM(w, r) }},
		{ScenarioFile, func(w io.Writer) error { _, err := w.Write(scenarioYAML); return err }},
		{ReportFile, r.Encode},
	}
}

// file is what saving needs of an [os.File].
type file interface {
	io.Writer
	Sync() error
	Close() error
}

// storage is where files are saved.
type storage struct {
	create         func(path string) (file, error) // or truncate
	rename         func(from, to string) error
	remove         func(path string) error
	temporaryAfter string // what a file is called until it is complete
}

func disk() storage {
	return storage{
		create: func(path string) (file, error) {
			return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
		},
		rename:         os.Rename,
		remove:         os.Remove,
		temporaryAfter: partial,
	}
}

// save tries every file. Files that are missing for the same cause share an
// error, so that a full disk is one error and not four.
func save(dir string, to storage, files []content) error {
	var errs []error
	var missing []string
	var cause error
	report := func() {
		if cause != nil {
			errs = append(errs, fmt.Errorf("save %q: %s: %w", dir, strings.Join(missing, ", "), cause))
		}
	}
	for _, f := range files {
		err := withoutPath(to.write(filepath.Join(dir, f.name), f.write))
		if err == nil {
			continue
		}
		if cause == nil || cause.Error() != err.Error() {
			report()
			cause, missing = err, nil
		}
		missing = append(missing, f.name)
	}
	report()
	return errors.Join(errs...)
}

// write makes the file at path, or leaves what was there as it was.
func (s storage) write(path string, write func(io.Writer) error) error {
	var buffer bytes.Buffer
	if err := crash.Catch(func() error { return write(&buffer) }); err != nil {
		return err
	}
	unfinished := path + s.temporaryAfter
	f, err := s.create(unfinished)
	if err != nil {
		return err
	}
	_, err = f.Write(buffer.Bytes())
	if err == nil {
		err = f.Sync()
	}
	// A network file system may notice only now that the disk is full.
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = s.rename(unfinished, path)
	}
	if err != nil {
		_ = s.remove(unfinished) // the first error is the one that matters
	}
	return err
}

// withoutPath takes the path and the system call off an error of package os, for
// a caller that names the file itself.
func withoutPath(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
