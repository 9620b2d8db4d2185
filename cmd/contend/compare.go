package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/report"
	"contend/report/compare"
	"contend/report/folder"
	"contend/report/page"
	"contend/report/text"
)

func (p *program) compareCommand() *cli.Command {
	return &cli.Command{
		Name:      "compare",
		Usage:     "say which of saved runs was better, with intervals",
		UsageText: "contend compare RUN RUN... [--format text|json|html|csv]",
		Description: "RUN is the folder of a run or of a matrix; the first one is what the others are held against. Runs that\n" +
			"repeat each other are joined by commas: contend compare a1,a2,a3,a4,a5 b1,b2,b3,b4,b5. A difference is shown\n" +
			"if chance makes one as large in less than 2 of 100 comparisons (Mann-Whitney U test), and is \"~\" otherwise;\n" +
			"it takes five runs on each side to show any.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "baseline", Usage: "hold the others against the variants with the setting `PATH=VALUE`, not against the first RUN"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`text|json|html|csv`"},
		},
		Action: p.compare,
	}
}

func (p *program) compare(c *cli.Context) error {
	render, err := p.comparisonRenderer("compare", c.String("format"))
	if err != nil {
		return err
	}
	if c.Args().Len() < 2 {
		return usage(errors.New("compare: which runs? It takes at least two"), `runs are in the folder "runs"; contend report shows a single matrix`)
	}
	var sides []compare.Side
	for _, arg := range c.Args().Slice() {
		s, err := loadSide(arg)
		if err != nil {
			return fmt.Errorf("compare: %w", err)
		}
		sides = append(sides, s)
	}
	compare.NameSides(sides)
	baseline, err := baselineOf(c, sides)
	if err != nil {
		return err
	}
	return render(compare.Sides(sides, compare.Options{ToolVersion: version(), Baseline: baseline}))
}

// loadSide reads the folders of one argument.
func loadSide(arg string) (compare.Side, error) {
	var all []*compare.Saved
	for path := range strings.SplitSeq(arg, ",") {
		one, err := loadSaved(path)
		if err != nil {
			return compare.Side{}, err
		}
		if len(one.Runs) == 0 {
			return compare.Side{}, fmt.Errorf("%q holds no runs", path)
		}
		all = append(all, one)
	}
	s := compare.NewSide(all...)
	if run := s.Twice(); run != "" {
		return s, usage(fmt.Errorf("%s is named twice in %q", run, arg), "the same run again is no repeat of it")
	}
	return s, nil
}

// loadSaved reads the folder of a run or of a matrix, or a report.json.
func loadSaved(path string) (*compare.Saved, error) {
	s, err := folder.Open(path)
	if errors.As(err, new(*folder.NothingError)) {
		return nil, usage(err, lacking(path))
	}
	return s, err
}

// baselineOf checks the setting that the user chose as the baseline.
func baselineOf(c *cli.Context, sides []compare.Side) (string, error) {
	baseline := c.String("baseline")
	if baseline == "" {
		return "", nil
	}
	path, value, ok := strings.Cut(baseline, "=")
	if !ok {
		return "", usage(fmt.Errorf("compare: --baseline: %q must be path=value", baseline), "as in --baseline retry.policy=full-jitter")
	}
	for i := range sides {
		if sides[i].Has(report.Setting{Path: path, Value: value}) {
			return baseline, nil
		}
	}
	return "", usage(fmt.Errorf("compare: --baseline: no run has %s", baseline), "the settings of a matrix are in its table")
}

// comparisonRenderer writes a comparison to stdout.
func (p *program) comparisonRenderer(command, format string) (func(*compare.Comparison) error, error) {
	switch format {
	case "text":
		return func(c *compare.Comparison) error {
			return text.Comparison(p.stdout, c, text.Options{Width: widthOr(p.stdout, folder.MatrixWidth), Color: wantsColour(p.stdout)})
		}, nil
	case "json":
		return func(c *compare.Comparison) error { return c.Encode(p.stdout) }, nil
	case "html":
		return func(c *compare.Comparison) error { return page.Comparison(p.stdout, c) }, nil
	case "csv":
		return func(c *compare.Comparison) error { return c.CSV(p.stdout) }, nil
	}
	return nil, usage(fmt.Errorf("%s: --format: unknown format %q", command, format), "text, json, html or csv")
}
