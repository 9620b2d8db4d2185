package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"contend/report"
	"contend/report/compare"
	"contend/report/folder"
	"contend/report/markdown"
	"contend/report/page"
	"contend/report/text"
	"contend/workload/threshold"
)

func (p *program) compareCommand() *cli.Command {
	return &cli.Command{
		Name:      "compare",
		Usage:     "compare saved runs: what differs, by how much, with confidence intervals",
		UsageText: "contend compare RUN RUN... [flags]",
		Description: "RUN is the folder of a run or of a campaign. The first RUN is the baseline; the others are compared with it. Join several\n" +
			"runs of the same scenario with commas to use them as samples of one RUN. A difference is shown if chance alone would\n" +
			"produce one as large in fewer than 2 of 100 comparisons (Mann-Whitney U test); otherwise \"~\" is shown. The test needs at\n" +
			"least five runs on each side.\n\n" +
			"   contend compare runs/before runs/after\n" +
			"   contend compare a1,a2,a3,a4,a5 b1,b2,b3,b4,b5\n\n" +
			"To compare settings of one scenario, run it as a campaign, which also prints the comparison:\n\n" +
			"   contend run hot-key --set 'retry.policy=[fixed,full-jitter]' --set repeat=6\n\n" +
			"If load.workers has at least three values, the comparison also shows how throughput grows with the number of workers,\n" +
			"and the curves of the law of contention, of Amdahl's law and of the universal scalability law (USL).",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "baseline", Usage: "compare with the variants that have the setting `PATH=VALUE`, instead of with the first RUN"},
			&cli.StringSliceFlag{Name: "metric", Usage: "compare only the metric `NAME`, such as p99; repeatable; \"contend metrics\" lists them"},
			&cli.StringFlag{Name: "alpha", Value: "0.02", DefaultText: "0.02", Usage: "show a difference if the probability that chance alone produces one as large is below `P`"},
			&cli.BoolFlag{Name: "with-law", DisableDefaultText: true, Usage: "also show what the law of contention predicts for each variant"},
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "write the comparison in all formats to the new folder `DIR`"},
			formatFlag("compare"),
		},
		Action: p.compare,
	}
}

func (p *program) compare(c *cli.Context) error {
	format, err := chosen(c, "format", formats("compare")...)
	if err != nil {
		return err
	}
	render := p.comparisonRenderer(format)
	if c.Args().Len() < 2 {
		return usage(errors.New("compare: missing RUN: it takes at least two"), `runs are in the folder "runs"; contend report DIR shows the comparison within one campaign`)
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
	alpha, err := between(c, "alpha", 0, 1)
	if err != nil {
		return err
	}
	metrics, err := metricsAsked(c)
	if err != nil {
		return err
	}
	compared := compare.Sides(sides, compare.Options{ToolVersion: version(), Baseline: baseline, Alpha: alpha, Metrics: metrics})
	if missing := lackingMetric(compared, metrics); missing != "" {
		return usage(fmt.Errorf("compare: --metric: no run has %q", missing), "other percentiles than the usual ones are kept only for runs with a threshold on them")
	}
	if c.Bool("with-law") && !compared.AddLaw() {
		return usage(errors.New("compare: --with-law: the law of contention applies to none of these runs"), "it is for conditional writes to one counter in a closed loop, of which some lost")
	}
	if err := p.saveComparison(c.String("out"), compared); err != nil {
		return err
	}
	return render(compared)
}

// metricsAsked are the metrics that the user chose, under the names that comparisons
// use.
func metricsAsked(c *cli.Context) ([]string, error) {
	var names []string
	for _, name := range c.StringSlice("metric") {
		m, ok := report.MetricNamed(name)
		if !ok {
			known := threshold.Names()
			return nil, usage(fmt.Errorf("compare: --metric: unknown metric %q%s", name, meant(name, known)), `"contend metrics" lists them`)
		}
		if prefix, percentile, isPercentile := threshold.Percentile(name); isPercentile && prefix == "" {
			m.Name = threshold.PercentileName(report.ResponsePrefix, percentile)
		}
		names = append(names, m.Name)
	}
	return names, nil
}

// lackingMetric is a metric that was asked for and that no run has; "" if there is
// none.
func lackingMetric(c *compare.Comparison, asked []string) string {
	for _, name := range asked {
		if !slices.ContainsFunc(c.Metrics, func(m compare.Metric) bool { return m.Name == name }) {
			return name
		}
	}
	return ""
}

// saveComparison writes a comparison into a new folder; it does nothing if dir is
// empty.
func (p *program) saveComparison(dir string, c *compare.Comparison) error {
	if dir == "" {
		return nil
	}
	lock, err := folder.Create(dir, "comparison", time.Now())
	if err != nil {
		return explainFile(err)
	}
	if err := errors.Join(folder.SaveComparison(lock.Folder, c), lock.Release()); err != nil {
		return explainFile(err)
	}
	fmt.Fprintf(p.stderr, "contend: files: %s\n", lock.Folder)
	return nil
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
		return s, usage(fmt.Errorf("%s is named twice in %q", run, arg), "a run is not a repeat of itself")
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

// comparisonRenderer writes a comparison to stdout in one of the known formats.
func (p *program) comparisonRenderer(format string) func(*compare.Comparison) error {
	switch format {
	case "json":
		return func(c *compare.Comparison) error { return c.Encode(p.stdout) }
	case "html":
		return func(c *compare.Comparison) error { return page.Comparison(p.stdout, c) }
	case "markdown":
		return func(c *compare.Comparison) error { return markdown.Comparison(p.stdout, c) }
	case "csv":
		return func(c *compare.Comparison) error { return c.CSV(p.stdout) }
	}
	return func(c *compare.Comparison) error {
		return text.Comparison(p.stdout, c, text.Options{Width: widthOr(p.stdout, folder.MatrixWidth), Color: wantsColour(p.stdout)})
	}
}
