package folder

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"contend/report"
	"contend/report/capacity"
	"contend/report/page"
	"contend/report/text"
	"contend/workload/plan"
	"contend/workload/scenario"
)

// trialsFolder holds a folder for each trial of a search, with its report and scenario.
const trialsFolder = "trials"

// SaveSearch writes the scenario of a search into its folder, with which [LoadSearch] can
// resume it.
func SaveSearch(dir string, s scenario.Scenario) error {
	return SaveFile(filepath.Join(dir, report.ScenarioFile), scenario.Encode(s))
}

// SaveTrial writes the scenario and the report of a trial into a folder of its own, and then
// what the search knows into the folder of the search, as [SaveCapacity] does.
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
	path = filepath.Join(dir, report.CapacityFile)
	content, err = os.ReadFile(path)
	if err != nil {
		return s, nil, fmt.Errorf("load %q: %w", path, withoutPath(err))
	}
	c, err = capacity.Decode(bytes.NewReader(content))
	if err != nil {
		return s, nil, fmt.Errorf("load %q: %w", path, err)
	}
	return p.Variants[0].Scenario, c, nil
}
