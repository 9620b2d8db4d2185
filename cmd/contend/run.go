package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"contend/counter"
	"contend/internal/check"
	"contend/internal/crash"
	"contend/internal/history"
	"contend/report"
	"contend/workload"
	"contend/workload/store"
)

func (p *program) runCommand() *cli.Command {
	return &cli.Command{
		Name:      "run",
		Usage:     "run a scenario: verdict, report, files",
		UsageText: "contend run SCENARIO [flags]\ncontend run --resume DIR [flags]",
		Description: "SCENARIO is a shipped name (\"contend scenarios\" lists them) or a path to a file.\n" +
			"The report goes to stdout, and with all measurements into a folder. Ctrl-C ends the load early and still\n" +
			"gives a verdict for what ran (exit code 4 at least); a second Ctrl-C stops at once.\n\n" +
			"A scenario with a matrix or repeats is run as often as they say, in an order that the seed shuffles; the table of\n" +
			"all runs goes to stdout. --set with a list of values makes a matrix of any scenario. Of flags for the same field\n" +
			"the last --set counts, and any --set before flags such as --workers.\n\n" +
			"Exit codes: 0 pass, 1 error, 2 usage or bad scenario, 3 a check failed, 4 inconclusive or stopped early, 5 a\n" +
			"threshold was missed; of several, the first of 3, 1, 4 and 5. \"contend metrics\" lists what thresholds can limit.\n\n" +
			"   contend run hot-key\n" +
			"   contend run exactly-once\n" +
			"   contend run hot-key --workers 8 --set retry.policy=immediate\n" +
			"   contend run hot-key --set load.workers=[1,8,64] --set repeat=6 --duration 1s\n" +
			"   contend run hot-key --target http://127.0.0.1:8000 --operations 2000",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "target", Usage: "embedded, aws, or the `URL` of a DynamoDB-compatible server"},
			&cli.StringFlag{Name: "out", Usage: "write the run's files to `DIR` (default: runs/NAME-TIME)"},
			&cli.StringFlag{Name: "workers", Usage: "`N` workers"},
			&cli.StringFlag{Name: "duration", Usage: "run for `D`, as in 30s; replaces the scenario's limit"},
			&cli.StringFlag{Name: "operations", Usage: "carry out exactly `N` operations; replaces the scenario's limit"},
			&cli.StringFlag{Name: "seed", Usage: "`N` is the seed of everything random"},
			setFlag(),
			&cli.StringFlag{Name: "format", Value: "text", Usage: "format of the report on stdout: `text|json`"},
			&cli.StringFlag{Name: "resume", Usage: "go on with the matrix in `DIR` that was stopped"},
			&cli.BoolFlag{Name: "open", DisableDefaultText: true, Usage: "open the page of the run in a browser at its end"},
			&cli.BoolFlag{Name: "quiet", DisableDefaultText: true, Usage: "nothing on stderr but errors"},
			&cli.BoolFlag{Name: "keep-table", DisableDefaultText: true, Usage: "do not delete the table that the run created"},
			&cli.BoolFlag{Name: "yes", DisableDefaultText: true, Usage: "really put load on a target that is not this machine, such as aws, which costs money"},
		},
		Action: p.run,
	}
}

// shortcuts are the flags that stand for one field of the scenario.
var shortcuts = [...]struct{ flag, path string }{
	{"target", "target"},
	{"workers", "load.workers"},
	{"duration", "load.duration"},
	{"operations", "load.operations"},
	{"seed", "seed"},
}

func (p *program) run(c *cli.Context) error {
	if format := c.String("format"); format != "text" && format != "json" {
		return usage(fmt.Errorf("run: --format: unknown format %q", format), "text or json; contend report has more")
	}
	if c.IsSet("resume") {
		return p.resume(c)
	}
	name, err := oneArgument(c, "scenario")
	if err != nil {
		return err
	}
	plan, err := p.resolve(c, name)
	if err != nil {
		return err
	}
	one := newSession(p, c, plan)
	mine, err := makeFolder(c.String("out"), one.scenario.Name, one.started)
	if err != nil {
		return explainFile(err)
	}
	one.work(mine)
	if !plan.Single() {
		return errors.Join(newCampaign(one, plan).run(c.Context), mine.release())
	}
	one.table = tableName(one.scenario, one.started)
	return errors.Join(one.run(c.Context), mine.release())
}

// work makes a folder the session's.
func (s *session) work(mine *claim) {
	s.folder = mine.folder
	if !mine.alone {
		s.say("%s: nothing keeps another process from working there: %s", mine.folder, errNoLocks)
	}
}

// newSession is the session of the plan's first scenario, without a folder.
func newSession(p *program, c *cli.Context, plan *workload.Plan) session {
	return session{
		program:   p,
		scenario:  plan.Variants[0].Scenario,
		quiet:     c.Bool("quiet"),
		json:      c.String("format") == "json",
		open:      c.Bool("open"),
		keepTable: c.Bool("keep-table"),
		confirmed: store.Consent(c.Bool("yes")),
		started:   time.Now(),
	}
}

// resolve loads the scenario's plan with all flags applied: shortcuts first, so
// that --set has the last word.
func (p *program) resolve(c *cli.Context, name string) (*workload.Plan, error) {
	var overrides []workload.Override
	for _, s := range shortcuts {
		if c.IsSet(s.flag) {
			overrides = append(overrides, workload.Override{Source: "--" + s.flag, Path: s.path, Value: c.String(s.flag)})
		}
	}
	set, err := setOverrides(c)
	if err != nil {
		return nil, err
	}
	return loadPlan(name, append(overrides, set...))
}

// runsFolder holds the folders of runs that were not given one.
const runsFolder = "runs"

// makeFolder makes the run's folder and claims it, before anything is measured
// that could not be kept.
func makeFolder(folder, name string, started time.Time) (*claim, error) {
	if folder == "" {
		made, err := makeNewFolder(filepath.Join(runsFolder, name+"-"+started.UTC().Format(nameTime)))
		if err != nil {
			return nil, err
		}
		return claimFolder(made)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("run folder: %w", err)
	}
	mine, err := claimFolder(folder)
	if err != nil {
		return nil, err
	}
	unused, err := isUnused(folder)
	if err == nil && !unused {
		err = fmt.Errorf("run folder: %q is not empty: %w", folder, os.ErrExist)
	}
	if err != nil {
		return nil, errors.Join(err, mine.release())
	}
	return mine, nil
}

// makeNewFolder appends a number if there is such a folder already.
func makeNewFolder(path string) (string, error) {
	for n := 1; ; n++ {
		folder := path
		if n > 1 {
			folder += "-" + strconv.Itoa(n)
		}
		// Another process may remove the empty parent again.
		err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.Mkdir(folder, 0o755))
		if err == nil {
			return folder, nil
		}
		if !errors.Is(err, os.ErrExist) && !(errors.Is(err, os.ErrNotExist) && n < maxFolderTries) {
			return "", fmt.Errorf("run folder: %w", err)
		}
	}
}

// maxFolderTries bounds the attempts to make a folder in one that others remove.
const maxFolderTries = 10

// session is one call of "contend run".
type session struct {
	*program
	scenario  workload.Scenario
	folder    string
	quiet     bool
	json      bool
	open      bool // the page, at the end
	keepTable bool
	confirmed store.Consent
	announced bool // what the campaign will cost was said, and agreed to
	started   time.Time
	table     string // its name
	target    *store.Target
	record    *tableRecord // of the table, once it is asked for
	// ofMany says which of many runs it is: it prints no report of its own; nil
	// of a run by itself.
	ofMany *report.Whole
	report *report.Report // once the load has ended
	drawn  bool           // a violation
}

// run carries out the session until its end, or the user's.
func (s *session) run(ctx context.Context) (err error) {
	interrupts := catchInterrupts(ctx, s.sayBelow)
	defer func() { err = errors.Join(err, interrupts.release()) }()
	return s.runUnder(interrupts)
}

// runUnder does everything that needs an end: the target is closed and the table
// deleted, whatever happens in between.
func (s *session) runUnder(interrupts *interrupts) (err error) {
	defer func() { err = errors.Join(err, s.tidy()) }()
	if s.target, err = s.openTarget(interrupts.setup, &s.scenario, s.confirmed); err != nil {
		return s.beforeLoad(interrupts, err)
	}
	defer func() { err = errors.Join(err, s.target.Close()) }()
	if err := s.confirm(); err != nil {
		return err
	}
	table, err := s.createTable(interrupts.setup)
	if table != nil {
		defer func() { err = errors.Join(err, s.drop(table)) }()
	}
	if err != nil {
		return s.beforeLoad(interrupts, err)
	}
	if s.ofMany == nil {
		s.say("%s on %s, table %s", s.scenario.Name, s.target.Endpoint, table.Name)
	}
	return crash.Catch(func() error { return s.measure(interrupts, table) })
}

// measure puts the load on the table, and says what came of it.
func (s *session) measure(interrupts *interrupts, table *counter.Table) error {
	result, err := s.load(interrupts, table)
	if isCrash(err) && result == nil {
		return errors.Join(err, s.saveScenario())
	}
	if result == nil {
		return s.beforeLoad(interrupts, err)
	}
	err = explain(err, s.target.Endpoint)
	result.Err = err // in words that the report's reader can act on
	return errors.Join(err, s.finish(result))
}

// createTable makes the scenario's table; a name that the program makes up is
// its own. The name is written down first.
func (s *session) createTable(ctx context.Context) (*counter.Table, error) {
	const notice = 2 * time.Second
	s.record = newRecord(s.target, s.table)
	s.record.Own = s.scenario.Table == ""
	if err := s.record.saveIn(s.folder); err != nil {
		return nil, explainFile(err)
	}
	client := recorded{s.target.Setup, s.record}
	defer time.AfterFunc(notice, func() { s.say("still making table %s on %s%s", s.table, s.target.Endpoint, s.modelled()) }).Stop()
	design, _ := counter.TraitsOf(s.scenario.Strategy) // the scenario was checked
	create := counter.CreateOwnTable
	if s.scenario.Table != "" {
		create = counter.CreateTable
	}
	table, err := create(ctx, client, s.table, design)
	if table == nil {
		return nil, errors.Join(err, s.record.become(tableDeleted)) // nothing was asked for
	}
	return table, err
}

// modelled tells the latency that the scenario asked for, which each request of
// the setup has too.
func (s *session) modelled() string {
	latency := s.scenario.Embedded.Latency
	if s.target.Kind != workload.TargetEmbedded || latency.Mean == 0 {
		return ""
	}
	return fmt.Sprintf(": each request takes about %s, the scenario's embedded.latency", latency.Mean)
}

// beforeLoad explains why the load did not begin. After an interrupt that is no
// news, whatever request it cut off.
func (s *session) beforeLoad(i *interrupts, err error) error {
	if i.setup.Err() != nil {
		return workload.ErrStopped
	}
	endpoint := s.scenario.Target
	if s.target != nil {
		endpoint = s.target.Endpoint
	}
	return explain(err, endpoint)
}

// load runs the fleet, with a progress bar for people.
func (s *session) load(i *interrupts, table *counter.Table) (result *workload.Result, err error) {
	parameters := s.scenario.CounterParameters()
	schema := counter.Schema{Attribute: s.scenario.Counters.Attribute}
	strategy, err := schema.NewStrategy(s.scenario.Strategy, s.target.Load, parameters)
	if err != nil {
		return nil, err
	}
	setup, err := schema.NewStrategy(s.scenario.Strategy, s.target.Setup, parameters)
	if err != nil {
		return nil, err
	}
	fleet := workload.Fleet{
		Tool:     "contend " + version(),
		Scenario: s.scenario,
		Table:    table.Name,
		Strategy: func(int) counter.Strategy { return strategy },
		Setup:    setup,
		InFlight: s.target.InFlight,
		Begin:    s.target.Begin,
		Say:      func(sentence string) { s.sayBelow("%s", sentence) },
	}
	if !s.quiet && isTerminal(s.stderr) {
		fleet.Live = new(workload.Live)
		stop := showProgress(fleet.Live, report.NewProgress(s.stderr, s.scenario.Load, s.ofMany))
		defer func() { err = errors.Join(err, stop()) }()
	}
	return s.keepHistory(func(file io.Writer) (*workload.Result, error) {
		fleet.History = file
		return fleet.Run(i.ctx, i.stop)
	})
}

// finish judges, prints and saves a run.
func (s *session) finish(result *workload.Result) error {
	if warning := store.SharedConnections(s.scenario.Load.Workers); warning != "" {
		result.Warnings = append(result.Warnings, warning)
	}
	verdict, staleness, err := s.judge(result)
	if reported := crash.Catch(func() error { s.describe(result, verdict, staleness); return nil }); reported != nil {
		return errors.Join(err, reported, s.saveScenario())
	}
	var printed error
	if s.ofMany == nil {
		printed = withHint(crash.Catch(func() error { return s.print(s.report) }), "the files of the run hold the same")
	}
	saved := s.save(s.report)
	if s.ofMany == nil { // else the campaign says what all found
		err = errors.Join(err, verdictError(verdict.Status), unmet(s.report.Thresholds), s.early(result.Interrupted))
	}
	return errors.Join(err, printed, saved)
}

// describe makes the report.
func (s *session) describe(result *workload.Result, verdict check.Verdict, staleness *report.Staleness) {
	s.report = report.New(result, verdict, report.About{
		ToolVersion: version(),
		Target:      report.Target{Kind: s.target.Kind, Endpoint: s.target.SentTo()},
		Misbehaved:  misbehaved(s.target.Planted()),
		Staleness:   staleness,
		SDK:         reportedSDK(s.target.SDK),
		Price:       report.Price(s.scenario.Price),
		Faults:      faultKinds(&s.scenario),
		Machine:     thisMachine(),

		ViolationDrawn: s.drawn,
	})
}

// saveScenario keeps with the history what it takes to do the run again, where
// there is no report.
func (s *session) saveScenario() error {
	return explainFile(os.WriteFile(filepath.Join(s.folder, report.ScenarioFile), workload.Encode(s.scenario), 0o666))
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

// judge gives the verdict of a run by its history, as "contend check" does. An
// error keeps a run from passing.
func (s *session) judge(result *workload.Result) (check.Verdict, *report.Staleness, error) {
	path := filepath.Join(s.folder, report.HistoryFile)
	var e *examined
	err := crash.Catch(func() (err error) { e, err = examine(path, nil); return err })
	if err != nil {
		err = fmt.Errorf("judge the run: %w", err)
		result.Err = errors.Join(result.Err, err)
		return check.Judge(check.ExactlyOnce(result.Ledgers), check.Conservation(result.Ledgers)).CutShort(), nil, err
	}
	verdict := check.Judge(e.findings.Checks...)
	if err = sameAccounts(result.Ledgers, e.findings.Ledgers); err != nil && result.Err == nil {
		result.Err = err
	}
	return withError(verdict, result.Err), report.NewStaleness(&e.findings.Staleness), errors.Join(err, s.draw(e, path))
}

// withError is a verdict in the light of the error that the run ended with, if
// any. It is never a pass.
func withError(verdict check.Verdict, err error) check.Verdict {
	switch {
	case errors.Is(err, workload.ErrInconsistent):
		return verdict.Untrusted("the run's own accounts contradict each other, so that nothing can be said")
	case err != nil:
		return verdict.CutShort()
	}
	return verdict
}

// sameAccounts holds the history against what the workers counted.
func sameAccounts(counted, read []history.Ledger) error {
	for i := range counted {
		c := &counted[i]
		if i >= len(read) || c.Operations != read[i].Operations || c.Acknowledged != read[i].Acknowledged || c.Low != read[i].Low || c.High != read[i].High {
			return fmt.Errorf("%w: the history of %q is not what its workers counted", workload.ErrInconsistent, c.Key)
		}
	}
	return nil
}

// draw makes the picture of a violation, if there is one.
func (s *session) draw(e *examined, path string) error {
	if len(e.findings.Violations) == 0 {
		if why := e.undrawn(); why != "" {
			s.say("%s", why)
		}
		return nil
	}
	picture := filepath.Join(s.folder, report.PictureFile)
	if err := crash.Catch(func() error { return e.draw(path, picture) }); err != nil {
		return err
	}
	s.drawn = true
	s.say("the violation is drawn in %s", picture)
	return nil
}

func (s *session) print(r *report.Report) error {
	if s.json {
		return r.Encode(s.stdout)
	}
	return report.Text(s.stdout, r, report.TextOptions{Width: width(s.stdout), Color: wantsColour(s.stdout)})
}

// save writes the run's files; if that fails, into a folder for temporary files
// instead, so that what was measured is not lost.
func (s *session) save(r *report.Report) error {
	text := workload.Encode(s.scenario)
	err := report.Save(s.folder, r, text)
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
		rescueErr = report.Save(rescue, r, text)
	}
	if rescueErr != nil {
		return errors.Join(explainFile(err), fmt.Errorf("rescue: %w", rescueErr))
	}
	fmt.Fprintf(s.stderr, "contend: the files were saved to %s instead\n", rescue)
	return explainFile(err)
}

// drop deletes the table that the run created, also after an interrupt, and
// writes down what became of it.
func (s *session) drop(table *counter.Table) error {
	switch {
	case s.target.Kind == workload.TargetEmbedded:
		return nil // it ends with its server
	case !table.Created && !table.Uncertain:
		return s.record.become(tableFound)
	case s.keepTable:
		s.say("kept: table %s in region %s", table.Name, s.target.Region)
		return s.record.become(tableKept)
	}
	const patience = time.Minute // AWS deletes a new table only when it has made it
	ctx, cancel := context.WithTimeout(context.Background(), patience+2*max(s.scenario.RequestTimeout, store.SetupPatience))
	defer cancel()
	err := table.Delete(ctx)
	switch {
	case err == nil:
		return s.record.become(tableDeleted)
	case errors.Is(err, counter.ErrUncertain):
		fmt.Fprintf(s.stderr, "contend: table %s may be left: this run asked for it, but another program may have made it\n", table.Name)
		return s.record.become(tableFound)
	case errors.Is(err, counter.ErrNotOurs):
		fmt.Fprintf(s.stderr, "contend: table %s is another program's by now: this run's was deleted by somebody else\n", table.Name)
		return s.record.become(tableDeleted)
	}
	return withHint(fmt.Errorf("table %q was not deleted: %w", table.Name, explain(err, s.target.Endpoint)),
		"delete it later: contend clean "+s.folder)
}

// tidy removes what a run that measured nothing put into its folder, unless that
// names a table which may be left.
func (s *session) tidy() error {
	if s.report == nil && s.record != nil && (s.record.State == tableDeleted || s.record.State == tableFound || s.record.Target == workload.TargetEmbedded) {
		if err := s.record.remove(); err != nil {
			return err
		}
	}
	return removeIfEmpty(s.folder)
}

// tableName is the scenario's table, or a new name that tells where it is from.
// Its random part makes it the run's own, also among runs in containers that
// begin together and have the same process number.
func tableName(s workload.Scenario, started time.Time) string {
	if s.Table != "" {
		return s.Table
	}
	name := fmt.Sprintf("contend-%s-%s-%s", s.Name, started.UTC().Format(nameTime), randomPart())
	return strings.ToLower(name)
}

// nameTime is how names of tables and folders tell the time.
const nameTime = "20060102T150405Z"

// randomPart is the part of a table's name that no other program's has.
func randomPart() string {
	const letters = 8
	return rand.Text()[:letters]
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

// removeIfEmpty removes the folder of a run that measured nothing.
func removeIfEmpty(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) > 0 {
		return nil
	}
	err = os.Remove(folder)
	if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return nil // another process uses it since, or removed it
	}
	if err != nil || filepath.Dir(folder) != runsFolder {
		return err
	}
	_ = os.Remove(runsFolder) // stays if it holds other runs
	return nil
}
