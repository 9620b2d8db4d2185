package report

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// DecodeMatrix reads a matrix.json by the rules of [Decode].
func DecodeMatrix(r io.Reader) (*Matrix, error) {
	var m Matrix
	if err := decode(r, &m); err != nil {
		return nil, err
	}
	for _, v := range m.Variants {
		if v.Verdict != "" && !isStatus(v.Verdict) {
			return nil, fmt.Errorf("matrix: variant %q: unknown verdict %q", v.name(), v.Verdict)
		}
		for _, t := range v.Thresholds {
			if err := t.validate(); err != nil {
				return nil, fmt.Errorf("matrix: variant %q: %w", v.name(), err)
			}
		}
	}
	return &m, nil
}

// LoadMatrix reads the table of a matrix: path is its folder, or a matrix.json.
// An error for a path that holds none matches [fs.ErrNotExist].
func LoadMatrix(path string) (*Matrix, error) {
	name := path
	if filepath.Base(path) != MatrixFile {
		name = filepath.Join(path, MatrixFile)
	}
	file, err := os.Open(name)
	if errors.Is(err, syscall.ENOTDIR) { // the path is a file
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("load %q: %w", path, withoutPath(err))
	}
	defer file.Close()
	m, err := DecodeMatrix(file)
	if err != nil {
		return nil, fmt.Errorf("load %q: %w", name, err)
	}
	return m, nil
}
