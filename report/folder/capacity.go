package folder

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"contend/report"
	"contend/report/capacity"
	"contend/report/page"
	"contend/report/text"
	"contend/workload/plan"
	"contend/workload/scenario"
)

// trialsFolder holds a folder for each trial of a search, with its report and scenario.
const trialsFolder = "trials"

// SaveSearch writes the scenario of a search into its folder, so that [LoadSearch] can resume
// it.
func SaveSearch(dir string, s scenario.Scenario) error {
	return SaveFile(filepath.Join(dir, report.ScenarioFile), scenario.Encode(s))
}

// SaveTrial writes the scenario and the report of a trial of the search in dir into a new
// folder below dir.
func SaveTrial(dir string, t *capacity.Trial, s *scenario.Scenario, r *report.Report) error {
	trial := filepath.Join(dir, trialsFolder, fmt.Sprintf("%02d", t.Number))
	if err := os.MkdirAll(trial, 0o777); err != nil {
		return fmt.Errorf("save %q: %w", trial, withoutPath(err))
	}
	return fileError(save(trial, disk(), []content{
		{report.ScenarioFile, func(w io.Writer) error { _, err := w.Write(scenario.Encode(*s)); return err }},
		{report.ReportFile, r.Encode},
	}))
}

// SaveCapacity writes the files of a search into its folder, as [Save] does.
func SaveCapacity(dir string, c *capacity.Capacity) error {
	return fileError(save(dir, disk(), []content{
		{report.CapacityTextFile, func(w io.Writer) error { return text.Capacity(w, c, text.Options{Width: MatrixWidth}) }},
		{report.PageFile, func(w io.Writer) error { return page.Capacity(w, c) }},
		{report.CapacityFile, c.Encode},
	}))
}

// LoadSearch reads what [SaveSearch] and [SaveCapacity] wrote.
func LoadSearch(dir string) (s scenario.Scenario, c *capacity.Capacity, err error) {
	path := filepath.Join(dir, report.ScenarioFile)
	content, err := os.ReadFile(path)
	if err != nil {
		return s, nil, fmt.Errorf("load %q: %w", path, withoutPath(err))
	}
	p, err := plan.Decode(path, content)
	if err != nil {
		return s, nil, err
	}
	if len(p.Variants) != 1 {
		return s, nil, fmt.Errorf("load %q: a search has one scenario, this file has %d", path, len(p.Variants))
	}
	c, err = LoadCapacity(dir)
	return p.Variants[0].Scenario, c, err
}

// LoadCapacity reads the result of a search. path is its folder, or a capacity.json. If there
// is none, the error matches [fs.ErrNotExist].
func LoadCapacity(path string) (*capacity.Capacity, error) {
	if filepath.Base(path) != report.CapacityFile {
		path = filepath.Join(path, report.CapacityFile)
	}
	content, err := os.ReadFile(path)
	if errors.Is(err, syscall.ENOTDIR) { // the path is a file
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("load %q: %w", path, withoutPath(err))
	}
	c, err := capacity.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("load %q: %w", path, err)
	}
	return c, nil
}
