package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"contend/internal/crash"
	"contend/internal/format"
	"contend/report"
	"contend/report/compare"
	"contend/report/folder"
	"contend/report/markdown"
	"contend/report/text"
	"contend/workload/measure"
	"contend/workload/plan"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/trial"
)

// campaign carries out a scenario with a matrix or repeats.
func (s *session) campaign(ctx context.Context, p *plan.Plan, lock *folder.Lock) (err error) {
	interrupts := catchInterrupts(ctx, s.sayBelow)
	defer func() { err = errors.Join(err, interrupts.release()) }()
	var all []scenario.Scenario
	for _, run := range p.Runs() {
		all = append(all, run.Scenario)
	}
	if err := s.confirmAll(interrupts.setup, "campaign", all); err != nil {
		return err
	}
	kept, err := folder.NewCampaign(lock, p, s.about())
	if err != nil {
		return explainFile(err)
	}
	return s.carryOut(interrupts, kept)
}

// carryOut makes the runs that are not done, and reports the results of all of them.
func (s *session) carryOut(interrupts *interrupts, kept *folder.Campaign) error {
	t := &teller{session: s, Campaign: kept, began: time.Now(), stop: interrupts.end}
	defer limitGarbage(simulated(kept.Runs)...)()
	defer t.hide()
	defer s.lingerOn(interrupts)
	_, err := (&trial.Campaign{
		Runs: kept.Runs, Keeper: t,
		Options: func(i int) trial.Options {
			o := s.options(interrupts, &kept.Runs[i].Scenario, t.whole(i))
			if kept.Runs[i].Scenario.Target == scenario.TargetSimulated {
				o.Watch = nil // several at once have one line
			}
			return o
		},
	}).Run(interrupts.ctx)
	if errors.As(err, new(*store.NoConsentError)) {
		return errors.Join(hinting(err, ""), kept.Discard())
	}
	matrix, comparison, saved := kept.Finish()
	if matrix == nil {
		return errors.Join(trial.ErrStopped, untold(kept, err), hinting(saved, ""))
	}
	return s.conclude(kept, matrix, comparison, untold(kept, err), saved)
}

// untold adds the run's name and advice to an error that no table shows.
func untold(kept *folder.Campaign, err error) error {
	var all []error
	for _, one := range kept.Untold(err) {
		all = append(all, fmt.Errorf("%s: %w", kept.Title(one.Run), hintingIn(one.Err, kept.RunFolder(one.Run), kept.Runs[one.Run].Scenario.Target)))
	}
	return errors.Join(all...)
}

// conclude prints the results of all runs. The exit code is that of the worst one.
func (s *session) conclude(kept *folder.Campaign, m *report.Matrix, c *compare.Comparison, untold, saved error) error {
	var printed, summarized, opened error
	if c != nil {
		summarized = s.summarize(func(w io.Writer) error { return markdown.Comparison(w, c) })
		format := "text"
		if s.json {
			format = "json"
		}
		printed = crash.Catch(func() error {
			return s.printMatrix(format, m, func() *compare.Comparison { return c })
		})
	}
	if !errors.As(saved, new(*folder.FileError)) {
		s.say("files: %s", kept.Folder)
		if s.open {
			opened = openPage(filepath.Join(kept.Folder, report.PageFile))
		}
	}
	if m.Interrupted {
		s.say("resume with: contend run --resume %s", kept.Folder)
	}
	return errors.Join(verdictError(m.Status()), notRun(m), untold, thresholdsError(m.Thresholds()), s.early(m.Interrupted),
		printed, summarized, hinting(saved, ""), opened)
}

// notRun is the error of the runs that ended in an error.
func notRun(m *report.Matrix) error {
	n := 0
	for _, v := range m.Variants {
		if v.Error != "" {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	what := "variants"
	if m.Repeat > 1 {
		what = "runs"
	}
	return fmt.Errorf("%d of %d %s ended in an error", n, m.Planned, what)
}

// simulated are the runs of the target simulated, which are made at the same time.
func simulated(all []plan.Run) []*scenario.Scenario {
	var found []*scenario.Scenario
	for i := range all {
		if all[i].Scenario.Target == scenario.TargetSimulated {
			found = append(found, &all[i].Scenario)
		}
	}
	return found
}

// teller is a campaign's keeper that also prints which run begins, and limits the
// garbage of each that is made alone.
type teller struct {
	*session
	*folder.Campaign
	stop    func() // ends the campaign as an interrupt does
	began   time.Time
	made    int // runs since then
	restore func()
	line    *text.Progress // of simulated runs; nil before the first, or without a terminal
}

// Start implements [trial.Keeper].
func (t *teller) Start(i int, o *trial.Options) error {
	what := &t.Runs[i].Scenario
	t.restore = func() {}
	if what.Target != scenario.TargetSimulated {
		t.restore = limitGarbage(what)
	}
	if err := t.Campaign.Start(i, o); err != nil {
		return err
	}
	t.show(i)
	if t.quiet || !drawsOn(t.stderr) {
		t.say("%d of %d: %s", i+1, len(t.Runs), t.Title(i))
	}
	return nil
}

// End implements [trial.Keeper].
func (t *teller) End(i int, o *trial.Outcome, err error) error {
	t.showEnd(o)
	t.restore()
	t.made++
	t.show(i)
	if left := len(t.Runs) - t.ended(i); t.cost.add(&t.Runs[i].Scenario, o) && left > 0 {
		t.say("the limit of the cost is reached ($%.4g of $%.4g, --max-cost): %s not begun", t.cost.spent, t.cost.usd, format.Count(int64(left), "run is", "runs are"))
		t.stop()
	}
	return t.Campaign.End(i, o, err)
}

// ended is how many runs are over if run i is, too.
func (t *teller) ended(i int) int {
	n := t.CountDone()
	if !t.Done(i) {
		n++
	}
	return n
}

// show draws one line for all simulated runs.
func (t *teller) show(i int) {
	what := &t.Runs[i].Scenario
	if t.quiet || !drawsOn(t.stderr) || what.Target != scenario.TargetSimulated {
		return
	}
	t.hide()
	whole := t.whole(i)
	whole.Run = t.made
	t.line = text.NewProgress(t.stderr, what, whole)
	_ = t.line.Show(measure.Snapshot{}, 0) // a terminal that cannot be written to shows nothing
}

// hide removes the line.
func (t *teller) hide() {
	if t.line != nil {
		_ = t.line.Clear()
		t.line = nil
	}
}

// whole is the position of a run among all runs, for its progress line.
func (t *teller) whole(i int) *text.Whole {
	w := &text.Whole{Run: i, Runs: len(t.Runs), Title: t.Title(i)}
	if t.made > 0 {
		w.Usual = time.Since(t.began) / time.Duration(t.made)
	}
	return w
}
