package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// The files of a run's folder.
const (
	jsonFile     = "report.json"
	textFile     = "report.txt"
	hgrmFile     = "latency.hgrm"
	scenarioFile = "scenario.yaml"
)

// Save writes a run's files into an existing folder. Each is either whole or
// not there; if one fails the others are still written, and the error names
// those that failed.
func Save(folder string, r *Report, scenario []byte) error {
	var problems []error
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{jsonFile, r.Encode},
		{textFile, func(w io.Writer) error { return Text(w, r, TextOptions{}) }},
		{hgrmFile, func(w io.Writer) error { return HGRM(w, r) }},
		{scenarioFile, func(w io.Writer) error { _, err := w.Write(scenario); return err }},
	} {
		if err := writeFile(filepath.Join(folder, file.name), file.write); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// writeFile writes to a temporary file and gives it its name once it is on the
// disk.
func writeFile(path string, write func(io.Writer) error) error {
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return fmt.Errorf("%q: %w", path, err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return fmt.Errorf("%q: %w", path, err)
	}
	_, err = file.Write(text.Bytes())
	err = errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name()) // what is left of it is of no use
		return fmt.Errorf("%q: %w", path, err)
	}
	return nil
}

// Load reads a saved run: its folder, or its report.json.
func Load(path string) (*Report, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		path = filepath.Join(path, jsonFile)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r, err := Decode(file)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return r, nil
}

// HGRM writes the service latency of successful operations, in milliseconds, as
// HdrHistogram's plotter reads it.
func HGRM(w io.Writer, r *Report) error {
	if r.Latency.Service == nil {
		return new(Distribution).Histogram.WriteHGRM(w)
	}
	return r.Latency.Service.Histogram.WriteHGRM(w)
}
