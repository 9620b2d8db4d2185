package folder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"contend/internal/plainjson"
	"contend/report"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/trial"
)

// mergedFolder is the name of a merged run's folder, beside those of its machines.
const mergedFolder = "merged"

// Merge merges the results of all machines of a run and saves them as one run. Each path is the
// folder of a machine, a folder that contains those, or one that contains folders of runs. out
// is the folder of the merged run; "" means the folder "merged" beside that of the first
// machine. out must be empty, or hold the same run, which is then replaced: merging the same
// parts again gives the same files.
//
// The error names the parts that do not belong to one run, or is a [*NothingError] if there are
// no parts. If only judging failed, the report is saved all the same.
func Merge(paths []string, out, toolVersion string) (*Merged, error) {
	all, err := findParts(paths)
	if err != nil {
		return nil, err
	}
	if all, err = oneRun(all); err != nil {
		return nil, err
	}
	for _, p := range all {
		if err := p.load(); err != nil {
			return nil, err
		}
	}
	m := &Merged{Folder: out, Run: all[0].run, parts: all}
	if out == "" {
		m.Folder = filepath.Join(filepath.Dir(filepath.Clean(all[0].path)), mergedFolder)
	}
	if err := m.mayWrite(); err != nil {
		return nil, err
	}
	judgeErr := m.judge(toolVersion)
	if m.Report == nil {
		return nil, judgeErr
	}
	return m, errors.Join(judgeErr, m.save())
}

// Merged is a run that several machines made.
type Merged struct {
	Folder string
	Run    string
	Report *report.Report

	parts    []*part
	scenario scenario.Scenario
}

// mayWrite refuses a folder that holds anything but the same run.
func (m *Merged) mayWrite() error {
	text, err := os.ReadFile(filepath.Join(m.Folder, report.HistoriesFile))
	if errors.Is(err, fs.ErrNotExist) {
		unused, err := isUnused(m.Folder)
		if errors.Is(err, fs.ErrNotExist) || err == nil && unused {
			return nil
		}
		return errors.Join(err, fmt.Errorf("%q is not empty, and holds no merged run: %w", m.Folder, os.ErrExist))
	}
	if err != nil {
		return err
	}
	var old histories
	if err := json.Unmarshal(text, &old); err != nil || old.Run != m.Run {
		return fmt.Errorf("%q holds the merged run %q, not %q: %w", m.Folder, old.Run, m.Run, os.ErrExist)
	}
	return nil
}

// judge makes the report. Its error does not prevent a report, unless there is none.
func (m *Merged) judge(toolVersion string) error {
	var results []*measure.Result
	machines := trial.Machines{}
	first := m.parts[0]
	for _, p := range m.parts {
		machines.Histories = append(machines.Histories, p.history())
		if p.result != nil {
			if len(results) == 0 {
				first = p
			}
			results = append(results, p.result)
		}
	}
	if len(results) == 0 {
		return fmt.Errorf("run %q: no machine left its %s: \"contend check\" judges their histories", m.Run, report.MeasurementsFile)
	}
	about := report.About{ToolVersion: toolVersion, Machines: m.machines()}
	for i := range about.Machines {
		if what := about.Machines[i].Sentence(); what != "" {
			machines.Incomplete = append(machines.Incomplete, what)
		} else if m.missed(about.Machines[i].Machine) {
			machines.Missed = append(machines.Missed, fmt.Sprintf("machine %d was counted as lost during the run, and went on later", about.Machines[i].Machine))
		}
	}
	m.scenario = first.result.Scenario
	machines.Results = results
	o, err := machines.Judge()
	if o == nil {
		return err
	}
	from := first.report
	o.Place = trial.Place{Kind: from.Target.Kind, Endpoint: from.Target.Endpoint}
	if s := from.SDK; s != nil {
		o.SDK = store.SDK{Version: s.Version, Retry: s.Retry, MaxAttempts: s.MaxAttempts, Parameters: s.Parameters}
	}
	m.Report = report.New(o, about)
	m.Report.Items = from.Items
	return err
}

// machines are all of the run, also those that left nothing.
func (m *Merged) machines() []report.MachineRun {
	all := make([]report.MachineRun, m.parts[0].of)
	for i := range all {
		all[i] = report.MachineRun{Machine: i, State: report.MachineMissing, Why: "its folder is not there"}
	}
	for _, p := range m.parts {
		if p.machine >= len(all) {
			continue
		}
		if p.result == nil {
			all[p.machine].State = report.MachineLost
			all[p.machine].Why = fmt.Sprintf("its folder has a history, but no %s: its process did not end by itself", report.MeasurementsFile)
			continue
		}
		all[p.machine] = report.MachineRunOf(p.report)
		all[p.machine].Machine = p.machine // as its history and measurements say
	}
	return all
}

// save writes the files of the run.
func (m *Merged) save() error {
	if err := os.MkdirAll(m.Folder, 0o777); err != nil {
		return fileError(err)
	}
	index := histories{Version: 1, Run: m.Run}
	for _, p := range m.parts {
		path, err := filepath.Rel(realPath(m.Folder), realPath(p.history()))
		if err != nil {
			path = realPath(p.history())
		}
		index.Histories = append(index.Histories, filepath.ToSlash(path))
	}
	files := []content{{report.HistoriesFile, func(w io.Writer) error { return plainjson.Write(w, index) }}}
	return fileError(save(m.Folder, disk(), append(files, contents(m.Report, scenario.Encode(m.scenario))...)))
}
