package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"contend/internal/crash"
	"contend/report"
	"contend/report/folder"
	"contend/report/markdown"
	"contend/report/text"
	"contend/workload/plan"
	"contend/workload/scenario"
	"contend/workload/trial"
)

func (p *program) runCommand() *cli.Command {
	return &cli.Command{
		Name:      "run",
		Usage:     "run a scenario: verdict, report, files",
		UsageText: "contend run SCENARIO [flags]\ncontend run --resume DIR [flags]",
		Description: "SCENARIO is a shipped name (\"contend scenarios\" lists them), a path to a file, or - for stdin. The report goes to stdout\n" +
			"and, with all measurements, into a folder. On a terminal, a live display shows the current rate, C (writes per success),\n" +
			"conflicts, latencies, what the law of contention predicts from the gap G so far, and the worker that has waited longest\n" +
			"for a success. Ctrl-C ends the load early and still judges what ran (exit code 4 at least); a second Ctrl-C stops at once.\n\n" +
			"A scenario with a matrix or with repeat makes a campaign: many runs, in an order that the seed shuffles, and one table of\n" +
			"all runs on stdout. --set with a list of values turns any field into a matrix. If a field is set several times, the last\n" +
			"--set counts. --set overrides other flags, such as --workers.\n\n" +
			"--max-cost ends the load when the capacity units used so far have cost USD, at the scenario's price. Units are those that\n" +
			"the server reports; if it reports none, they are estimated from the design. Requests before and after the load do not\n" +
			"count. What ran is judged as usual, and a campaign starts no further run (exit code 4 at least). If the operations are\n" +
			"certain to cost more than USD, nothing is started (exit code 2).\n\n" +
			"Exit codes: 0 pass, 1 error, 2 usage or bad scenario, 3 a check failed, 4 inconclusive or stopped early, 5 a threshold was\n" +
			"missed. If several apply, it is the first of 3, 1, 4 and 5. \"contend metrics\" lists what thresholds can limit.\n\n" +
			"   contend run hot-key\n" +
			"   contend run exactly-once\n" +
			"   contend run hot-key --target simulated -d 60s\n" +
			"   contend run hot-key --workers 8 --set retry.policy=immediate\n" +
			"   contend run hot-key --set 'load.workers=[1,8,64]' --set repeat=6 -d 1s\n" +
			"   contend run hot-key --target http://127.0.0.1:8000 --operations 2000",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "target", Usage: "embedded, simulated, aws, or the `URL` of a DynamoDB-compatible server (default: the scenario's)"},
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "write the run's files to `DIR`, which must be new or empty (default: runs/NAME-TIME)"},
			&cli.StringFlag{Name: "workers", Aliases: []string{"w"}, Usage: "use `N` workers (default: the scenario's)"},
			&cli.StringFlag{Name: "duration", Aliases: []string{"d"}, Usage: "run for `D`, such as 30s, instead of the scenario's duration or operations"},
			&cli.StringFlag{Name: "operations", Aliases: []string{"n"}, Usage: "carry out exactly `N` operations, instead of the scenario's duration or operations"},
			&cli.StringFlag{Name: "seed", Usage: "use the seed `N` for everything random (default: the scenario's)"},
			setFlag(),
			formatFlag("run"),
			&cli.StringFlag{Name: "resume", Usage: "resume the stopped campaign in `DIR`"},
			&cli.StringFlag{Name: "max-cost", Usage: "end the load when its capacity units have cost `USD`, and start no further run"},
			&cli.BoolFlag{Name: "dry-run", DisableDefaultText: true, Usage: "show what would be run, with its requests and cost, and send nothing"},
			&cli.BoolFlag{Name: "compare-simulated", DisableDefaultText: true, Usage: "repeat the run in simulated time, and compare both with the law of contention"},
			&cli.BoolFlag{Name: "open", DisableDefaultText: true, Usage: "open the page of the run in a browser when it ends"},
			&cli.BoolFlag{Name: "summary", DisableDefaultText: true, Usage: "append the result as Markdown to the file that $GITHUB_STEP_SUMMARY names, if it is set"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, DisableDefaultText: true, Usage: "write only errors to stderr"},
			&cli.BoolFlag{Name: "keep-table", DisableDefaultText: true, Usage: "do not delete the table that the run created"},
			&cli.BoolFlag{Name: "yes", DisableDefaultText: true, Usage: "allow load on a target that is not this machine, such as aws, which costs money"},
		}, append(machineFlags(), metricsFlags()...)...),
		Action: p.run,
	}
}

func (p *program) run(c *cli.Context) error {
	if _, err := chosen(c, "format", formats("run")...); err != nil {
		return withHint(err, "contend report has more formats")
	}
	if c.IsSet("resume") {
		return p.resume(c)
	}
	name, err := oneScenario(c)
	if err != nil {
		return err
	}
	plan, err := p.resolve(c, name)
	if err != nil {
		return err
	}
	if err := checkKeepTable(c, plan); err != nil {
		return err
	}
	if err := checkMetrics(c, scenariosOf(plan)); err != nil {
		return err
	}
	s := newSession(p, c)
	if err := s.takePart(c, plan); err != nil {
		return err
	}
	if len(plan.Drawn) > 0 {
		s.say("the field explore is for contend explore: nothing is drawn from its lists here")
	}
	if c.Bool("dry-run") {
		return p.dryRun(c.Context, plan)
	}
	if err := checkBeside(plan, s); err != nil {
		return err
	}
	if s.cost, err = newMaxCost(c, scenariosOf(plan), s.part.Machines); err != nil {
		return err
	}
	if err := s.serveMetrics(c); err != nil {
		return err
	}
	return errors.Join(s.begin(c, plan), s.stopServing())
}

// begin makes the folder and carries the plan out.
func (s *session) begin(c *cli.Context, plan *plan.Plan) error {
	first := plan.Variants[0].Scenario
	lock, err := folder.Create(cmp.Or(s.partFolder, c.String("out")), first.Name, time.Now())
	if err != nil && s.partFolder != "" && errors.Is(err, os.ErrExist) {
		return withHint(err, "a run's ID is used once: choose another --run ID, the same on all machines")
	}
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

// scenariosOf are those of all variants.
func scenariosOf(p *plan.Plan) []*scenario.Scenario {
	var all []*scenario.Scenario
	for i := range p.Variants {
		all = append(all, &p.Variants[i].Scenario)
	}
	return all
}

// single makes a single run. [trial.Run] opens the target, creates the table, puts the
// load on it and judges it; kept makes the report and saves it.
func (s *session) single(ctx context.Context, what scenario.Scenario, dir string) (err error) {
	interrupts := catchInterrupts(ctx, s.sayBelow)
	defer func() { err = errors.Join(err, interrupts.release()) }()
	defer limitGarbage(&what)()
	kept := &folder.Run{Folder: dir, Scenario: what, About: s.about()}
	o := s.options(interrupts, &what, nil)
	o.OnStart = func(at trial.Place) { s.say("%s", startOf(&what, at)) }
	o.OnOutcome = func(o *trial.Outcome) error {
		s.showEnd(o)
		return s.finish(kept)
	}
	kept.Keep(&o)
	_, err = trial.Run(interrupts.ctx, what, o)
	err = errors.Join(hintingIn(err, dir, cmp.Or(kept.Place.Endpoint, what.Target)), kept.End(err))
	if s.beside && kept.Report != nil && !kept.Report.Interrupted {
		err = errors.Join(err, s.compareSimulated(interrupts, kept))
	}
	s.lingerOn(interrupts)
	return err
}

// startOf says what begins, and where.
func startOf(what *scenario.Scenario, at trial.Place) string {
	if what.Target == scenario.TargetSimulated {
		return what.Name + " in simulated time"
	}
	return fmt.Sprintf("%s on %s, table %s", what.Name, at.Endpoint, at.Table)
}

// finish prints a saved run, and returns its finding as an error.
func (s *session) finish(kept *folder.Run) error {
	if kept.Report == nil {
		return nil // the run has an error of its own
	}
	printed := withHint(crash.Catch(func() error { return s.print(kept.Report) }), "the files of the run have the same content")
	var opened error
	if kept.Saved {
		s.say("files: %s", kept.Folder)
		if s.open {
			opened = openPage(filepath.Join(kept.Folder, report.PageFile))
		}
	}
	summarized := s.summarize(func(w io.Writer) error { return markdown.Report(w, kept.Report) })
	return errors.Join(s.verdictError(kept.Report.Verdict.Status), thresholdsError(kept.Report.Thresholds), s.early(kept.Report.Interrupted), printed, summarized, opened)
}

func (s *session) print(r *report.Report) error {
	if s.json {
		return r.Encode(s.stdout)
	}
	return text.Report(s.stdout, r, text.Options{Width: width(s.stdout), Color: wantsColour(s.stdout)})
}

// checkKeepTable refuses --keep-table for a plan with simulated runs, whose tables are
// nowhere but in the run.
func checkKeepTable(c *cli.Context, p *plan.Plan) error {
	for i := range p.Variants {
		if c.Bool("keep-table") && p.Variants[i].Scenario.Target == scenario.TargetSimulated {
			return usage(errors.New("run: --keep-table: the table of a simulated run ends with it"), "")
		}
	}
	return nil
}
