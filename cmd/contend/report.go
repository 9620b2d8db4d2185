package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/urfave/cli/v2"

	"contend/report"
)

func (p *program) reportCommand() *cli.Command {
	return &cli.Command{
		Name:        "report",
		Usage:       "render saved runs",
		UsageText:   "contend report RUN... [--format text|json|html|hgrm]",
		Description: "RUN is a run's folder or its report.json, or the folder of a matrix. html is a page in one file; hgrm is the percentile distribution of the service latency that\nHdrHistogram's plotter reads.",
		Flags:       []cli.Flag{&cli.StringFlag{Name: "format", Value: "text", Usage: "`text|json|html|hgrm`"}},
		Action:      p.report,
	}
}

func (p *program) report(c *cli.Context) error {
	if c.Args().Len() == 0 {
		return usage(errors.New("report: which run?"), `runs are in the folder "runs", as in contend report runs/*`)
	}
	render, err := p.renderer(c.String("format"))
	if err != nil {
		return err
	}
	for i, path := range c.Args().Slice() {
		if i > 0 && c.String("format") == "text" {
			fmt.Fprintln(p.stdout)
		}
		m, err := report.LoadMatrix(path)
		if err == nil {
			err = p.printMatrix(c.String("format"), m)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			if err != nil {
				return fmt.Errorf("report: %w", err)
			}
			continue
		}
		r, err := report.Load(path)
		if errors.Is(err, fs.ErrNotExist) {
			return usage(fmt.Errorf("report: %w", err), "RUN is the folder that a run wrote, or its report.json")
		}
		if err != nil {
			return fmt.Errorf("report: %w", err)
		}
		if err := render(r); err != nil {
			return err
		}
	}
	return nil
}

// printMatrix renders the table of a matrix.
func (p *program) printMatrix(format string, m *report.Matrix) error {
	switch format {
	case "json":
		return m.Encode(p.stdout)
	case "html":
		return usage(errors.New("the table of a matrix has no page"), "name its runs, which are folders in its folder")
	case "hgrm":
		return usage(errors.New("a matrix has no latency distribution of its own"), "name its runs, which are folders in its folder")
	}
	return m.Text(p.stdout, report.TextOptions{Width: widthOr(p.stdout, report.MatrixWidth), Color: wantsColour(p.stdout)})
}

func (p *program) renderer(format string) (func(*report.Report) error, error) {
	switch format {
	case "text":
		return func(r *report.Report) error {
			return report.Text(p.stdout, r, report.TextOptions{Width: width(p.stdout), Color: wantsColour(p.stdout)})
		}, nil
	case "json":
		return func(r *report.Report) error { return r.Encode(p.stdout) }, nil
	case "html":
		return func(r *report.Report) error { return report.HTML(p.stdout, r) }, nil
	case "hgrm":
		return func(r *report.Report) error { return report.HGRM(p.stdout, r) }, nil
	}
	return nil, usage(fmt.Errorf("report: --format: unknown format %q", format), "text, json, html or hgrm")
}
