package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"contend/report"
	"contend/report/folder"
	"contend/workload/store"
	"contend/workload/trial"
)

func (p *program) cleanCommand() *cli.Command {
	return &cli.Command{
		Name:      "clean",
		Usage:     "delete the tables that killed runs and probes left, and restore items",
		UsageText: "contend clean DIR [flags]",
		Description: "DIR is the folder of a run, of a campaign or of a probe (runs/probe-TIME), or a folder that holds such folders. A run\n" +
			"writes the name of its table into " + report.TableFile + " before it creates the table, and deletes the table when it ends; a killed run\n" +
			"leaves the table. Only a table that the run created is deleted: not one that existed before, and not a newer one with the\n" +
			"same name. In a table that existed, the items of the counters are restored to their state before the run, unless\n" +
			"counters.keep is true. Nothing is deleted while a run is in progress in the folder. The folders stay: delete those that\n" +
			"you no longer need with rm -r.\n\n" +
			"   contend clean runs                           # all runs outside campaigns\n" +
			"   contend clean runs/hot-key-20260102T030405Z  # one run or campaign\n\n" +
			"Exit codes: 0 no table is left, 1 a table may be left, 2 usage.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "kept", DisableDefaultText: true, Usage: "also delete tables that --keep-table kept"},
			&cli.BoolFlag{Name: "yes", DisableDefaultText: true, Usage: "allow a target that is not this machine, such as aws"},
		},
		Action: p.clean,
	}
}

func (p *program) clean(c *cli.Context) error {
	dir, err := oneArgument(c, "folder")
	if err != nil {
		return err
	}
	records, err := folder.LoadTables(dir)
	if err != nil {
		return fmt.Errorf("clean: %w", err)
	}
	if len(records) == 0 {
		return withHint(fmt.Errorf("clean: no %s in %q or its folders: nothing says which tables were created", report.TableFile, dir),
			"DIR is the folder that a run or a killed probe left; of a run on several machines, that of machine 0")
	}
	mine, err := folder.AcquireTables(dir, records)
	if err != nil {
		return fmt.Errorf("clean: %w", err)
	}
	interrupts := catchInterrupts(c.Context, func(string, ...any) {})
	defer interrupts.release()
	var failures []error
	for _, r := range records {
		if c.Bool("kept") && r.State == trial.TableKept {
			r.State = trial.TableMade
		}
		failures = append(failures, p.cleanOne(interrupts.setup, r, store.Consent(c.Bool("yes"))))
	}
	return errors.Join(errors.Join(failures...), mine.Release())
}

// cleanOne deletes the table of a record and prints the result.
func (p *program) cleanOne(ctx context.Context, r *folder.TableRecord, allowed store.Consent) error {
	switch {
	case report.Target{Kind: r.Target}.HasServer():
		fmt.Fprintf(p.stdout, "table %s ended with its server\n", r.Table)
	case len(r.Items) > 0:
		return p.putBack(ctx, r, allowed)
	case r.State == trial.TableFound:
		fmt.Fprintf(p.stdout, "table %s stays: it was there before the run\n", r.Table)
	case r.State == trial.TableKept:
		fmt.Fprintf(p.stdout, "table %s stays: --keep-table kept it; --kept deletes it\n", r.Table)
	case r.State == trial.TableDeleted:
		fmt.Fprintf(p.stdout, "table %s is deleted\n", r.Table)
	default:
		what, err := p.deleteTable(ctx, r, allowed)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "table %s on %s: %s\n", r.Table, r.Endpoint, what)
	}
	return nil
}

// putBack puts the items of a record back and says what it did.
func (p *program) putBack(ctx context.Context, r *folder.TableRecord, allowed store.Consent) error {
	what, err := r.PutBack(ctx, store.Options{Consent: allowed, Dial: p.dial})
	if what != nil {
		fmt.Fprintf(p.stdout, "%s\n", what)
	}
	if errors.As(err, new(*store.NoConsentError)) {
		return withHint(&usageError{fmt.Errorf("%d items of table %q on %s are not restored: refused without --yes", len(r.Items), r.Table, r.Endpoint)}, "add --yes to restore them")
	}
	return hinting(err, r.Endpoint)
}

// deleteTable deletes the table of a record. The error names the table, which may still
// exist.
func (p *program) deleteTable(ctx context.Context, r *folder.TableRecord, allowed store.Consent) (trial.Leftover, error) {
	what, err := r.DeleteTable(ctx, store.Options{Consent: allowed, Dial: p.dial})
	if errors.As(err, new(*store.NoConsentError)) {
		return "", withHint(&usageError{fmt.Errorf("table %q on %s may be left: refused without --yes", r.Table, r.Endpoint)}, "add --yes to delete it")
	}
	return what, hinting(err, r.Endpoint)
}
