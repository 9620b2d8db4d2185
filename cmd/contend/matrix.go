package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"contend/internal/check"
	"contend/report"
	"contend/workload"
)

// campaign is one call of "contend run" for a scenario with a matrix: a session
// for each variant, one after another, in one folder.
type campaign struct {
	session  // what all have in common; its scenario is the first variant's
	variants []workload.Variant
	matrix   report.Matrix
}

// run carries out all variants. One that cannot be run does not keep the others
// from it, unless the user stops the whole.
func (c *campaign) run(ctx context.Context) error {
	interrupts := catchInterrupts(ctx, c.sayBelow)
	defer interrupts.release()
	c.matrix = report.Matrix{
		Version: report.Version, ToolVersion: version(), Scenario: c.scenario.Name, Description: c.scenario.Description,
		StartedAt: c.started.UTC().Round(0), Planned: len(c.variants),
	}
	if c.scenario.Target == workload.TargetAWS {
		fmt.Fprintf(c.stderr, "contend: %d variants, one after another, each with a table and a cost of its own\n", len(c.variants))
	}
	for i, v := range c.variants {
		err := c.variant(interrupts, i, v)
		if c.matrix.Interrupted {
			break
		}
		var wrongUse *usageError
		if errors.As(err, &wrongUse) {
			return errors.Join(err, removeIfEmpty(c.folder))
		}
	}
	c.matrix.ElapsedS = time.Since(c.started).Seconds()
	if len(c.matrix.Variants) == 0 {
		return errors.Join(workload.ErrStopped, removeIfEmpty(c.folder))
	}
	return c.end()
}

// variant runs one variant in a folder of its own and enters it in the matrix.
func (c *campaign) variant(interrupts *interrupts, index int, v workload.Variant) error {
	one := c.session
	one.scenario, one.started = v.Scenario, time.Now()
	one.table = tableName(one.scenario, one.started)
	one.ofMany = true
	name := fmt.Sprintf("%0*d-%s", len(fmt.Sprint(len(c.variants))), index+1, folderName(v))
	one.folder = filepath.Join(c.folder, name)
	if err := os.Mkdir(one.folder, 0o755); err != nil {
		return fmt.Errorf("run folder: %w", err)
	}
	c.say("%d of %d: %s", index+1, len(c.variants), v.Name)
	err := one.runUnder(interrupts)
	if errors.Is(err, workload.ErrStopped) {
		c.matrix.Interrupted = true
		return err
	}
	if one.target != nil {
		c.matrix.Target = report.Target{Kind: one.target.kind, Endpoint: one.target.endpoint}
	}
	entry := report.NewVariant(settings(v), name, one.report)
	if one.report == nil && err != nil {
		entry.Error = oneLine(err)
	}
	c.matrix.Variants = append(c.matrix.Variants, entry)
	c.matrix.Interrupted = one.report != nil && one.report.Interrupted
	return err
}

func settings(v workload.Variant) []report.Setting {
	var list []report.Setting
	for _, s := range v.Values {
		list = append(list, report.Setting{Path: s.Path, Value: s.Value})
	}
	return list
}

var notInNames = regexp.MustCompile(`[^a-zA-Z0-9.]+`)

// folderName tells the variants apart for people.
func folderName(v workload.Variant) string {
	const longest = 80
	var values []string
	for _, s := range v.Values {
		values = append(values, strings.Trim(notInNames.ReplaceAllString(s.Value, "-"), "-"))
	}
	name := strings.Join(values, "_")
	return name[:min(len(name), longest)]
}

// end prints and saves the table. The exit code is that of the worst variant.
func (c *campaign) end() error {
	format := "text"
	if c.json {
		format = "json"
	}
	printed := c.printMatrix(format, &c.matrix)
	saved := report.SaveMatrix(c.folder, &c.matrix)
	if saved == nil {
		c.say("files: %s", c.folder)
	}
	var failed error
	if status := c.matrix.Status(); status != check.Pass {
		failed = &judged{status}
	}
	return errors.Join(failed, c.notRun(), unmet(c.matrix.Thresholds()), printed, explainFile(saved))
}

// notRun is the error of the variants that ended in one.
func (c *campaign) notRun() error {
	n := 0
	for _, v := range c.matrix.Variants {
		if v.Error != "" {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d variants ended in an error", n, len(c.variants))
}
