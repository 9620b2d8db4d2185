package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"contend/internal/crash"
	"contend/report"
	"contend/report/folder"
	"contend/report/text"
	"contend/workload/check"
	"contend/workload/explore"
	"contend/workload/plan"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// exploredTarget is where all seeds are tried.
const exploredTarget = scenario.TargetSimulated

func (p *program) exploreCommand() *cli.Command {
	return &cli.Command{
		Name:      "explore",
		Usage:     "run a scenario with many seeds in simulated time, and show the smallest failure",
		UsageText: "contend explore SCENARIO [flags]",
		Description: "SCENARIO is a shipped name, a path to a file, or - for stdin. Each seed gives one run in simulated time; runs use all\n" +
			"cores. Each run also draws one value from every list in the scenario's field explore, and from every --set with a list.\n\n" +
			"When a check fails, the scenario is reduced for as long as the same check still fails: fewer operations, workers, counters\n" +
			"and faults, and an earlier end. The smallest failing run is printed step by step, and its files are kept in a folder; the\n" +
			"scenario.yaml there repeats it. The result depends only on the scenario, the flags and the seeds. Ctrl-C ends the\n" +
			"exploration and shows what was found so far.\n\n" +
			"Exit codes: 0 no failure, 1 error, 2 usage or bad scenario, 3 a check failed, 4 a run could not be judged, or stopped early.\n\n" +
			"   contend explore hot-key --seeds 10000 --operations 100\n" +
			"   contend explore mine.yaml --set 'load.workers=[2,3,8]' --first 5000",
		Flags: []cli.Flag{
			&cli.Int64Flag{Name: "seeds", Value: 1000, Usage: "try `N` seeds"},
			&cli.StringFlag{Name: "first", Usage: "start with the seed `N` (default: the scenario's)"},
			&cli.IntFlag{Name: "failures", Value: 1, Usage: "stop after `N` failing seeds"},
			&cli.IntFlag{Name: "shrink", Value: 2000, Usage: "make at most `N` runs to reduce a failure; 0 turns that off"},
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "write the files of the smallest failing run to `DIR`, which must be new or empty (default: runs/NAME-explore-TIME)"},
			&cli.StringFlag{Name: "workers", Aliases: []string{"w"}, Usage: "use `N` workers (default: the scenario's)"},
			&cli.StringFlag{Name: "duration", Aliases: []string{"d"}, Usage: "each run lasts `D`, such as 30s, instead of the scenario's duration or operations"},
			&cli.StringFlag{Name: "operations", Aliases: []string{"n"}, Usage: "each run carries out exactly `N` operations, instead of the scenario's duration or operations"},
			setFlag(),
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, DisableDefaultText: true, Usage: "write only errors to stderr"},
		},
		Action: p.explore,
	}
}

func (p *program) explore(c *cli.Context) error {
	name, err := oneScenario(c)
	if err != nil {
		return err
	}
	if err := checkExploreFlags(c); err != nil {
		return err
	}
	plan, err := p.resolveSpace(c, name)
	if err != nil {
		return err
	}
	first, err := firstSeed(c, plan)
	if err != nil {
		return err
	}
	s := newSession(p, c)
	scenario := plan.Variants[0].Scenario
	lock, err := folder.Create(c.String("out"), scenario.Name+"-explore", time.Now())
	if err != nil {
		return explainFile(err)
	}
	s.warnUnlocked(lock)
	defer limitGarbage(&plan.Variants[0].Scenario)()
	e := explore.Explorer{Space: plan.Space(), First: first, Seeds: c.Int64("seeds"), Failures: c.Int("failures"), Tries: c.Int("shrink")}
	x := &text.Explored{Name: scenario.Name, Description: scenario.Description, First: e.First, Seeds: e.Seeds}
	return errors.Join(s.tryAll(c.Context, &e, x, lock.Folder), lock.Release())
}

func checkExploreFlags(c *cli.Context) error {
	for _, f := range []struct {
		name  string
		least int64
		given int64
	}{{"seeds", 1, c.Int64("seeds")}, {"failures", 1, int64(c.Int("failures"))}, {"shrink", 0, int64(c.Int("shrink"))}} {
		if f.given < f.least {
			return usage(fmt.Errorf("explore: --%s: must be at least %d, not %d", f.name, f.least, f.given), "")
		}
	}
	return nil
}

// firstSeed is that of the flag, or of the scenario. All seeds must fit into 64 bits.
func firstSeed(c *cli.Context, p *plan.Plan) (uint64, error) {
	first := p.Variants[0].Scenario.Seed
	if c.IsSet("first") {
		n, err := strconv.ParseUint(c.String("first"), 10, 64)
		if err != nil {
			return 0, usage(fmt.Errorf("explore: --first: must be a whole number from 0 to %d, not %q", uint64(math.MaxUint64), c.String("first")), "")
		}
		first = n
	}
	if more := uint64(c.Int64("seeds") - 1); first > math.MaxUint64-more {
		return 0, usage(fmt.Errorf("explore: --first: there are no %d seeds from %d on", c.Int64("seeds"), first), "")
	}
	return first, nil
}

// resolveSpace loads what is explored, with all flags applied. It always has the target
// that explorations have.
func (p *program) resolveSpace(c *cli.Context, name string) (*plan.Plan, error) {
	overrides, err := flagOverrides(c)
	if err != nil {
		return nil, err
	}
	file, content, err := readScenario(name)
	if err != nil {
		return nil, err
	}
	asWritten, err := plan.DecodeSpace(file, content, overrides...)
	if err != nil {
		return nil, withHint(err, scenarioHint(err))
	}
	if err := checkExplorable(asWritten); err != nil {
		return nil, err
	}
	return plan.DecodeSpace(file, content, append(overrides, scenario.Override{Source: "--target", Path: "target", Value: exploredTarget})...)
}

// checkExplorable refuses what cannot be explored.
func checkExplorable(p *plan.Plan) error {
	target := p.Variants[0].Scenario.Target
	switch {
	case len(p.Variants) > 1:
		return usage(fmt.Errorf("explore: the scenario has a matrix of %d variants: explore one of them", len(p.Variants)),
			"--set PATH=VALUE for each path of the matrix chooses one; lists belong into the field explore")
	case p.Repeat > 1:
		return usage(fmt.Errorf("explore: repeat is %d, but each seed is one run", p.Repeat), "--set repeat=1, and --seeds for more runs")
	case target != scenario.TargetEmbedded && target != exploredTarget:
		return usage(fmt.Errorf("explore: target %s: seeds are tried in simulated time only", target), "--set target="+exploredTarget)
	}
	return nil
}

// tryAll explores, and shows what was found.
func (s *session) tryAll(ctx context.Context, e *explore.Explorer, x *text.Explored, dir string) (err error) {
	interrupts := catchInterrupts(ctx, s.sayBelow)
	defer func() { err = errors.Join(err, interrupts.release()) }()
	e.Stop = interrupts.stop
	s.say("%s: seeds %d to %d in simulated time", x.Name, e.First, e.First+uint64(e.Seeds)-1)
	clear := s.showExploration(e)
	result, err := e.Run(interrupts.ctx)
	clear()
	if errors.Is(err, explore.ErrSame) {
		return usage(fmt.Errorf("explore: %w", err), "give embedded.latency.sd, faults, or the field explore")
	}
	if err != nil {
		err = fmt.Errorf("explore: %w", err)
	}
	if x.Result = result; err != nil && result.Seeds == 0 {
		return err
	}
	var kept, early error
	if result.Smallest != nil {
		kept = s.keepSmallest(interrupts.ctx, x, dir)
	}
	if result.Stopped {
		early = s.early(true)
	}
	printed := crash.Catch(func() error {
		return text.Exploration(s.stdout, x, text.Options{Width: width(s.stdout), Color: wantsColour(s.stdout)})
	})
	return errors.Join(verdictError(x.Status()), early, err, kept, printed)
}

// keepSmallest makes the smallest failing run once more, for its files.
func (s *session) keepSmallest(ctx context.Context, x *text.Explored, dir string) error {
	what := x.Result.Smallest.Scenario
	kept := &folder.Run{Folder: dir, Scenario: what, About: s.about()}
	o := trial.Options{Tool: "contend " + version(), OnNote: s.note, OnWarning: s.note}
	kept.Keep(&o)
	outcome, err := trial.Run(ctx, what, o)
	if err := errors.Join(hintingIn(err, dir, what.Target), kept.End(err)); err != nil || outcome == nil {
		return err
	}
	if outcome.Verdict.Status != check.Fail {
		return fmt.Errorf("explore: seed %d does not fail when it is run again: the run depends on something other than its scenario and seed", what.Seed)
	}
	x.Replay = fmt.Sprintf("contend run %s --target %s --seed %d", filepath.Join(dir, report.ScenarioFile), exploredTarget, what.Seed)
	s.say("files: %s", dir)
	x.Story, err = explore.Tell(filepath.Join(dir, report.HistoryFile))
	return err
}
