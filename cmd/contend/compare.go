package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/report"
	"contend/workload"
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
	var sides []side
	for _, arg := range c.Args().Slice() {
		s, err := loadSide(arg)
		if err != nil {
			return fmt.Errorf("compare: %w", err)
		}
		sides = append(sides, s)
	}
	nameSides(sides)
	baseline, err := baselineOf(c, sides)
	if err != nil {
		return err
	}
	return render(compareSides(sides, baseline))
}

// baselineOf checks the setting that the user chose as the baseline.
func baselineOf(c *cli.Context, sides []side) (string, error) {
	baseline := c.String("baseline")
	if baseline == "" {
		return "", nil
	}
	path, value, ok := strings.Cut(baseline, "=")
	if !ok {
		return "", usage(fmt.Errorf("compare: --baseline: %q must be path=value", baseline), "as in --baseline retry.policy=full-jitter")
	}
	for i := range sides {
		for _, run := range sides[i].runs() {
			if slices.Contains(run.settings, report.Setting{Path: path, Value: value}) {
				return baseline, nil
			}
		}
	}
	return "", usage(fmt.Errorf("compare: --baseline: no run has %s", baseline), "the settings of a matrix are in its table")
}

// side is one argument: runs that are held against those of the others.
type side struct {
	name  string
	saved []*saved
}

func loadSide(arg string) (side, error) {
	var s side
	for path := range strings.SplitSeq(arg, ",") {
		one, err := loadSaved(path)
		if err != nil {
			return side{}, err
		}
		s.saved = append(s.saved, one)
	}
	s.name = filepath.ToSlash(filepath.Clean(s.saved[0].path))
	if more := len(s.saved) - 1; more > 0 {
		s.name += fmt.Sprintf(" and %d more", more)
	}
	return s, nil
}

// nameSides leaves out the folders that all sides are in, and tells sides of the
// same name apart.
func nameSides(sides []side) {
	for allBelowSame(sides) {
		for i := range sides {
			_, sides[i].name, _ = strings.Cut(sides[i].name, "/")
		}
	}
	seen := map[string]int{}
	for i := range sides {
		if seen[sides[i].name]++; seen[sides[i].name] > 1 {
			sides[i].name += fmt.Sprintf(" (%d)", seen[sides[i].name])
		}
	}
}

func allBelowSame(sides []side) bool {
	first, _, ok := strings.Cut(sides[0].name, "/")
	return ok && !slices.ContainsFunc(sides, func(s side) bool {
		folder, _, ok := strings.Cut(s.name, "/")
		return !ok || folder != first
	})
}

// compareSides makes each side a variant, or as many as the variants of its
// matrices.
func compareSides(sides []side, baseline string) *report.Comparison {
	var runs []savedRun
	var warnings []string
	for i := range sides {
		runs = append(runs, sides[i].runs()...)
		if i > 0 {
			warnings = append(warnings, sides[0].differences(&sides[i])...)
		}
	}
	c := report.Compare(variants(runs), report.CompareOptions{ToolVersion: version(), Baseline: baseline})
	c.Warnings = append(c.Warnings, warnings...)
	return c
}

// runs are all runs of a side, named by it.
func (s *side) runs() []savedRun {
	var list []savedRun
	for _, one := range s.saved {
		for _, run := range one.runs {
			run.settings = append([]report.Setting{{Path: "run", Value: s.name}}, run.settings...)
			run.Folder = filepath.Join(one.path, run.Folder)
			list = append(list, run)
		}
	}
	return list
}

// differences says in what the scenarios of two sides differ, beside what their
// matrices vary.
func (s *side) differences(other *side) []string {
	a, b := s.saved[0].runs[0], other.counterpart(s.saved[0].runs[0].settings)
	if a.scenario == nil || b.scenario == nil {
		return []string{fmt.Sprintf("the scenario of %s or of %s could not be read: in what they differ is not known", s.name, other.name)}
	}
	var found []string
	for _, d := range workload.Differences(*a.scenario, *b.scenario) {
		if slices.Contains([]string{"description", "seed", "target"}, d.Path) {
			continue // words; drawn anew for each repeat; told by the reports
		}
		found = append(found, fmt.Sprintf("%s is %s, not %s", d.Path, orNone(d.B), orNone(d.A)))
	}
	if len(found) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("the scenario of %s is not that of %s: %s", other.name, s.name, strings.Join(found, "; "))}
}

// counterpart is the first run with these settings, or the first of all.
func (s *side) counterpart(settings []report.Setting) savedRun {
	for _, one := range s.saved {
		for _, run := range one.runs {
			if slices.Equal(run.settings, settings) {
				return run
			}
		}
	}
	return s.saved[0].runs[0]
}

func orNone(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

// comparisonRenderer writes a comparison to stdout.
func (p *program) comparisonRenderer(command, format string) (func(*report.Comparison) error, error) {
	switch format {
	case "text":
		return func(c *report.Comparison) error {
			return c.Text(p.stdout, report.TextOptions{Width: widthOr(p.stdout, report.MatrixWidth), Color: wantsColour(p.stdout)})
		}, nil
	case "json":
		return func(c *report.Comparison) error { return c.Encode(p.stdout) }, nil
	case "html":
		return func(c *report.Comparison) error { return c.HTML(p.stdout) }, nil
	case "csv":
		return func(c *report.Comparison) error { return c.CSV(p.stdout) }, nil
	}
	return nil, usage(fmt.Errorf("%s: --format: unknown format %q", command, format), "text, json, html or csv")
}
