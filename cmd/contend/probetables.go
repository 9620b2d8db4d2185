package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"contend/counter"
	"contend/report/folder"
	"contend/workload/store"
	"contend/workload/trial"
)

// probeTables creates the two tables of a probe and deletes them. Like a run, a probe
// records its tables in a folder before it creates them, so that "contend clean" can
// delete the tables of a killed probe. Unlike a run's folder, this one is removed at
// the end.
type probeTables struct {
	*program
	target        *store.Target
	plain, sorted probeTable
	folder        *folder.Lock // holds the records; nil if it could not be created
}

// probeTable is one of the two tables.
type probeTable struct {
	record *folder.TableRecord
	traits counter.Traits
	made   *counter.Table // nil until its creation is requested
}

// newProbeTables chooses names that no other program uses.
func (p *program) newProbeTables(t *store.Target, started time.Time) *probeTables {
	at := trial.Place{Kind: t.Kind, Endpoint: t.Endpoint, Region: t.Region, Table: trial.NewTableName("probe", started)}
	sorted := at
	sorted.Table += "-sorted"
	return &probeTables{
		program: p, target: t,
		plain:  probeTable{record: folder.NewTableRecord(at)},
		sorted: probeTable{record: folder.NewTableRecord(sorted), traits: counter.Traits{SortKey: true}},
	}
}

// create makes the tables. The caller drops them whether it succeeds or not.
func (t *probeTables) create(ctx context.Context, started time.Time) error {
	if err := t.save(started); err != nil {
		fmt.Fprintf(t.stderr, "contend: tables %s and %s: if the probe is killed, they stay, because their names cannot be saved: %v\n",
			t.plain.record.Table, t.sorted.record.Table, err)
	}
	if err := t.plain.create(ctx, t.target); err != nil {
		return err
	}
	return t.sorted.create(ctx, t.target)
}

// save writes the records into a new folder, each in a folder of its own, as in a
// campaign.
func (t *probeTables) save(started time.Time) (err error) {
	if t.folder, err = folder.Create("", "probe", started); err != nil {
		return err
	}
	return errors.Join(t.plain.save(t.folder, "plain"), t.sorted.save(t.folder, "sorted"))
}

func (t *probeTable) save(in *folder.Lock, name string) error {
	t.record.Own = true
	inside := filepath.Join(in.Folder, name)
	if err := os.Mkdir(inside, 0o755); err != nil {
		return err
	}
	return t.record.SaveIn(inside)
}

func (t *probeTable) create(ctx context.Context, on *store.Target) (err error) {
	t.made, err = counter.CreateOwnTable(ctx, t.record.Client(on.Setup), t.record.Table, t.traits)
	return err
}

// drop deletes the tables, also after an interrupt. It keeps the records of tables that
// may still exist.
func (t *probeTables) drop() error {
	err := errors.Join(t.dropOne(&t.plain), t.dropOne(&t.sorted))
	if t.folder != nil {
		err = errors.Join(err, t.folder.Release())
	}
	return err
}

func (t *probeTables) dropOne(table *probeTable) error {
	const patience = 20 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if table.made != nil {
		if err := table.made.Delete(ctx); err != nil {
			return withHint(fmt.Errorf("table %q was not deleted: %w", table.made.Name, explain(err, t.target.Endpoint)), t.later(table))
		}
	}
	return table.record.Remove()
}

// later is the hint for a table that was not deleted.
func (t *probeTables) later(table *probeTable) string {
	if table.record.Folder() == "" {
		return "delete it by hand"
	}
	return "delete it later: contend clean " + t.folder.Folder
}
