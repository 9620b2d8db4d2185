package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"contend/report"
	"contend/workload"
)

// resume goes on with a matrix that was stopped: its folder says what was
// planned and what is done.
func (p *program) resume(c *cli.Context) error {
	folder := c.String("resume")
	if err := onlyResume(c); err != nil {
		return err
	}
	path := filepath.Join(folder, report.ScenarioFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return usage(fmt.Errorf("run: --resume: %w", err), "name the folder of a matrix, as its run did at its end")
	}
	plan, err := workload.DecodePlan(path, text)
	if err != nil {
		return err
	}
	if plan.Single() {
		return usage(fmt.Errorf("run: --resume: %q is a single run, and cannot be gone on with", folder), "contend run "+path+" makes it again")
	}
	s := newSession(p, c, plan)
	s.folder = folder
	matrix := newCampaign(s, plan)
	if err := matrix.takeUp(); err != nil {
		return fmt.Errorf("run: --resume: %w", err)
	}
	return matrix.run(c.Context)
}

// onlyResume refuses what would make another matrix of it.
func onlyResume(c *cli.Context) error {
	if c.Args().Len() > 0 {
		return usage(fmt.Errorf("run: %q: --resume takes no scenario: the folder has one", c.Args().First()), "")
	}
	for _, name := range append([]string{"set", "out"}, shortcutFlags()...) {
		if c.IsSet(name) {
			return usage(fmt.Errorf("run: --%s: a matrix goes on with what it was begun with", name), "")
		}
	}
	return nil
}

func shortcutFlags() []string {
	var names []string
	for _, s := range shortcuts {
		names = append(names, s.flag)
	}
	return names
}

// takeUp finds the runs that are done, and clears away those that were stopped.
func (c *campaign) takeUp() error {
	before, err := report.LoadMatrix(c.folder)
	switch {
	case err == nil:
		c.matrix.StartedAt, c.matrix.ElapsedS, c.matrix.Target = before.StartedAt, before.ElapsedS, before.Target
	case !errors.Is(err, fs.ErrNotExist): // a killed matrix left none
		return err
	}
	done := 0
	for i := range c.runs {
		folder := filepath.Join(c.folder, c.folderName(&c.runs[i]))
		if c.ended[i].report, err = finished(folder, c.runs[i].Scenario); err != nil {
			return err
		}
		if r := c.ended[i].report; r != nil {
			done++
			c.describe(r)
		} else if err := stillRunning(folder); err != nil {
			return err
		}
	}
	for i := range c.runs { // nothing is removed of a matrix that cannot go on
		if c.ended[i].report != nil {
			continue
		}
		if err := removeRun(filepath.Join(c.folder, c.folderName(&c.runs[i]))); err != nil {
			return err
		}
	}
	c.say("%d of %d runs are done", done, len(c.runs))
	return nil
}

// describe takes from a run what a killed matrix did not write down.
func (c *campaign) describe(r *report.Report) {
	if c.matrix.Target.Kind == "" {
		c.matrix.Target = r.Target
	}
	if r.StartedAt.Before(c.matrix.StartedAt) {
		c.matrix.StartedAt = r.StartedAt
	}
}

// stillRunning refuses to clear away a run that another process has under way: it
// writes to its history once a second at least.
func stillRunning(folder string) error {
	const lately = 3 * time.Second
	if _, err := os.Stat(filepath.Join(folder, report.ReportFile)); err == nil {
		return nil // it came to an end, if not to its own
	}
	history, err := os.Stat(filepath.Join(folder, report.HistoryFile))
	if err != nil || time.Since(history.ModTime()) > lately {
		return nil
	}
	return withHint(fmt.Errorf("the run in %q was written to just now: is the matrix still running?", folder), "if it was killed, try again in some seconds")
}

// finished is the report of a run that went to its end; nil if there is none. A
// run of another scenario is an error: it is not what is to be gone on with, and
// too dear to be made again without a word.
func finished(folder string, s workload.Scenario) (*report.Report, error) {
	r, err := report.Load(folder)
	if err != nil || r.Interrupted || r.Error != "" {
		return nil, nil
	}
	text, err := os.ReadFile(filepath.Join(folder, report.ScenarioFile))
	if err != nil {
		return nil, nil
	}
	if !bytes.Equal(text, workload.Encode(s)) {
		return nil, withHint(fmt.Errorf("the run in %q is not of the scenario that the matrix has now", folder),
			"undo what was changed in "+report.ScenarioFile+", or remove the run to make it again")
	}
	return r, nil
}

// removeRun removes what is left of a run that was stopped, and nothing that a
// run does not write.
func removeRun(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("run folder: %w", err)
	}
	for _, e := range entries {
		if !report.IsRunFile(e.Name()) {
			return fmt.Errorf("run folder: %q holds %q, which is no run's: remove it, to go on", folder, e.Name())
		}
	}
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("run folder: %w", err)
	}
	return nil
}
