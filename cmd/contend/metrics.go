package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"contend/report"
	"contend/report/scrape"
	"contend/workload/threshold"
)

func (p *program) metricsCommand() *cli.Command {
	return &cli.Command{
		Name:      "metrics",
		Usage:     "list what a scenario's thresholds can limit",
		UsageText: "contend metrics\ncontend metrics --dashboard",
		Description: "A threshold is METRIC OPERATOR VALUE, where OPERATOR is one of < <= > >= == !=. A scenario has a list of them:\n\n" +
			"   thresholds: [\"p99 < 200ms\", \"conflict_rate < 80%\", \"exactly_once == pass\"]\n\n" +
			"The exit code of \"contend run\" is 5 if a threshold is missed, 4 if the run is too uncertain to decide, and 1 if the run\n" +
			"has no sample of the metric. A threshold written { limit: \"p95 < 100ms\", abort_after: 10s } also ends the run once it\n" +
			"has been missed for that long. It works for " + threshold.CanAbort() + ".",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "dashboard", DisableDefaultText: true, Usage: "instead print a Grafana dashboard for the metrics that \"contend run --metrics\" serves"},
		},
		Action: p.metrics,
	}
}

func (p *program) metrics(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	if c.Bool("dashboard") {
		return scrape.WriteDashboard(p.stdout)
	}
	for _, m := range report.Metrics() {
		better := ""
		if m.Better != "" {
			better = m.Better + " is better"
		}
		line := fmt.Sprintf("%-24s %-24s %-18s %s", m.Name, m.Label, unitsOf(m.Kind), better)
		if _, err := fmt.Fprintln(p.stdout, strings.TrimRight(line, " ")); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(p.stdout, "\nAny other percentile is a metric too, as in p75, p99.5 or read.p99.99. Times without a prefix, and those of\n"+
		"increments, decrements and reads, are response times.\n\n"+
		"response   from when the work was due to its end; in a closed loop the same as service\n"+
		"service    from the first request of an operation to its end, with waits and retries\n"+
		"attempt    one request\n"+
		"corrected  response, with the operations that workers would have begun during stalls\n"+
		"lateness   how much later than due operations began, in an open loop\n"+
		"gap        from reading the value to writing it")
	return err
}

// unitsOf describes the values of a limit.
func unitsOf(k threshold.Kind) string {
	switch k {
	case threshold.Duration:
		return "us, ms or s"
	case threshold.Rate:
		return "/s"
	case threshold.Share:
		return "0 to 1, or %"
	case threshold.Money:
		return "$"
	case threshold.Status:
		return "pass, fail, …"
	}
	return "number"
}
