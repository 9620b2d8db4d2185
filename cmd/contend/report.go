package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/urfave/cli/v2"

	"contend/report"
	"contend/report/capacity"
	"contend/report/compare"
	"contend/report/folder"
	"contend/report/junit"
	"contend/report/markdown"
	"contend/report/page"
	"contend/report/text"
)

func (p *program) reportCommand() *cli.Command {
	return &cli.Command{
		Name:      "report",
		Usage:     "show saved runs",
		UsageText: "contend report RUN... [flags]",
		Description: "RUN is the folder of a run, or its report.json; or the folder of a campaign, of a search by \"contend capacity\", or of\n" +
			"\"contend proxy\". Formats: html is one self-contained page, for one RUN; junit is XML with a suite for each run; csv has a\n" +
			"row for each run; hgrm is the distribution of one run's response latency (in a closed loop, the same as its service\n" +
			"latency), for HdrHistogram's plotter.",
		Flags:  []cli.Flag{formatFlag("report")},
		Action: p.report,
	}
}

func (p *program) report(c *cli.Context) error {
	if c.Args().Len() == 0 {
		return usage(errors.New("report: missing RUN: the folder of a run or of a campaign"), `runs are in the folder "runs", as in contend report runs/*`)
	}
	format, err := chosen(c, "format", formats("report")...)
	if err != nil {
		return err
	}
	if c.Args().Len() > 1 {
		switch format {
		case "html", "hgrm":
			return usage(fmt.Errorf("report: %s shows one RUN, not %d", format, c.Args().Len()), "contend compare compares several")
		case "csv":
			return p.oneTable(c.Args().Slice())
		}
	}
	if format == "junit" {
		return p.suites(c.Args().Slice())
	}
	for i, path := range c.Args().Slice() {
		if i > 0 && format == "text" {
			fmt.Fprintln(p.stdout)
		}
		if err := p.showSaved(format, path); err != nil {
			return err
		}
	}
	return nil
}

// showSaved shows what a folder holds.
func (p *program) showSaved(format, path string) error {
	if found, err := folder.LoadCapacity(path); err == nil {
		return p.printSearch(format, found)
	}
	j, err := folder.LoadJudgement(path)
	if err == nil {
		return p.printProxied(format, j)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("report: %w", err)
	}
	s, err := loadSaved(path)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if s.Matrix != nil {
		return p.printMatrix(format, s.Matrix, func() *compare.Comparison { return s.Compare(compare.Options{ToolVersion: version()}) })
	}
	return p.renderer(format)(s.Runs[0].Report)
}

// printProxied prints the judgement that a proxy saved in its folder.
func (p *program) printProxied(format string, j *report.Judgement) error {
	switch format {
	case "text", "json":
		return p.printJudgement(format, j)
	case "markdown":
		return markdown.Judgement(p.stdout, j)
	case "html":
		return page.Judgement(p.stdout, j, "") // the picture is not beside this page
	}
	return usage(fmt.Errorf("report: the judgement of a proxy has no %s", format), "text, json, html, markdown and junit show it")
}

// printSearch shows a saved search for the highest load.
func (p *program) printSearch(format string, c *capacity.Capacity) error {
	switch format {
	case "json":
		return c.Encode(p.stdout)
	case "html":
		return page.Capacity(p.stdout, c)
	case "text":
		return text.Capacity(p.stdout, c, text.Options{Width: width(p.stdout), Color: wantsColour(p.stdout)})
	}
	return usage(fmt.Errorf("report: a search for the highest load has no %s", format), "text, json and html show it; its folder trials has the report of each trial")
}

// suites is one JUnit document of several runs and campaigns.
func (p *program) suites(paths []string) error {
	var all []junit.Suite
	for _, path := range paths {
		suites, err := folder.Suites(path)
		if errors.As(err, new(*folder.NothingError)) {
			return usage(fmt.Errorf("report: %w", err), lacking(path))
		}
		if err != nil {
			return fmt.Errorf("report: %w", err)
		}
		all = append(all, suites...)
	}
	return junit.Write(p.stdout, all)
}

// oneTable is the CSV of several runs and campaigns: one header, and a column with
// their names.
func (p *program) oneTable(paths []string) error {
	var sides []compare.Side
	for _, path := range paths {
		one, err := loadSaved(path)
		if err != nil {
			return fmt.Errorf("report: %w", err)
		}
		sides = append(sides, compare.Side{Name: path, Saved: []*compare.Saved{one}})
	}
	return compare.Sides(sides, compare.Options{ToolVersion: version()}).CSV(p.stdout)
}

// printMatrix shows the table of a campaign: what each variant counted if each was run
// once, and otherwise how they compare.
func (p *program) printMatrix(format string, m *report.Matrix, comparison func() *compare.Comparison) error {
	switch {
	case format == "hgrm":
		return usage(errors.New("a campaign has no latency distribution of its own"), "name its runs: the folders in its folder")
	case m.Repeat <= 1 && format == "json":
		return m.Encode(p.stdout)
	case m.Repeat <= 1 && format == "text":
		return text.Matrix(p.stdout, m, text.Options{Width: widthOr(p.stdout, folder.MatrixWidth), Color: wantsColour(p.stdout)})
	}
	return p.comparisonRenderer(format)(comparison())
}

// renderer writes a report to stdout in one of the known formats.
func (p *program) renderer(format string) func(*report.Report) error {
	switch format {
	case "json":
		return func(r *report.Report) error { return r.Encode(p.stdout) }
	case "html":
		return func(r *report.Report) error { return page.Report(p.stdout, r) }
	case "csv":
		return func(r *report.Report) error { return single(r).CSV(p.stdout) }
	case "markdown":
		return func(r *report.Report) error { return markdown.Report(p.stdout, r) }
	case "hgrm":
		return func(r *report.Report) error { return text.HGRM(p.stdout, r) }
	}
	return func(r *report.Report) error {
		return text.Report(p.stdout, r, text.Options{Width: width(p.stdout), Color: wantsColour(p.stdout)})
	}
}

// single is a comparison of one run with nothing else.
func single(r *report.Report) *compare.Comparison {
	run := compare.Run{Folder: ".", Verdict: string(r.Verdict.Status), Error: r.Error, Report: r}
	return compare.Compare([]compare.Candidate{{Runs: []compare.Run{run}}}, compare.Options{ToolVersion: version()})
}
