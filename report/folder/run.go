package folder

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"contend/internal/crash"
	"contend/report"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// Run saves one run in a folder: the record of its table, its history and, after the load, its
// report and the other files.
type Run struct {
	Folder   string // it must exist, and be empty
	Scenario scenario.Scenario
	About    report.About
	// Report is nil until the load has ended.
	Report *report.Report
	// Saved is true if the report and its files are in the folder.
	Saved bool
	// Place is where the counters are; the zero value until that is known.
	Place trial.Place

	table *TableRecord // set once the table is requested
}

// FileError is an error while writing the files of a run or a campaign.
type FileError struct{ Err error }

func (e *FileError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

func fileError(err error) error {
	if err == nil {
		return nil
	}
	return &FileError{err}
}

// Keep changes the options of the run so that it is saved. Callbacks that are already set are
// still called, OnOutcome after the report is saved. If the report cannot be saved in the
// folder, it is saved in a temporary one, which OnWarning names.
//
// The caller must call End when the run has ended.
func (r *Run) Keep(o *trial.Options) {
	o.History = filepath.Join(r.Folder, report.HistoryFile)
	o.Picture = filepath.Join(r.Folder, report.PictureFile)
	onTarget, onTable, onOutcome, warn := o.OnTarget, o.OnTable, o.OnOutcome, o.OnWarning
	o.OnTarget = func(at trial.Place) error {
		r.Place = at
		if onTarget == nil {
			return nil
		}
		return onTarget(at)
	}
	o.OnTable = func(t trial.Table) error {
		if err := r.keepTable(t); err != nil || onTable == nil {
			return err
		}
		return onTable(t)
	}
	o.OnOutcome = func(outcome *trial.Outcome) error {
		r.Place = outcome.Place
		err := crash.Catch(func() error { r.Report = report.New(outcome, r.About); return nil })
		if err == nil {
			err = r.save(outcome, warn)
		}
		if onOutcome == nil {
			return err
		}
		return errors.Join(err, onOutcome(outcome))
	}
}

// keepTable records what is known about the run's table.
func (r *Run) keepTable(t trial.Table) error {
	if r.table == nil {
		r.table = NewTableRecord(t.Place)
		r.table.Own, r.table.AskedAt = t.Own, t.AskedAt
		return fileError(r.table.SaveIn(r.Folder))
	}
	r.table.Identify(t.Identity)
	return r.table.Note(t.State, t.Items)
}

// save writes the run's files. If that fails, it writes them into a temporary folder,
// so that the measurements are not lost.
func (r *Run) save(outcome *trial.Outcome, warn func(string)) error {
	text := scenario.Encode(r.Scenario)
	files := append(measurements(outcome), contents(r.Report, text)...)
	err := save(r.Folder, disk(), files)
	r.Saved = err == nil
	if err == nil || isCrash(err) { // another folder would not help
		return fileError(err)
	}
	rescue, rescueErr := os.MkdirTemp("", "contend-"+r.Scenario.Name+"-")
	if rescueErr == nil {
		rescueErr = save(rescue, disk(), files)
	}
	if rescueErr != nil {
		return errors.Join(fileError(err), fmt.Errorf("rescue: %w", rescueErr))
	}
	if warn != nil {
		warn(fmt.Sprintf("the files were saved to %s instead", rescue))
	}
	return fileError(err)
}

// measurements is the file for merging of one machine's part of a run; nil for a whole run.
func measurements(o *trial.Outcome) []content {
	if o.Part == nil {
		return nil
	}
	return []content{{report.MeasurementsFile, o.Result.Encode}}
}

// End cleans up after a run that ended with err. A run that measured nothing leaves no files,
// except the record of a table that may still exist. After a panic, the files that are needed
// to repeat the run stay.
func (r *Run) End(err error) error {
	var failures []error
	if isCrash(err) && r.Report == nil {
		failures = append(failures, fileError(os.WriteFile(filepath.Join(r.Folder, report.ScenarioFile), scenario.Encode(r.Scenario), 0o666)))
	}
	if t := r.table; r.Report == nil && t != nil && len(t.Items) == 0 && (t.State == trial.TableDeleted || t.State == trial.TableFound || t.endsWithRun()) {
		failures = append(failures, t.Remove())
	}
	return errors.Join(append(failures, removeIfEmpty(r.Folder))...)
}

// isCrash reports whether an error is a panic or contains one.
func isCrash(err error) bool {
	var caught *crash.Error
	return errors.As(err, &caught)
}
