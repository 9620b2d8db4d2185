package folder

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"contend/report"
)

// histories is [report.HistoriesFile], the index of the histories of a merged run.
type histories struct {
	Version   int      `json:"version"` // 1
	Run       string   `json:"run"`
	Histories []string `json:"histories"` // paths, relative to the folder unless absolute
}

// HistoryPaths returns the paths of the histories at path: of a run's folder, those in its
// index or the only one, which need not exist; of a file, the file itself. If path does not
// exist, the error matches [fs.ErrNotExist].
func HistoryPaths(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	name := filepath.Join(path, report.HistoriesFile)
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return []string{filepath.Join(path, report.HistoryFile)}, nil
	}
	if err != nil {
		return nil, err
	}
	index, err := decodeHistories(text)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", name, err)
	}
	paths := index.Histories
	for i, p := range paths {
		if !filepath.IsAbs(p) {
			paths[i] = filepath.Join(path, filepath.FromSlash(p))
		}
	}
	return paths, nil
}

func decodeHistories(text []byte) (*histories, error) {
	var index histories
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	switch err := decoder.Decode(&index); {
	case err != nil:
		return nil, err
	case decoder.More():
		return nil, errors.New("unexpected text after the JSON object")
	case index.Version != 1:
		return nil, fmt.Errorf("version %d; this program reads version 1", index.Version)
	case len(index.Histories) == 0:
		return nil, errors.New("it names no histories")
	}
	return &index, nil
}
