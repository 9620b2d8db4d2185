package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"contend/counter"
	"contend/report/folder"
	"contend/workload/check"
	"contend/workload/probe"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/trial"
)

func (p *program) probeCommand() *cli.Command {
	return &cli.Command{
		Name:      "probe",
		Usage:     "say what a DynamoDB-compatible server gets right and what it breaks",
		UsageText: "contend probe URL [flags]",
		Description: "URL is a server that speaks DynamoDB's protocol. A fixed set of tests of contention, reads, conditions, transactions, sets\n" +
			"and numbers runs in two new tables, which are deleted at the end, also after Ctrl-C. The result is a table with a status for\n" +
			"each test (right, broken, not supported or not judged) and the evidence.\n\n" +
			"While the probe runs, runs/probe-TIME holds the names of its tables. A killed probe leaves that folder, and \"contend clean\"\n" +
			"deletes the tables.\n\n" +
			"Exit codes: 0 nothing is broken, 1 error, 2 usage, 3 something is broken, 4 something could not be judged.\n\n" +
			"   contend probe http://127.0.0.1:8000\n" +
			"   contend probe http://127.0.0.1:8000 --workers 32 --format json",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "workers", Value: 8, Usage: "use `N` workers, at least 2"},
			&cli.IntFlag{Name: "operations", Value: 25, Usage: "each worker carries out `N` operations in each test"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "use the seed `N` for everything random"},
			&cli.DurationFlag{Name: "request-timeout", Value: store.SetupPatience, Usage: "wait up to `D` for each request, such as 1m on a busy machine"},
			&cli.BoolFlag{Name: "yes", DisableDefaultText: true, Usage: "allow a server that is not this machine"},
			formatFlag("probe"),
		},
		Action: p.probe,
	}
}

// The limits of a battery: it is not for load, which is what run is for.
const (
	mostProbeWorkers    = 256
	mostProbeOperations = 10000
)

func (p *program) probe(c *cli.Context) error {
	endpoint, err := oneArgument(c, "URL")
	if err != nil {
		return err
	}
	if err := checkProbeFlags(c); err != nil {
		return err
	}
	if err := checkProbeURL(endpoint); err != nil {
		return err
	}
	scenario := scenario.Scenario{Target: endpoint, RequestTimeout: c.Duration("request-timeout"), Seed: c.Uint64("seed")}
	scenario.Load.Workers = c.Int("workers")
	config := probe.Config{Workers: scenario.Load.Workers, Operations: c.Int("operations"), Seed: scenario.Seed}
	table, err := p.askServer(c.Context, &scenario, config, store.Consent(c.Bool("yes")))
	if table == nil {
		return err
	}
	return errors.Join(p.printTable(table, c.String("format")), probeVerdict(table), err)
}

func checkProbeFlags(c *cli.Context) error {
	if _, err := chosen(c, "format", formats("probe")...); err != nil {
		return err
	}
	if n := c.Int("workers"); n < 2 || n > mostProbeWorkers {
		return usage(fmt.Errorf("probe: --workers: must be from 2 to %d, not %d", mostProbeWorkers, n), "")
	}
	if n := c.Int("operations"); n < 1 || n > mostProbeOperations {
		return usage(fmt.Errorf("probe: --operations: must be from 1 to %d, not %d", mostProbeOperations, n), "")
	}
	if d := c.Duration("request-timeout"); d <= 0 {
		return usage(fmt.Errorf("probe: --request-timeout: must be above 0, not %s", d), "")
	}
	return nil
}

// checkProbeURL checks the argument as a scenario's target is checked, but accepts only
// URLs. The message does not repeat it, because it may contain a password.
func checkProbeURL(endpoint string) error {
	if endpoint == scenario.TargetSimulated {
		return usage(errors.New("probe: the target simulated cannot be probed, because it speaks no HTTP"),
			`it is the embedded server, which "contend serve" starts: probe that one's URL`)
	}
	_, err := loadScenario("atomic-add", []scenario.Override{{Source: "URL", Path: "target", Value: endpoint}})
	if err == nil && !slices.Contains(scenario.Targets(), endpoint) {
		return nil
	}
	return usage(errors.New("probe: the argument must be the URL of a server, with neither user, query nor fragment"),
		"as in contend probe http://127.0.0.1:8000")
}

// askServer runs the battery in tables of its own. The report is nil if it
// could not begin.
func (p *program) askServer(ctx context.Context, scenario *scenario.Scenario, config probe.Config, allowed store.Consent) (report *probe.Report, err error) {
	interrupts := catchInterrupts(ctx, p.sayInterrupted)
	defer func() { err = errors.Join(err, interrupts.release()) }()
	first, err := p.openTarget(interrupts.ctx, scenario, allowed)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, first.Close()) }()
	other, err := p.openTarget(interrupts.ctx, scenario, allowed)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, other.Close()) }()
	started := time.Now()
	tables := folder.NewProbeTables(first, started)
	config.Client, config.Other = first.Load, other.Load
	config.Table, config.Collection = tables.Names()
	if first.NeedsConsent() {
		fmt.Fprintf(p.stderr, "contend: this probe uses %s, two new tables, %s and %s, and %d workers with %d operations each in every row\n",
			first.Place(), config.Table, config.Collection, config.Workers, config.Operations)
		if err := first.Refuse(allowed); err != nil {
			return nil, hinting(err, scenario.Target)
		}
	}
	if err := tables.Record(started); err != nil {
		fmt.Fprintf(p.stderr, "contend: tables %s and %s: if the probe is killed, they stay, because their names cannot be saved: %v\n",
			config.Table, config.Collection, err)
	}
	defer func() { err = errors.Join(err, adviseProbe(tables.Drop(), tables.Folder())) }()
	if err := tables.Create(interrupts.setup); err != nil {
		return nil, explainProbe(err, scenario.Target)
	}
	report = probe.Run(interrupts.ctx, interrupts.stop, config)
	report.Endpoint = scenario.Target
	return report, nil
}

// adviseProbe says how to delete the tables that are left.
func adviseProbe(err error, recorded string) error {
	all := trial.Parts(err)
	for i, part := range all {
		switch {
		case !errors.As(part, new(*trial.TableLeftError)):
		case recorded == "":
			all[i] = withHint(part, "delete it by hand")
		default:
			all[i] = withHint(part, "delete it later: contend clean "+recorded)
		}
	}
	return errors.Join(all...)
}

// explainProbe is explain without advice about targets that a probe does not have.
func explainProbe(err error, endpoint string) error {
	explained := explain(err, endpoint)
	if counter.Classify(err).Reason == counter.ReasonNotConnected {
		return withHint(explained, `is the server running there? "contend serve" starts one`)
	}
	return explained
}

func (p *program) printTable(table *probe.Report, format string) error {
	if format == "json" {
		return table.Encode(p.stdout)
	}
	return table.Text(p.stdout, width(p.stdout))
}

// probeVerdict turns the table into an exit code.
func probeVerdict(table *probe.Report) error {
	switch table.Verdict() {
	case probe.Broken:
		return &judged{check.Fail}
	case probe.NotJudged:
		return &judged{check.Inconclusive}
	}
	return nil
}
