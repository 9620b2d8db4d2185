package main

import (
	"fmt"
	"sync/atomic"

	"github.com/urfave/cli/v2"

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
	quiet     bool
	json      bool
	open      bool // the page, at the end
	keepTable bool
	confirmed store.Consent
	announced bool // what the campaign will cost was said, and agreed to

	drawing atomic.Bool // the progress, on the line where the cursor is
}

func newSession(p *program, c *cli.Context) *session {
	return &session{
		program:   p,
		quiet:     c.Bool("quiet"),
		json:      c.String("format") == "json",
		open:      c.Bool("open"),
		keepTable: c.Bool("keep-table"),
		confirmed: store.Consent(c.Bool("yes")),
	}
}

func (*session) about() report.About {
	return report.About{ToolVersion: version(), Machine: report.ThisMachine()}
}

// options are those of a run; whole says which of many it is, and is nil of a run by
// itself.
func (s *session) options(interrupts *interrupts, what *scenario.Scenario, whole *text.Whole) trial.Options {
	return trial.Options{
		Tool:      "contend " + version(),
		KeepTable: s.keepTable,
		Consent:   s.confirmed,
		Dial:      s.dial,
		Stop:      interrupts.stop,
		OnTarget:  func(at trial.Place) error { s.confirm(what, at); return nil },
		Watch:     s.watch(what, whole),
		OnNote:    s.note,
		OnWarning: func(sentence string) { fmt.Fprintf(s.stderr, "contend: %s\n", sentence) },
	}
}

// watch shows the progress to people; nil if nobody looks.
func (s *session) watch(what *scenario.Scenario, whole *text.Whole) func(*measure.Live) func() error {
	if s.quiet || !isTerminal(s.stderr) {
		return nil
	}
	return func(live *measure.Live) func() error {
		s.drawing.Store(true)
		stop := showProgress(live, text.NewProgress(s.stderr, what.Load, whole))
		return func() error {
			s.drawing.Store(false)
			return stop()
		}
	}
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

// warnUnlocked says that nothing keeps others out of a folder.
func (s *session) warnUnlocked(l *folder.Lock) {
	if !l.Alone {
		s.say("%s: nothing keeps another process from working there: the file system knows no locks", l.Folder)
	}
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

// note says what the run tells; while the progress is drawn, on a line below.
func (s *session) note(sentence string) {
	if s.drawing.Load() {
		s.sayBelow("%s", sentence)
		return
	}
	s.say("%s", sentence)
}
