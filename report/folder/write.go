package folder

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
	"contend/report"
)

// file is the part of an [os.File] that saving needs.
type file interface {
	io.Writer
	Sync() error
	Close() error
}

// storage is where files are saved.
type storage struct {
	create         func(path string) (file, error) // creates or truncates
	rename         func(from, to string) error
	remove         func(path string) error
	temporaryAfter string // suffix of a file until it is complete
}

func disk() storage {
	return storage{
		create: func(path string) (file, error) {
			return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
		},
		rename:         os.Rename,
		remove:         os.Remove,
		temporaryAfter: report.Partial,
	}
}

// save tries every file. Files that are missing for the same cause share an error, so
// that a full disk is one error and not four.
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

// write makes the file at path. If it fails, it leaves what was there.
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
	// A network file system may report only now that the disk is full.
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

// withoutPath removes the path and the system call from an error of package os, for a
// caller that names the file itself.
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
