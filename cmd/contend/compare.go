package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/report"
	"contend/report/compare"
	"contend/report/folder"
	"contend/report/page"
	"contend/report/text"
	"contend/workload/scenario"
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
		if len(one.runs) == 0 {
			return side{}, fmt.Errorf("%q holds no runs", path)
		}
		s.saved = append(s.saved, one)
	}
	s.name = filepath.ToSlash(filepath.Clean(s.saved[0].path))
	if more := len(s.saved) - 1; more > 0 {
		s.name += fmt.Sprintf(" and %d more", more)
	}
	if run := twice(s.runs()); run != "" {
		return side{}, usage(fmt.Errorf("%s is named twice in %q", run, arg), "the same run again is no repeat of it")
	}
	return s, nil
}

// twice is the folder of a run that is there more than once; "" if none is.
func twice(runs []savedRun) string {
	seen := map[string]bool{}
	for _, run := range runs {
		path := run.Folder
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
		if absolute, err := filepath.Abs(path); err == nil {
			path = absolute
		}
		if seen[path] {
			return run.Folder
		}
		seen[path] = true
	}
	return ""
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
func compareSides(sides []side, baseline string) *compare.Comparison {
	var runs []savedRun
	for i := range sides {
		runs = append(runs, sides[i].runs()...)
	}
	c := compare.Compare(variants(runs), compare.Options{ToolVersion: version(), Baseline: baseline})
	c.Warnings = append(c.Warnings, differences(sides)...)
	if run := twice(runs); run != "" {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%s is on more than one side: samples that share runs are not independent, and p means little", run))
	}
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

// differences says in what the scenarios of the sides differ from the first one's,
// beside what their matrices vary.
func differences(sides []side) []string {
	var found []string
	first := sides[0].saved[0]
	add := func(name, text string) {
		if text != "" && name != sides[0].name {
			found = append(found, fmt.Sprintf("the scenario of %s is not that of %s: %s", name, sides[0].name, text))
		}
	}
	for _, s := range sides {
		texts := make([]string, len(s.saved))
		for i, one := range s.saved {
			texts[i] = first.difference(one)
		}
		if len(slices.Compact(slices.Clone(texts))) == 1 {
			add(s.name, texts[0])
			continue
		}
		for i, one := range s.saved {
			add(one.path, texts[i])
		}
	}
	return found
}

// difference is in what the scenario of another one differs; "" if in nothing.
func (s *saved) difference(other *saved) string {
	b := other.runs[0]
	a := s.runs[0]
	if i := slices.IndexFunc(s.runs, func(run savedRun) bool { return slices.Equal(run.settings, b.settings) }); i >= 0 {
		a = s.runs[i]
	}
	if a.scenario == nil || b.scenario == nil {
		return "one of them cannot be read"
	}
	told := []string{"description", "seed", "target"} // words; drawn anew for each repeat; told by the reports
	for _, setting := range slices.Concat(a.settings, b.settings) {
		told = append(told, setting.Path)
	}
	var found []string
	for _, d := range scenario.Differences(*a.scenario, *b.scenario) {
		if !slices.Contains(told, d.Path) {
			found = append(found, fmt.Sprintf("%s is %s, not %s", d.Path, orNone(d.B), orNone(d.A)))
		}
	}
	return strings.Join(found, "; ")
}

func orNone(value string) string {
	if value == "" {
		return "none"
	}
	return value
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
