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
		Description: "A threshold is METRIC OPERATOR VALUE, the operator one of < <= > >= == !=. A scenario has a list of them:\n\n" +
			"   thresholds: [\"p99 < 200ms\", \"conflict_rate < 80%\", \"exactly_once == pass\"]\n\n" +
			"\"contend run\" exits with 5 if one is missed, with 4 if the run is too doubtful to decide and with 1 if it has no\n" +
			"sample of the metric. { limit: \"p95 < 100ms\", abort_after: 10s } also ends a run that has missed it for so long: this\n" +
			"is for " + threshold.CanAbort() + ".",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "dashboard", DisableDefaultText: true, Usage: "print a dashboard of Grafana for what \"contend run --metrics\" serves, instead"},
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
