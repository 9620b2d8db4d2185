package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"contend/internal/crash"
	"contend/report"
	"contend/report/compare"
	"contend/report/folder"
	"contend/report/text"
	"contend/workload/fleet"
	"contend/workload/plan"
)

// campaign is one call of "contend run" for a scenario with a matrix or repeats:
// a session for each run, one after another, in one folder.
type campaign struct {
	session // what all have in common
	plan    *plan.Plan
	runs    []plan.Run
	ended   []ended // by the runs' index
	matrix  report.Matrix
	resumed bool
	// began is when this process made its first run, and made counts its runs.
	began time.Time
	made  int
	// around is what went wrong around the runs, such as a table that was not
	// deleted.
	around []error
}

// ended is what came of a planned run; the zero value is one that was not begun. It
// does not keep the run's report, which a campaign of thousands has no room for.
type ended struct {
	ran *ran   // nil if it could not be run
	err string // why it could not be run
}

// ran is what the tables need of a run.
type ran struct {
	entry    report.MatrixRun
	compared compare.Run
}

func (e *ended) begun() bool { return e.ran != nil || e.err != "" }

// keep takes from the report of a run what the tables need; nil is none.
func (c *campaign) keep(index int, r *report.Report) {
	if r == nil {
		c.ended[index].ran = nil
		return
	}
	run := &c.runs[index]
	entry := report.NewMatrixRun(settings(&c.plan.Variants[run.Variant]), c.folderName(run), r)
	entry.Repeat = run.Repeat
	c.ended[index].ran = &ran{entry, compared(entry, r).Digest(nil)}
}

func newCampaign(s session, plan *plan.Plan) *campaign {
	runs := plan.Runs()
	return &campaign{session: s, plan: plan, runs: runs, ended: make([]ended, len(runs)), matrix: report.Matrix{
		Version: report.Version, ToolVersion: version(), Scenario: s.scenario.Name, Description: s.scenario.Description,
		StartedAt: s.started.UTC().Round(0), Planned: len(runs), Repeat: plan.Repeat,
	}}
}

// run carries out all runs that are not done yet. One that cannot be made does
// not keep the others from it, unless the user stops the whole.
func (c *campaign) run(ctx context.Context) (err error) {
	interrupts := catchInterrupts(ctx, c.sayBelow)
	defer func() { err = errors.Join(err, interrupts.release()) }()
	if err := c.confirm(interrupts.setup); err != nil {
		return err
	}
	if !c.resumed {
		if err := folder.SaveFile(filepath.Join(c.folder, report.ScenarioFile), c.plan.Text); err != nil {
			return explainFile(fmt.Errorf("run folder: %w", err))
		}
	}
	c.began = time.Now()
	for i := range c.runs {
		if c.ended[i].begun() {
			continue
		}
		err := c.one(interrupts, i)
		if c.matrix.Interrupted {
			break
		}
		var wrongUse *usageError
		if errors.As(err, &wrongUse) {
			return errors.Join(err, c.removeIfUnused())
		}
	}
	c.matrix.ElapsedS += time.Since(c.began).Seconds()
	all := c.collect()
	if len(all.runs) == 0 {
		return errors.Join(fleet.ErrStopped, errors.Join(c.around...), c.removeIfUnused())
	}
	var comparison *compare.Comparison
	compared := crash.Catch(func() error { comparison = all.comparison(); return nil })
	return errors.Join(c.end(comparison), compared)
}

// one makes one run in a folder of its own.
func (c *campaign) one(interrupts *interrupts, index int) error {
	run := &c.runs[index]
	one := c.session
	one.scenario, one.started = run.Scenario, time.Now()
	one.ofMany = c.whole(index)
	one.folder = filepath.Join(c.folder, c.folderName(run))
	if err := os.Mkdir(one.folder, 0o755); err != nil {
		err = fmt.Errorf("run folder: %w", err)
		c.ended[index].err = oneLine(err)
		return err
	}
	if c.quiet || !isTerminal(c.stderr) {
		c.say("%d of %d: %s", index+1, len(c.runs), c.title(run))
	}
	err := crash.Catch(func() error { return one.runUnder(interrupts) })
	c.made++
	if errors.Is(err, fleet.ErrStopped) {
		c.matrix.Interrupted = true
		c.keepAround(c.title(run), err, fleet.ErrStopped.Error())
		return err
	}
	if one.target.Kind != "" {
		c.matrix.Target = report.Target{Kind: one.target.Kind, Endpoint: one.target.Endpoint}
	}
	c.keep(index, one.report)
	switch {
	case one.report != nil:
		c.matrix.Interrupted = one.report.Interrupted
		c.keepAround(c.title(run), err, one.report.Error)
	case err != nil:
		c.ended[index].err = oneLine(err)
	}
	return err
}

// keepAround keeps those parts of a run's error that are told nowhere else.
func (c *campaign) keepAround(title string, err error, told string) {
	if err == nil {
		return
	}
	for _, part := range parts(err) {
		if !strings.Contains(told, part.Error()) {
			c.around = append(c.around, fmt.Errorf("%s: %w", title, part))
		}
	}
}

// whole tells the progress of a run what part of all runs it is.
func (c *campaign) whole(index int) *text.Whole {
	w := &text.Whole{Run: index, Runs: len(c.runs), Title: c.title(&c.runs[index])}
	if c.made > 0 {
		w.Usual = time.Since(c.began) / time.Duration(c.made)
	}
	return w
}

// title tells people which run it is.
func (c *campaign) title(r *plan.Run) string {
	name := c.plan.Variants[r.Variant].Name
	if c.plan.Repeat == 1 {
		return name
	}
	return strings.TrimPrefix(fmt.Sprintf("%s, run %d of %d", name, r.Repeat, c.plan.Repeat), ", ")
}

// collect enters every run that was begun in the matrix, variant by variant.
func (c *campaign) collect() saved {
	s := saved{path: c.folder, matrix: &c.matrix}
	order := make([]int, len(c.runs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &c.runs[i], &c.runs[j]
		return cmp.Or(a.Variant-b.Variant, a.Repeat-b.Repeat)
	})
	for _, i := range order {
		if c.ended[i].begun() {
			v := c.entry(i)
			c.matrix.Variants = append(c.matrix.Variants, v)
			run := compared(v, nil)
			if ran := c.ended[i].ran; ran != nil {
				run = ran.compared
			}
			s.runs = append(s.runs, savedRun{Run: run, settings: v.Settings})
		}
	}
	return s
}

func (c *campaign) entry(index int) report.MatrixRun {
	run, ended := &c.runs[index], &c.ended[index]
	if ended.ran != nil {
		return ended.ran.entry
	}
	entry := report.NewMatrixRun(settings(&c.plan.Variants[run.Variant]), c.folderName(run), nil)
	entry.Repeat, entry.Error = run.Repeat, ended.err
	return entry
}

func settings(v *plan.Variant) []report.Setting {
	var list []report.Setting
	for _, s := range v.Values {
		list = append(list, report.Setting{Path: s.Path, Value: s.Value})
	}
	return list
}

var (
	notInNames      = regexp.MustCompile(`[^a-zA-Z0-9.]+`)
	startsWithDigit = regexp.MustCompile(`^[0-9]`)
)

// folderName tells the runs apart for people.
func (c *campaign) folderName(r *plan.Run) string {
	const longest = 80
	var values []string
	for _, s := range c.plan.Variants[r.Variant].Values {
		value := strings.Trim(notInNames.ReplaceAllString(s.Value, "-"), "-")
		if startsWithDigit.MatchString(value) { // which says nothing by itself
			value = s.Path[strings.LastIndexByte(s.Path, '.')+1:] + "-" + value
		}
		values = append(values, value)
	}
	name := strings.Join(values, "_")
	name = fmt.Sprintf("%0*d-%s", len(fmt.Sprint(len(c.plan.Variants))), r.Variant+1, name[:min(len(name), longest)])
	name = strings.TrimSuffix(name, "-")
	if c.plan.Repeat > 1 {
		name += fmt.Sprintf("-run%0*d", len(fmt.Sprint(c.plan.Repeat)), r.Repeat)
	}
	return name
}

// end prints and saves the tables; comparison is nil if it could not be made. The
// exit code is that of the worst run.
func (c *campaign) end(comparison *compare.Comparison) error {
	format := "text"
	if c.json {
		format = "json"
	}
	saved := folder.SaveMatrix(c.folder, &c.matrix)
	var printed error
	if comparison != nil {
		saved = errors.Join(saved, folder.SaveComparison(c.folder, comparison))
		printed = crash.Catch(func() error {
			return c.printMatrix(format, &c.matrix, func() *compare.Comparison { return comparison })
		})
	}
	if saved == nil {
		c.say("files: %s", c.folder)
	}
	var opened error
	if c.open && saved == nil {
		opened = openPage(filepath.Join(c.folder, report.PageFile))
	}
	if c.matrix.Interrupted {
		c.say("to go on: contend run --resume %s", c.folder)
	}
	return errors.Join(verdictError(c.matrix.Status()), c.notRun(), errors.Join(c.around...), unmet(c.matrix.Thresholds()),
		c.early(c.matrix.Interrupted), printed, explainFile(saved), opened)
}

// notRun is the error of the runs that ended in one.
func (c *campaign) notRun() error {
	n := 0
	for _, v := range c.matrix.Variants {
		if v.Error != "" {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	what := "variants"
	if c.plan.Repeat > 1 {
		what = "runs"
	}
	return fmt.Errorf("%d of %d %s ended in an error", n, len(c.runs), what)
}

// removeIfUnused removes the scenario of a campaign that measured nothing, so
// that its folder can go. One that is resumed stays what it is.
func (c *campaign) removeIfUnused() error {
	entries, err := os.ReadDir(c.folder)
	if err != nil || c.resumed {
		return nil
	}
	for _, e := range entries {
		if e.Name() != report.ScenarioFile && e.Name() != folder.LockFile {
			return nil
		}
	}
	return os.Remove(filepath.Join(c.folder, report.ScenarioFile))
}
