package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/report"
	"contend/report/folder"
	"contend/report/text"
	"contend/workload/check"
	"contend/workload/history"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/trial"
)

func (p *program) checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "judge a saved history again, offline",
		UsageText: "contend check RUN|FILE... [flags]",
		Description: "RUN is the folder of a run. FILE is a history: history.jsonl.zst, or the same text uncompressed, written by contend or by\n" +
			"any other program (\"contend help history\" describes the format). The history of a killed run is judged up to its last\n" +
			"complete frame; --target then reads the final values from the counters themselves.\n\n" +
			"Several arguments are judged together: the histories of all machines of one run, or of all clients of another program.\n" +
			"Within one history, operations are ordered by its own clock. Across histories, they are ordered by versions, and by clocks\n" +
			"only if the histories state how far these may differ. If a history is missing or cut off, the sums are inconclusive.\n\n" +
			"Exit codes: 0 pass, 1 error, 2 usage, 3 a check failed, 4 inconclusive.\n\n" +
			"   contend check runs/hot-key-20260102T030405Z\n" +
			"   contend check other.jsonl --picture violation.html\n" +
			"   contend check client-1.jsonl client-2.jsonl",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "target", Usage: "read the final values from `aws|URL` instead of from the history"},
			&cli.BoolFlag{Name: "yes", DisableDefaultText: true, Usage: "allow reading from a target that is not this machine, such as aws"},
			&cli.StringFlag{Name: "table", Usage: "the table of the counters is `NAME` (default: as in the history)"},
			&cli.StringFlag{Name: "strategy", Usage: "the design of the counters is `NAME` (default: as in the history)"},
			&cli.StringFlag{Name: "picture", Usage: "draw the first violation as a page in `FILE` (default: violation.html in RUN)"},
			formatFlag("check"),
		},
		Action: p.check,
	}
}

func (p *program) check(c *cli.Context) error {
	args := c.Args().Slice()
	if len(args) == 0 {
		_, err := oneArgument(c, "run or history file")
		return err
	}
	if _, err := chosen(c, "format", formats("check")...); err != nil {
		return err
	}
	var paths []string
	for _, arg := range args {
		found, err := folder.HistoryPaths(arg)
		if err != nil {
			return withHint(fmt.Errorf("check: %w", err), "RUN is the folder that a run wrote, FILE a history")
		}
		paths = append(paths, found...)
	}
	var finals func(history.Header) (history.Footer, error)
	if c.IsSet("target") {
		finals = func(h history.Header) (history.Footer, error) { return p.finals(c, h) }
	}
	e, err := check.ExamineFiles(paths, finals)
	if errors.Is(err, fs.ErrNotExist) {
		return withHint(fmt.Errorf("check: %w", err), "a run's folder holds "+report.HistoryFile+"; of a run on several machines, name its folder merged, or the folders of its machines")
	}
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	return p.tellJudgement(c, paths, e)
}

// tellJudgement prints the findings and draws the first violation.
func (p *program) tellJudgement(c *cli.Context, paths []string, e *check.Examination) error {
	j := report.NewJudgement(strings.Join(paths, ", "), e)
	picture := c.String("picture")
	if arg := c.Args().First(); picture == "" && len(paths) == 1 && paths[0] != arg {
		picture = filepath.Join(arg, report.PictureFile)
	}
	var drawn error
	switch {
	case len(paths) == 1:
		drawn = p.drawInto(picture, paths[0], e)
	case picture != "" && j.Verdict.Status == check.Fail:
		fmt.Fprintln(p.stderr, "contend: there is no picture: only what one history shows can be drawn")
	}
	printed := p.printJudgement(c.String("format"), j)
	if j.Verdict.Status != check.Pass {
		return errors.Join(&judged{j.Verdict.Status}, printed, drawn)
	}
	return errors.Join(printed, drawn)
}

// drawInto draws the first violation into a file, or says why it cannot be drawn. If
// picture is empty, it does nothing.
func (p *program) drawInto(picture, history string, e *check.Examination) error {
	if picture == "" {
		return nil
	}
	if why := e.Undrawn(); why != "" {
		fmt.Fprintf(p.stderr, "contend: %s\n", why)
	}
	if len(e.Findings.Violations) == 0 {
		return nil
	}
	if err := e.DrawFile(history, picture); err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "contend: the violation is drawn in %s\n", picture)
	return nil
}

func (p *program) printJudgement(format string, j *report.Judgement) error {
	if format == "json" {
		return j.Encode(p.stdout)
	}
	return text.Judgement(p.stdout, j, text.Options{Width: width(p.stdout), Color: wantsColour(p.stdout)})
}

// finals reads the current values of a history's counters.
func (p *program) finals(c *cli.Context, h history.Header) (history.Footer, error) {
	table, strategy := c.String("table"), c.String("strategy")
	if table == "" {
		table = h.Table
	}
	if strategy == "" {
		strategy = h.Strategy
	}
	if table == "" || strategy == "" {
		return history.Footer{}, usage(errors.New("the history does not say which table and design its counters have"), "give --table and --strategy")
	}
	interrupts := catchInterrupts(c.Context, func(string, ...any) {})
	defer func() { _ = interrupts.release() }() // say does nothing, so it cannot panic
	s := scenario.Scenario{Target: c.String("target")}
	if s.HasServer() {
		return history.Footer{}, usage(errors.New("--target: the embedded server and its counters ended with the run"), "")
	}
	allowed := store.Consent(c.Bool("yes"))
	t, err := p.openTarget(interrupts.setup, &s, allowed)
	if err != nil {
		return history.Footer{}, explain(err, s.Target)
	}
	if err := t.Refuse(allowed); err != nil {
		return history.Footer{}, errors.Join(hinting(err, t.Endpoint), t.Close())
	}
	end, err := trial.Finals(interrupts.setup, t, table, strategy, h)
	return end, errors.Join(explain(err, s.Target), t.Close())
}
