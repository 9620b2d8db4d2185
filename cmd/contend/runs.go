package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"contend/internal/format"
	"contend/report"
	"contend/report/folder"
)

func (p *program) runsCommand() *cli.Command {
	return &cli.Command{
		Name:      "runs",
		Usage:     "list saved runs with their verdicts and key numbers",
		UsageText: "contend runs [DIR]",
		Description: "DIR is the folder that holds the folders of runs (default: runs). The newest run comes last. A campaign has one line with\n" +
			"the number of its runs; \"contend report\" shows them. To delete a run, delete its folder, but first run \"contend clean\",\n" +
			"which deletes the tables that a killed run left.",
		Flags:  []cli.Flag{formatFlag("runs")},
		Action: p.listRuns,
	}
}

// listed is one folder in the list.
type listed struct {
	Folder     string    `json:"folder"`
	StartedAt  time.Time `json:"started_at,omitzero"`
	Scenario   string    `json:"scenario,omitempty"`
	Verdict    string    `json:"verdict,omitempty"` // absent if there is no report
	Simulated  bool      `json:"simulated,omitempty"`
	Runs       int       `json:"runs,omitempty"` // of a campaign
	Part       string    `json:"part,omitempty"` // which part of a run on several machines it is
	Throughput *float64  `json:"throughput_per_s,omitempty"`
	Attempts   *float64  `json:"attempts_per_success,omitempty"`
	P99        *float64  `json:"p99_ms,omitempty"`
	Capacity   string    `json:"capacity,omitempty"` // the answer of a search for the highest load
	Problem    string    `json:"problem,omitempty"`  // why the rest is absent
}

func (p *program) listRuns(c *cli.Context) error {
	if _, err := chosen(c, "format", formats("runs")...); err != nil {
		return err
	}
	if c.Args().Len() > 1 {
		return usage(fmt.Errorf("runs: one folder, not %d", c.Args().Len()), "")
	}
	parent := "runs"
	if c.Args().Present() {
		parent = c.Args().First()
	}
	list, err := listedIn(parent)
	if err != nil {
		return err
	}
	if c.String("format") == "json" {
		encoder := json.NewEncoder(p.stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(list)
	}
	return p.printRuns(parent, list)
}

// listedIn lists the folders of runs in a folder, the oldest first, and those
// without a report before them.
func listedIn(parent string) ([]listed, error) {
	entries, err := os.ReadDir(parent)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage(fmt.Errorf("runs: no folder %q", parent), `"contend run" writes its runs into the folder "runs" where it is started; contend runs DIR lists another`)
	}
	if err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	list := []listed{}
	for _, entry := range entries {
		if path := filepath.Join(parent, entry.Name()); entry.IsDir() {
			list = append(list, listWhole(path)...)
		}
	}
	slices.SortStableFunc(list, func(a, b listed) int { return a.StartedAt.Compare(b.StartedAt) })
	return list, nil
}

// listWhole lists the run in a folder. In the folder of a run on several machines that is the
// merged run or, if there is none, the part of each machine.
func listWhole(path string) []listed {
	parts, _ := filepath.Glob(filepath.Join(escaped(path), "machine-*"))
	merged := filepath.Join(path, "merged")
	if _, err := folder.Load(merged); err == nil && len(parts) > 0 {
		return []listed{listRun(merged)}
	}
	whole := listRun(path)
	if whole.Problem == "" || len(parts) == 0 {
		return []listed{whole}
	}
	var list []listed
	for _, part := range parts {
		list = append(list, listRun(part))
	}
	return list
}

// escaped is a path as a pattern that matches nothing else.
func escaped(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

func listRun(path string) listed {
	l := listed{Folder: path}
	m, err := folder.LoadMatrix(path)
	if err == nil {
		l.StartedAt, l.Scenario, l.Verdict, l.Runs = m.StartedAt, m.Scenario, string(m.Status()), len(m.Variants)
		l.Simulated = m.Simulated
		return l
	}
	if c, err := folder.LoadCapacity(path); err == nil {
		l.StartedAt, l.Scenario, l.Verdict, l.Simulated = c.StartedAt, c.Scenario, string(c.Verdict), c.Simulated
		l.Capacity, l.Throughput = c.Answer, c.ThroughputPerS
		return l
	}
	if j, err := folder.LoadJudgement(path); err == nil {
		l.StartedAt, l.Scenario, l.Verdict = j.Proxy.StartedAt, "proxy", string(j.Verdict.Status)
		return l
	} else if !errors.Is(err, fs.ErrNotExist) {
		l.Problem = err.Error()
		return l
	}
	var r *report.Report
	if errors.Is(err, fs.ErrNotExist) {
		r, err = folder.Load(path)
	}
	if err != nil {
		l.Problem = err.Error()
		if errors.Is(err, fs.ErrNotExist) {
			l.Problem = "no report: the run is not over, or was killed"
		}
		return l
	}
	l.StartedAt, l.Scenario, l.Verdict = r.StartedAt, r.Scenario, string(r.Verdict.Status)
	l.Simulated = r.Simulated
	if r.Part != nil {
		l.Part = fmt.Sprintf("part %d of %d", r.Part.Machine, r.Part.Machines)
	}
	l.Throughput, l.Attempts, l.P99 = metricOf(r, "throughput"), metricOf(r, "attempts_per_success"), metricOf(r, "p99")
	return l
}

// verdict is the verdict, marked if it is about simulated time. A part has none.
func (l *listed) verdict() string {
	if l.Part != "" {
		return l.Part
	}
	if l.Simulated {
		return l.Verdict + ", " + report.SimulatedMark
	}
	return l.Verdict
}

// metricOf is a metric of a run; nil if the run has no sample of it.
func metricOf(r *report.Report, name string) *float64 {
	metric, _ := report.MetricNamed(name)
	if v, ok := metric.Value(r); ok {
		return &v
	}
	return nil
}

func (p *program) printRuns(parent string, list []listed) error {
	if len(list) == 0 {
		_, err := fmt.Fprintf(p.stdout, "no runs in %s\n", format.Printable(parent))
		return err
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "verdict\tthroughput/s\tattempts/success\tp99 ms\tfolder")
	for _, l := range list {
		switch {
		case l.Problem != "":
			fmt.Fprintf(table, "–\t\t\t\t%s: %s\n", format.Printable(l.Folder), format.Printable(l.Problem))
		case l.Capacity != "":
			fmt.Fprintf(table, "%s\t%s\t\t\t%s: %s\n", l.verdict(), numberOr(l.Throughput), format.Printable(l.Folder), format.Printable(l.Capacity))
		case l.Runs > 0:
			fmt.Fprintf(table, "%s\t%s\t\t\t%s\n", l.verdict(), format.Count(int64(l.Runs), "run"), format.Printable(l.Folder))
		default:
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", l.verdict(), numberOr(l.Throughput), numberOr(l.Attempts), numberOr(l.P99), format.Printable(l.Folder))
		}
	}
	return table.Flush()
}

func numberOr(v *float64) string {
	if v == nil {
		return "–"
	}
	return format.Number(*v)
}
