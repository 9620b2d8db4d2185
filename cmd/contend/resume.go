package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/report"
	"contend/report/folder"
	"contend/workload/plan"
	"contend/workload/scenario"
)

// resume goes on with a matrix that was stopped: its folder says what was
// planned and what is done.
func (p *program) resume(c *cli.Context) error {
	dir := c.String("resume")
	if err := onlyResume(c); err != nil {
		return err
	}
	path := filepath.Join(dir, report.ScenarioFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return usage(fmt.Errorf("run: --resume: %w", err), "name the folder of a matrix, as its run did at its end")
	}
	plan, err := plan.Decode(path, text)
	if err != nil {
		return err
	}
	if plan.Single() {
		return usage(fmt.Errorf("run: --resume: %q is a single run, and cannot be gone on with", dir), "contend run "+path+" makes it again")
	}
	mine, err := folder.Acquire(dir)
	if err != nil {
		return fmt.Errorf("run: --resume: %w", err)
	}
	s := newSession(p, c, plan)
	s.work(mine)
	matrix := newCampaign(s, plan)
	matrix.resumed = true
	if err := matrix.takeUp(c.Context); err != nil {
		return errors.Join(fmt.Errorf("run: --resume: %w", err), mine.Release())
	}
	return errors.Join(matrix.run(c.Context), mine.Release())
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

// takeUp finds the runs that are done, deletes the tables that stopped ones left,
// and clears away those. Nothing is removed of a campaign that cannot go on.
func (c *campaign) takeUp(ctx context.Context) error {
	before, err := folder.LoadMatrix(c.folder)
	switch {
	case err == nil:
		c.matrix.StartedAt, c.matrix.ElapsedS, c.matrix.Target = before.StartedAt, before.ElapsedS, before.Target
	case !errors.Is(err, fs.ErrNotExist): // a killed campaign left none
		return err
	}
	var stopped []string // folders
	var left []*folder.TableRecord
	done := 0
	for i := range c.runs {
		dir := filepath.Join(c.folder, c.folderName(&c.runs[i]))
		r, err := finished(dir, c.runs[i].Scenario)
		if err != nil {
			return err
		}
		record, err := folder.LoadTable(dir)
		if err != nil {
			return withHint(err, "nothing was removed")
		}
		if record != nil && record.MayBeLeft() {
			left = append(left, record)
		}
		if c.keep(i, r); r != nil {
			done++
			c.describe(r)
			continue
		}
		if err := removable(dir, record); err != nil {
			return err
		}
		stopped = append(stopped, dir)
	}
	if err := c.deleteLeft(ctx, left); err != nil {
		return err
	}
	for _, dir := range stopped {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("run folder: %w", err)
		}
	}
	c.say("%d of %d runs are done", done, len(c.runs))
	return nil
}

// deleteLeft deletes the tables that killed runs left.
func (c *campaign) deleteLeft(ctx context.Context, left []*folder.TableRecord) error {
	interrupts := catchInterrupts(ctx, c.sayBelow)
	defer interrupts.release()
	for _, r := range left {
		what, err := c.program.deleteLeft(interrupts.setup, r, c.confirmed)
		var wrongUse *usageError
		if errors.As(err, &wrongUse) {
			return err
		}
		if err != nil {
			return withHint(err, "nothing was removed; remove the folder "+r.Folder()+" to go on without its table")
		}
		fmt.Fprintf(c.stderr, "contend: table %s, which a stopped run left: %s\n", r.Table, what)
	}
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

// finished is the report of a run that went to its end; nil if there is none. A
// report that is there and cannot be read is an error, and so is a run of another
// scenario: it is not what is to be resumed, and too dear to be made again without
// a word.
func finished(dir string, s scenario.Scenario) (*report.Report, error) {
	r, err := folder.Load(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, withHint(err, "nothing was removed; remove the run's folder to make it again")
	case r.Interrupted || r.Error != "":
		return nil, nil
	}
	text, err := os.ReadFile(filepath.Join(dir, report.ScenarioFile))
	if err != nil {
		return nil, withHint(fmt.Errorf("the run in %q: %w", dir, err), "nothing was removed; remove the run's folder to make it again")
	}
	if !bytes.Equal(text, scenario.Encode(s)) {
		return nil, withHint(fmt.Errorf("the run in %q is not of the scenario that the matrix has now", dir),
			"undo what was changed in "+report.ScenarioFile+", or remove the run to make it again")
	}
	return r, nil
}

// removable is the error of a folder that must not be removed: it holds what no
// run writes, or does not say which table its run made.
func removable(folder string, record *folder.TableRecord) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("run folder: %w", err)
	}
	for _, e := range entries {
		if !report.IsRunFile(e.Name()) || !e.Type().IsRegular() {
			return fmt.Errorf("run folder: %q holds %q, which is no run's: remove it, to go on", folder, e.Name())
		}
		begun := e.Name() != report.TableFile && !(strings.HasPrefix(e.Name(), report.TableFile) && report.IsPartial(e.Name()))
		if record == nil && begun {
			return withHint(fmt.Errorf("run folder: %q holds no %s, which names the table that its run made", folder, report.TableFile),
				"nothing was removed; remove the folder to make the run again")
		}
	}
	return nil
}
