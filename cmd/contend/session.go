package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"contend/internal/crash"
	"contend/report"
	"contend/report/folder"
	"contend/report/text"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/trial"
)

// session is one call of "contend run".
type session struct {
	*program
	scenario  scenario.Scenario
	folder    string
	quiet     bool
	json      bool
	open      bool // the page, at the end
	keepTable bool
	confirmed store.Consent
	announced bool // what the campaign will cost was said, and agreed to
	started   time.Time
	// ofMany says which of many runs it is: it prints no report of its own; nil
	// of a run by itself.
	ofMany *text.Whole

	drawing *atomic.Bool        // the progress, on the line where the cursor is
	target  trial.Place         // once it is known
	record  *folder.TableRecord // of the table, once it is asked for
	report  *report.Report      // once the load has ended
}

// run carries out the session until its end, or the user's.
func (s *session) run(ctx context.Context) (err error) {
	interrupts := catchInterrupts(ctx, s.sayBelow)
	defer func() { err = errors.Join(err, interrupts.release()) }()
	return s.runUnder(interrupts)
}

// runUnder carries out the run and keeps what it measured.
func (s *session) runUnder(interrupts *interrupts) error {
	s.drawing = new(atomic.Bool)
	defer limitGarbage(s.scenario.Load.Workers)()
	_, err := trial.Run(interrupts.ctx, s.scenario, s.options(interrupts))
	if isCrash(err) && s.report == nil {
		err = errors.Join(err, s.saveScenario())
	}
	return errors.Join(hinting(s.told(err), cmp.Or(s.target.Endpoint, s.scenario.Target)), s.tidy())
}

// options are those of the session's run.
func (s *session) options(interrupts *interrupts) trial.Options {
	return trial.Options{
		Tool:      "contend " + version(),
		History:   filepath.Join(s.folder, report.HistoryFile),
		Picture:   filepath.Join(s.folder, report.PictureFile),
		KeepTable: s.keepTable,
		Consent:   s.confirmed,
		Dial:      s.dial,
		Stop:      interrupts.stop,
		OnTarget: func(at trial.Place) error {
			s.target = at
			s.confirm(at)
			return nil
		},
		OnTable: s.keepRecord,
		OnStart: func(at trial.Place) {
			if s.ofMany == nil {
				s.say("%s on %s, table %s", s.scenario.Name, at.Endpoint, at.Table)
			}
		},
		Watch:     s.watch(),
		OnNote:    func(sentence string) { s.note(sentence) },
		OnWarning: func(sentence string) { fmt.Fprintf(s.stderr, "contend: %s\n", sentence) },
		OnOutcome: s.finish,
	}
}

// keepRecord writes down what is known of the session's table.
func (s *session) keepRecord(t trial.Table) error {
	if s.record == nil {
		s.record = folder.NewTableRecord(t.Place)
		s.record.Own = t.Own
		return explainFile(s.record.SaveIn(s.folder))
	}
	s.record.Identify(t.Identity)
	return s.record.Become(t.State)
}

// watch shows the progress to people; nil if nobody looks.
func (s *session) watch() func(*measure.Live) func() error {
	if s.quiet || !isTerminal(s.stderr) {
		return nil
	}
	return func(live *measure.Live) func() error {
		s.drawing.Store(true)
		stop := showProgress(live, text.NewProgress(s.stderr, s.scenario.Load, s.ofMany))
		return func() error {
			s.drawing.Store(false)
			return stop()
		}
	}
}

// note says what the run tells; while the progress is drawn, on a line below.
func (s *session) note(sentence string) {
	if s.drawing.Load() {
		s.sayBelow("%s", sentence)
		return
	}
	s.say("%s", sentence)
}

// finish prints and saves a run.
func (s *session) finish(o *trial.Outcome) error {
	s.target = o.Place
	if err := crash.Catch(func() error { s.describe(o); return nil }); err != nil {
		return err
	}
	var printed, found error
	if s.ofMany == nil { // else the campaign says what all found
		printed = withHint(crash.Catch(func() error { return s.print(s.report) }), "the files of the run hold the same")
		found = errors.Join(verdictError(o.Verdict.Status), unmet(s.report.Thresholds))
	}
	saved := s.save(s.report)
	if s.ofMany == nil {
		found = errors.Join(found, s.early(o.Result.Interrupted))
	}
	return errors.Join(found, printed, saved)
}

// describe makes the report.
func (s *session) describe(o *trial.Outcome) {
	s.report = report.New(o, report.About{ToolVersion: version(), Machine: report.ThisMachine()})
}

// told gives the advice on a table that is left.
func (s *session) told(err error) error {
	if err == nil {
		return nil
	}
	all := parts(err)
	for i, part := range all {
		if errors.As(part, new(*trial.TableLeftError)) {
			all[i] = withHint(part, "delete it later: contend clean "+s.folder)
		}
	}
	return errors.Join(all...)
}

// saveScenario keeps with the history what it takes to do the run again, where
// there is no report.
func (s *session) saveScenario() error {
	return explainFile(os.WriteFile(filepath.Join(s.folder, report.ScenarioFile), scenario.Encode(s.scenario), 0o666))
}

// early says that a run or a campaign was stopped before its end; its error
// keeps the exit code from being that of a pass.
func (s *session) early(stopped bool) error {
	if !stopped {
		return nil
	}
	s.say("stopped before its end: the exit code is not 0, whatever the verdict on what ran")
	return &stoppedEarly{}
}

func (s *session) print(r *report.Report) error {
	if s.json {
		return r.Encode(s.stdout)
	}
	return text.Report(s.stdout, r, text.Options{Width: width(s.stdout), Color: wantsColour(s.stdout)})
}

// save writes the run's files; if that fails, into a folder for temporary files
// instead, so that what was measured is not lost.
func (s *session) save(r *report.Report) error {
	text := scenario.Encode(s.scenario)
	err := folder.Save(s.folder, r, text)
	if err == nil {
		if s.ofMany == nil {
			s.say("files: %s", s.folder)
		}
		if s.open && s.ofMany == nil {
			return openPage(filepath.Join(s.folder, report.PageFile))
		}
		return nil
	}
	if isCrash(err) { // elsewhere it would be no better
		return err
	}
	rescue, rescueErr := os.MkdirTemp("", "contend-"+s.scenario.Name+"-")
	if rescueErr == nil {
		rescueErr = folder.Save(rescue, r, text)
	}
	if rescueErr != nil {
		return errors.Join(explainFile(err), fmt.Errorf("rescue: %w", rescueErr))
	}
	fmt.Fprintf(s.stderr, "contend: the files were saved to %s instead\n", rescue)
	return explainFile(err)
}

// tidy removes what a run that measured nothing put into its folder, unless that
// names a table which may be left.
func (s *session) tidy() error {
	if s.report == nil && s.record != nil && (s.record.State == trial.TableDeleted || s.record.State == trial.TableFound || s.record.Target == scenario.TargetEmbedded) {
		if err := s.record.Remove(); err != nil {
			return err
		}
	}
	return folder.RemoveIfEmpty(s.folder)
}

// say tells people what goes on.
func (s *session) say(format string, args ...any) {
	if !s.quiet {
		fmt.Fprintf(s.stderr, "contend: "+format+"\n", args...)
	}
}

// sayBelow leaves the line on which the progress and ^C stand.
func (s *session) sayBelow(format string, args ...any) {
	if !s.quiet && isTerminal(s.stderr) {
		fmt.Fprintln(s.stderr)
	}
	s.say(format, args...)
}
