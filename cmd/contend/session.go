package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/urfave/cli/v2"

	"contend/report"
	"contend/report/folder"
	"contend/report/scrape"
	"contend/report/text"
	"contend/scenarios"
	"contend/workload/measure"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/trial"
)

// session is one call of "contend run".
type session struct {
	*program
	quiet      bool
	json       bool
	open       bool // open the page at the end
	summary    bool // append Markdown to the summary of a CI step
	beside     bool // repeat the run in simulated time
	keepTable  bool
	confirmed  store.Consent
	part       trial.Machine // of a run on several machines; zero: the whole run
	partFolder string        // for the files of the part; "" if it is the whole run
	announced  bool          // the campaign's cost was printed, and the user has consented

	scraped *scrape.Server // nil: no metrics are served
	linger  time.Duration  // how long the final ones are served

	cost    *maxCost                    // nil: without --max-cost
	drawing atomic.Bool                 // a progress line is being drawn on the cursor's line
	gauges  bool                        // a run has a screen, not a progress line
	screen  atomic.Pointer[text.Screen] // nil: none is being drawn
}

func newSession(p *program, c *cli.Context) *session {
	return &session{
		program:   p,
		quiet:     c.Bool("quiet"),
		json:      c.String("format") == "json",
		open:      c.Bool("open"),
		summary:   c.Bool("summary"),
		beside:    c.Bool("compare-simulated"),
		gauges:    c.Command.Name == "run",
		keepTable: c.Bool("keep-table"),
		confirmed: store.Consent(c.Bool("yes")),
	}
}

func (*session) about() report.About {
	return report.About{ToolVersion: version(), Machine: report.ThisMachine()}
}

// options are the options of a run. whole says which run of a campaign it is; nil for a
// single run.
func (s *session) options(interrupts *interrupts, what *scenario.Scenario, whole *text.Whole) trial.Options {
	variant := ""
	if whole != nil {
		variant = whole.Title
	}
	return trial.Options{
		Tool:        "contend " + version(),
		KeepTable:   s.keepTable,
		Machine:     s.part,
		Consent:     s.confirmed,
		Dial:        s.dial,
		Environment: os.Environ(),
		Examples:    scenarios.Examples(),
		Stop:        interrupts.stop,
		Cost:        s.cost.limit(what),
		OnTarget:    func(at trial.Place) error { s.confirm(what, at); return nil },
		Watch:       s.show(what, variant, s.watch(what, whole)),
		OnNote:      s.note,
		OnWarning:   s.warn,
	}
}

// watch shows the progress; nil if stderr is not a terminal to draw on or --quiet is given.
func (s *session) watch(what *scenario.Scenario, whole *text.Whole) func(*measure.Live) func() error {
	if s.quiet || !drawsOn(s.stderr) {
		return nil
	}
	if s.gauges {
		return s.watchOnScreen(what, whole)
	}
	return func(live *measure.Live) func() error {
		s.drawing.Store(true)
		stop := showProgress(live, text.NewProgress(s.stderr, what, whole))
		return func() error {
			s.drawing.Store(false)
			return stop()
		}
	}
}

// watchOnScreen is watch with all that [text.Screen] shows.
func (s *session) watchOnScreen(what *scenario.Scenario, whole *text.Whole) func(*measure.Live) func() error {
	return func(live *measure.Live) func() error {
		screen := text.NewScreen(s.stderr, what, whole, func() (columns, rows int) { return size(s.stderr) }, wantsColour(s.stderr))
		s.screen.Store(screen)
		stop := showProgress(live, screen)
		return func() error {
			err := stop()
			s.screen.Store(nil)
			return err
		}
	}
}

// early reports that a run or campaign was stopped before its end. Its error keeps the
// exit code from being that of a pass.
func (s *session) early(stopped bool) error {
	if !stopped {
		return nil
	}
	s.say("stopped before its end: the exit code is not 0, even if what ran passes")
	return &stoppedEarly{}
}

// warnUnlocked warns that the file system cannot lock a folder.
func (s *session) warnUnlocked(l *folder.Lock) {
	if !l.Alone {
		s.say("%s: another process could work there at the same time: the file system has no locks", l.Folder)
	}
}

// say prints a line about the progress of the work.
func (s *session) say(format string, args ...any) {
	if !s.quiet {
		fmt.Fprintf(s.stderr, "contend: "+format+"\n", args...)
	}
}

// sayBelow first ends the line with the progress and ^C. A screen makes room for it.
func (s *session) sayBelow(format string, args ...any) {
	if screen := s.screen.Load(); screen != nil {
		_ = screen.Say(fmt.Sprintf("contend: "+format+"\n", args...))
		return
	}
	if !s.quiet && isTerminal(s.stderr) {
		fmt.Fprintln(s.stderr)
	}
	s.say(format, args...)
}

// warn prints a sentence about a run that --quiet does not suppress.
func (s *session) warn(sentence string) {
	line := "contend: " + sentence + "\n"
	if screen := s.screen.Load(); screen != nil {
		_ = screen.Say(line)
		return
	}
	fmt.Fprint(s.stderr, line)
}

// note prints a sentence of a run; while a progress line is drawn, on a line below it.
func (s *session) note(sentence string) {
	if s.drawing.Load() || s.screen.Load() != nil {
		s.sayBelow("%s", sentence)
		return
	}
	s.say("%s", sentence)
}
