package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"contend/internal/crash"
	"contend/report"
	"contend/report/capacity"
	"contend/report/folder"
	"contend/report/text"
	"contend/workload/scenario"
	"contend/workload/trial"
)

func (p *program) capacityCommand() *cli.Command {
	var finds []string
	for _, f := range capacity.Finds() {
		finds = append(finds, string(f))
	}
	return &cli.Command{
		Name:      "capacity",
		Usage:     "find the highest load that meets a scenario's thresholds",
		UsageText: "contend capacity SCENARIO [flags]\ncontend capacity --resume DIR [flags]\ncontend capacity SCENARIO --horizon 30d [flags]",
		Description: "SCENARIO is a shipped name, a path to a file, or - for stdin. The search runs it with different loads, in trials, to find\n" +
			"the highest load that meets all goals. The result is a bracket: its lower end meets all goals, and its upper end misses at\n" +
			"least one. The goals are the scenario's thresholds. If the load is a rate, there are two more: at least 95 % of the\n" +
			"operations that became due are applied, and the backlog does not grow. A trial is void if the client was the bottleneck.\n\n" +
			"If the scenario's target is embedded, the trials run in simulated time, unless --target embedded is given. A closed loop\n" +
			"becomes an open loop with the same workers, unless --find load.workers is given. Ctrl-C ends the search and shows the\n" +
			"bracket so far. \"contend help highest-load\" says more.\n\n" +
			"With --horizon nothing is searched. Instead, a plan shows, for each design, what writes, reads and storage cost as the\n" +
			"count grows, when reads cost more than writes, and when an item is full. \"contend help growth\" says more.\n\n" +
			"Exit codes: 0 the limit was found, or the required load is sustained; 1 error; 2 usage or bad scenario; 3 the count was\n" +
			"wrong in a trial; 4 no limit was found, or it is unclear whether the required load is sustained; 5 the required load is\n" +
			"not sustained, or no load meets the goals.\n\n" +
			"   contend capacity hot-key\n" +
			"   contend capacity hot-key --set 'thresholds=[p99 < 100ms]' --require 60/s\n" +
			"   contend capacity hot-key --find load.workers --set 'thresholds=[p99 < 1s]'\n" +
			"   contend capacity hot-key --horizon 30d --rate 50/s --reads 5/s --design all",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "find", Value: finds[0], DefaultText: finds[0], Usage: "find the limit of `FIELD`: the highest " + strings.Join(finds[:len(finds)-1], " or ") + ", or the lowest " + finds[len(finds)-1]},
			&cli.StringFlag{Name: "require", Usage: "also say whether the counters sustain `LOAD`, such as 60/s"},
			&cli.StringFlag{Name: "target", Usage: "simulated, embedded, aws, or the `URL` of a DynamoDB-compatible server (default: the scenario's, but simulated instead of embedded)"},
			&cli.StringFlag{Name: "trial", Usage: "measure for `D` in each full trial; short trials take a quarter (default: in simulated time, long enough for 20000 operations; otherwise 15s)"},
			&cli.StringFlag{Name: "width", Value: "0.05", DefaultText: "0.05", Usage: "stop when the bracket is at most `W` wide, as a fraction of its larger end"},
			&cli.StringFlag{Name: "workers", Aliases: []string{"w"}, Usage: "use `N` workers (default: the scenario's)"},
			&cli.StringFlag{Name: "seed", Usage: "use the seed `N` for the first trial, N+1 for the second, and so on (default: the scenario's)"},
			setFlag(),
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "write the files to `DIR`, which must be new or empty (default: runs/NAME-capacity-TIME)"},
			&cli.StringFlag{Name: "resume", Usage: "resume the stopped search in `DIR`"},
			formatFlag("capacity"),
			&cli.StringFlag{Name: "max-cost", Usage: "end the search before it costs more than `USD` (default: 5 on targets that need consent)"},
			&cli.BoolFlag{Name: "open", DisableDefaultText: true, Usage: "open the page in a browser when the search ends"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, DisableDefaultText: true, Usage: "write only errors to stderr"},
			&cli.BoolFlag{Name: "yes", DisableDefaultText: true, Usage: "allow load on a target that is not this machine, such as aws, which costs money"},
		}, growthFlags()...),
		Action: p.capacity,
	}
}

// asked is a search as the command line asks for it.
type asked struct {
	scenario scenario.Scenario
	options  capacity.Options
	lock     *folder.Lock
}

func (p *program) capacity(c *cli.Context) error {
	if err := checkGrowthFlags(c); err != nil {
		return err
	}
	if c.IsSet("horizon") {
		return p.growth(c)
	}
	if _, err := chosen(c, "format", formats("capacity")...); err != nil {
		return err
	}
	s := newSession(p, c)
	a, err := p.askedOf(c, s)
	if err != nil {
		return err
	}
	s.warnUnlocked(a.lock)
	defer limitGarbage(&a.scenario)()
	return errors.Join(s.search(c.Context, a), a.lock.Release())
}

func (p *program) askedOf(c *cli.Context, s *session) (*asked, error) {
	if c.IsSet("resume") {
		return p.resumed(c, s)
	}
	name, err := oneScenario(c)
	if err != nil {
		return nil, err
	}
	overrides, err := flagOverrides(c)
	if err != nil {
		return nil, err
	}
	find, err := chosen(c, "find", string(capacity.Rate), string(capacity.Workers), string(capacity.Shards))
	if err != nil {
		return nil, err
	}
	a := &asked{options: capacity.Options{Find: capacity.Find(find), Arguments: commandLine(name, searchArguments(overrides))}}
	if err := errors.Join(searchLengths(c, &a.options), searchLimits(c, &a.options)); err != nil {
		return nil, err
	}
	if a.scenario, err = searchedScenario(c, name, overrides); err != nil {
		return nil, err
	}
	if _, err := capacity.Expected(a.scenario, a.options); err != nil {
		return nil, searchError(err)
	}
	if a.lock, err = folder.Create(c.String("out"), a.scenario.Name+"-capacity", time.Now()); err != nil {
		return nil, explainFile(err)
	}
	if err := folder.SaveSearch(a.lock.Folder, a.scenario); err != nil {
		return nil, errors.Join(explainFile(err), a.lock.Release())
	}
	return a, nil
}

// searchArguments are the flags that every trial of a search has; the target is named
// apart.
func searchArguments(overrides []scenario.Override) []scenario.Override {
	return slices.DeleteFunc(slices.Clone(overrides), func(o scenario.Override) bool { return o.Source == "--target" || o.Source == "--seed" })
}

// searchedScenario is the scenario with all flags. One for the embedded server is tried in
// simulated time, unless a flag says otherwise.
func searchedScenario(c *cli.Context, name string, overrides []scenario.Override) (scenario.Scenario, error) {
	p, err := loadPlan(name, overrides)
	if err != nil {
		return scenario.Scenario{}, err
	}
	if len(p.Variants) != 1 {
		return scenario.Scenario{}, usage(fmt.Errorf("capacity: the scenario has a matrix of %d variants: search one of them", len(p.Variants)),
			"choose one by flags, as in"+choosing(p))
	}
	s := p.Variants[0].Scenario
	chosenTarget := slices.ContainsFunc(overrides, func(o scenario.Override) bool { return o.Path == "target" })
	if s.Target == scenario.TargetEmbedded && !chosenTarget {
		s.Target = scenario.TargetSimulated
	}
	return s, scenario.Validate(s)
}

func searchLengths(c *cli.Context, o *capacity.Options) (err error) {
	if c.IsSet("trial") {
		const most = time.Hour
		o.Trial, err = time.ParseDuration(c.String("trial"))
		if err != nil || o.Trial < capacity.LeastTrial || o.Trial > most {
			return usage(fmt.Errorf("capacity: --trial: must be a duration from %s to %s, such as 30s, not %q", capacity.LeastTrial, "1h", c.String("trial")), "")
		}
	}
	const widest = 0.5
	o.Width, err = between(c, "width", 0, widest)
	return err
}

// searchLimits reads what may be changed when a search is resumed.
func searchLimits(c *cli.Context, o *capacity.Options) (err error) {
	if c.IsSet("require") {
		if o.Require, err = o.Find.Parse(c.String("require")); err != nil {
			return usage(fmt.Errorf("capacity: --require: %w", err), "")
		}
	}
	if c.IsSet("max-cost") {
		if o.MaxUSD, err = dollarsIn(c); err != nil {
			return err
		}
	}
	return nil
}

// resumed is the search of a folder, with its trials so far.
func (p *program) resumed(c *cli.Context, s *session) (*asked, error) {
	if c.Args().Len() > 0 {
		return nil, usage(fmt.Errorf("capacity: %q: --resume takes no scenario: the folder has one", c.Args().First()), "")
	}
	for _, name := range []string{"find", "target", "trial", "width", "workers", "seed", "set", "out"} {
		if c.IsSet(name) {
			return nil, usage(fmt.Errorf("capacity: --%s cannot be combined with --resume", name), "")
		}
	}
	dir := c.String("resume")
	lock, err := folder.Acquire(dir)
	if err != nil {
		return nil, explainFile(err)
	}
	what, before, err := folder.LoadSearch(dir)
	if err != nil {
		return nil, errors.Join(withHint(err, "--resume takes the folder of a search that was stopped after its first trial"), lock.Release())
	}
	a := &asked{scenario: what, lock: lock, options: capacity.Options{
		StartedAt: before.StartedAt, Find: before.Find, Trial: time.Duration(before.TrialS * float64(time.Second)), Width: before.Width, Saved: before.Trials,
		Arguments: filepath.Join(dir, report.ScenarioFile),
	}}
	if before.Require != nil {
		a.options.Require = before.Require.Load
	}
	if err := searchLimits(c, &a.options); err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	s.say("%d trials are done", len(before.Trials))
	return a, nil
}

// usualMaxUSD is --max-cost on targets that need consent.
const usualMaxUSD = 5

// search makes the trials, keeps their files, and prints the result.
func (s *session) search(ctx context.Context, a *asked) (err error) {
	interrupts := catchInterrupts(ctx, s.sayBelow)
	defer func() { err = errors.Join(err, interrupts.release()) }()
	if err := s.confirmSearch(interrupts, a); err != nil {
		return err
	}
	o := &a.options
	o.Stop, o.About = interrupts.stop, s.about()
	if o.StartedAt.IsZero() {
		o.StartedAt = time.Now()
	}
	o.Run = func(number int, what *scenario.Scenario) trial.Options { return s.options(interrupts, what, nil) }
	o.OnTrial = func(t *capacity.Trial, what *scenario.Scenario, r *report.Report, found *capacity.Capacity) error {
		s.say("%s", trialLine(found, t))
		return errors.Join(folder.SaveTrial(a.lock.Folder, t, what, r), folder.SaveCapacity(a.lock.Folder, found))
	}
	s.say("capacity: searching %s of %s on %s", o.Find, a.scenario.Name, a.scenario.Target)
	found, err := capacity.Search(interrupts.ctx, a.scenario, *o)
	if found == nil || len(found.Trials) == 0 {
		return errors.Join(searchError(err), s.early(err == nil))
	}
	saved := folder.SaveCapacity(a.lock.Folder, found)
	printed := crash.Catch(func() error { return s.printCapacity(found) })
	s.say("files: %s", a.lock.Folder)
	var opened error
	if s.open && saved == nil {
		opened = openPage(filepath.Join(a.lock.Folder, report.PageFile))
	}
	return errors.Join(capacityError(found), s.early(isClosed(interrupts.stop)), searchError(err), saved, printed, opened)
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// confirmSearch prints what all trials may cost on a target that is not this machine.
func (s *session) confirmSearch(interrupts *interrupts, a *asked) error {
	expected, err := capacity.Expected(a.scenario, a.options)
	if err != nil {
		return searchError(err)
	}
	if err := s.confirmAll(interrupts.setup, "search", expected); err != nil {
		return err
	}
	if s.announced {
		a.options.MaxUSD = cmp.Or(a.options.MaxUSD, usualMaxUSD)
		s.say("it ends before it costs more than $%g (--max-cost)", a.options.MaxUSD)
	}
	return nil
}

// trialLine says what a trial showed.
func trialLine(c *capacity.Capacity, t *capacity.Trial) string {
	what := "meets all goals"
	switch {
	case t.Void != "":
		what = "void: " + t.Void
	case !t.Kept:
		var all []string
		for _, g := range t.Goals {
			if !g.Kept {
				all = append(all, g.Goal)
			}
		}
		what = "misses " + strings.Join(all, ", ")
	}
	return fmt.Sprintf("trial %d, %s: %s", t.Number, c.Find.Format(t.Load), what)
}

func (s *session) printCapacity(c *capacity.Capacity) error {
	if s.json {
		return c.Encode(s.stdout)
	}
	return text.Capacity(s.stdout, c, text.Options{Width: width(s.stdout), Color: wantsColour(s.stdout)})
}

// searchError explains an error of a search.
func searchError(err error) error {
	var wrong *capacity.UsageError
	if errors.As(err, &wrong) {
		return usage(fmt.Errorf("capacity: %w", err), wrong.Hint)
	}
	if err == nil || errors.As(err, new(*scenario.Error)) {
		return err
	}
	return hinting(err, "")
}

// capacityError is the finding of a search as an error; nil if it found what was asked.
func capacityError(c *capacity.Capacity) error {
	if err := verdictError(c.Verdict); len(c.Wrong) > 0 {
		return err
	}
	switch r := c.Require; {
	case r != nil && r.Status == capacity.Sustained:
		return nil
	case r != nil && r.Status == capacity.NotSustained, c.Complete && c.KeptLoad() == nil && c.MissedLoad() != nil:
		return &missed{}
	case r != nil || c.Lower == nil || c.Upper == nil || !c.Complete:
		return &stoppedEarly{}
	}
	return nil
}
