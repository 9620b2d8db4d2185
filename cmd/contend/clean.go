package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"contend/counter"
	"contend/report"
	"contend/report/folder"
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/trial"
)

func (p *program) cleanCommand() *cli.Command {
	return &cli.Command{
		Name:      "clean",
		Usage:     "delete the tables that killed runs and probes left",
		UsageText: "contend clean DIR [flags]",
		Description: "DIR is the folder of a run, of a matrix or of a probe (runs/probe-TIME). Each writes the name of its table into\n" +
			report.TableFile + " before it makes the table, and deletes it at its end; one that was killed leaves it. Only a table\n" +
			"that it made is deleted: not one that was there before, and not one that has got the same name since.\n\n" +
			"Exit codes: 0 no table is left, 1 a table may be left, 2 usage.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "kept", DisableDefaultText: true, Usage: "delete tables that --keep-table kept, too"},
			&cli.BoolFlag{Name: "yes", DisableDefaultText: true, Usage: "really ask a target that is not this machine, such as aws"},
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
		return withHint(fmt.Errorf("clean: no %s in %q or its folders: nothing says which tables were made", report.TableFile, dir),
			"DIR is the folder that a run or a killed probe left")
	}
	mine, err := folder.Acquire(dir)
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

// cleanOne deletes the table of a record and says what came of it.
func (p *program) cleanOne(ctx context.Context, r *folder.TableRecord, allowed store.Consent) error {
	switch {
	case r.Target == scenario.TargetEmbedded:
		fmt.Fprintf(p.stdout, "table %s ended with its server\n", r.Table)
	case r.State == trial.TableFound:
		fmt.Fprintf(p.stdout, "table %s stays: it was there before the run\n", r.Table)
	case r.State == trial.TableKept:
		fmt.Fprintf(p.stdout, "table %s stays: --keep-table kept it; --kept deletes it\n", r.Table)
	case r.State == trial.TableDeleted:
		fmt.Fprintf(p.stdout, "table %s is deleted\n", r.Table)
	default:
		what, err := p.deleteLeft(ctx, r, allowed)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "table %s on %s: %s\n", r.Table, r.Endpoint, what)
	}
	return nil
}

// deleteLeft deletes the table that a run made and left, and says what it found.
// The error names the table that may be left.
func (p *program) deleteLeft(ctx context.Context, r *folder.TableRecord, allowed store.Consent) (what string, err error) {
	t, err := p.openRecorded(ctx, r, allowed)
	if err != nil {
		return "", fmt.Errorf("table %q on %s may be left: %w", r.Table, r.Endpoint, err)
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	if err := t.Refuse(allowed); err != nil {
		return "", withHint(&usageError{fmt.Errorf("table %q on %s may be left: refused without --yes", r.Table, r.Endpoint)}, "add --yes to delete it")
	}
	const patience = time.Minute
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	identity, left, err := leftTable(ctx, t.Setup, r)
	if err == nil && left {
		err = counter.AdoptTable(t.Setup, r.Table, identity).Delete(ctx)
		what = "deleted"
	} else {
		what = "is gone already"
	}
	if errors.Is(err, counter.ErrNotOurs) || errors.Is(err, counter.ErrUncertain) {
		if err := r.Become(trial.TableFound); err != nil {
			return "", err
		}
		return "stays: another program has, or may have, made it", nil
	}
	if err != nil {
		return "", fmt.Errorf("table %q on %s may be left: %w", r.Table, r.Endpoint, explain(err, r.Endpoint))
	}
	return what, r.Become(trial.TableDeleted)
}

// leftTable looks for the table of a record. A run that was killed before it was
// told of its table knows it by its name alone, which must be its own, and by the
// time.
func leftTable(ctx context.Context, client counter.TableClient, r *folder.TableRecord) (identity counter.Identity, left bool, err error) {
	if r.State == trial.TableMade {
		_, left, err = counter.IdentifyTable(ctx, client, r.Table)
		return r.Identity(), left, err
	}
	for range lateTries {
		if identity, left, err = counter.IdentifyTable(ctx, client, r.Table); err != nil || left {
			break
		}
		select { // the request may still be under way
		case <-time.After(latePause):
		case <-ctx.Done():
			return counter.Identity{}, false, ctx.Err()
		}
	}
	const apart = 15 * time.Minute // what two clocks may differ by
	if left && (!r.Own || identity.CreatedAt.Sub(r.AskedAt).Abs() > apart) {
		return counter.Identity{}, true, counter.ErrUncertain
	}
	return identity, left, err
}

// How long a table is waited for that a killed run may have asked for.
const (
	lateTries = 5
	latePause = 200 * time.Millisecond
)

// openRecorded makes the clients for a table of a record.
func (p *program) openRecorded(ctx context.Context, r *folder.TableRecord, allowed store.Consent) (*store.Target, error) {
	s := scenario.Default()
	s.Target = r.Endpoint
	if r.Target == scenario.TargetAWS {
		s.Target = r.Target
	}
	t, err := store.Open(ctx, &s, store.Options{Region: r.Region, Consent: allowed, Dial: p.dial})
	if err != nil {
		return nil, explain(err, r.Endpoint)
	}
	if !store.SameHost(t.Endpoint, r.Endpoint) {
		return nil, errors.Join(fmt.Errorf("the configuration leads to %s now", t.Endpoint), t.Close())
	}
	return t, nil
}
