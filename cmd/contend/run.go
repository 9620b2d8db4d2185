package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"contend/report/folder"
	"contend/workload/plan"
	"contend/workload/scenario"
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
			"   contend run hot-key --set 'load.workers=[1,8,64]' --set repeat=6 --duration 1s\n" +
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
	s := newSession(p, c)
	first := plan.Variants[0].Scenario
	lock, err := folder.Create(c.String("out"), first.Name, time.Now())
	if err != nil {
		return explainFile(err)
	}
	s.warnUnlocked(lock)
	if plan.Single() {
		err = s.single(c.Context, first, lock.Folder)
	} else {
		err = s.campaign(c.Context, plan, lock)
	}
	return errors.Join(err, lock.Release())
}

// resolve loads the scenario's plan with all flags applied: shortcuts first, so
// that --set has the last word.
func (p *program) resolve(c *cli.Context, name string) (*plan.Plan, error) {
	var overrides []scenario.Override
	for _, s := range shortcuts {
		if c.IsSet(s.flag) {
			overrides = append(overrides, scenario.Override{Source: "--" + s.flag, Path: s.path, Value: c.String(s.flag)})
		}
	}
	set, err := setOverrides(c)
	if err != nil {
		return nil, err
	}
	return loadPlan(name, append(overrides, set...))
}
