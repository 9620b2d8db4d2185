package folder

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"contend/counter"
	"contend/workload/store"
	"contend/workload/trial"
)

// ProbeTables holds the two tables of a probe, of which one has a sort key. They are recorded
// in a folder before they are created, so that [LoadTables] finds those of a killed probe.
// Unlike a run's folder, this one is removed at the end. ProbeTables must not be used by
// several goroutines at once.
type ProbeTables struct {
	target        *store.Target
	plain, sorted probeTable
	folder        *Lock // holds the records; nil if it could not be created
}

// probeTable is one of the two tables.
type probeTable struct {
	record *TableRecord
	traits counter.Traits
	made   *counter.Table // nil until its creation is requested
}

// NewProbeTables chooses names that no other program uses.
func NewProbeTables(t *store.Target, started time.Time) *ProbeTables {
	at := trial.Place{Kind: t.Kind, Endpoint: t.Endpoint, Region: t.Region, Table: trial.NewTableName("probe", started)}
	sorted := at
	sorted.Table += "-sorted"
	return &ProbeTables{
		target: t,
		plain:  probeTable{record: NewTableRecord(at)},
		sorted: probeTable{record: NewTableRecord(sorted), traits: counter.Traits{SortKey: true}},
	}
}

// Names returns the names of the tables: the one without and the one with a sort key.
func (t *ProbeTables) Names() (plain, sorted string) {
	return t.plain.record.Table, t.sorted.record.Table
}

// Folder returns the folder in which the tables are recorded; "" if they are not.
func (t *ProbeTables) Folder() string {
	if t.folder == nil {
		return ""
	}
	return t.folder.Folder
}

// Record records both tables in a new folder, each in a folder of its own, as in a campaign.
// After an error the tables can still be created, but cannot be found if the probe is killed.
func (t *ProbeTables) Record(started time.Time) (err error) {
	if t.folder, err = Create("", "probe", started); err != nil {
		return err
	}
	return errors.Join(t.plain.save(t.folder, "plain"), t.sorted.save(t.folder, "sorted"))
}

func (t *probeTable) save(in *Lock, name string) error {
	t.record.Own = true
	inside := filepath.Join(in.Folder, name)
	if err := os.Mkdir(inside, 0o755); err != nil {
		return fmt.Errorf("table record: %w", err)
	}
	return t.record.SaveIn(inside)
}

// Create creates the tables. The caller must call [ProbeTables.Drop], even after an error.
func (t *ProbeTables) Create(ctx context.Context) error {
	if err := t.plain.create(ctx, t.target); err != nil {
		return err
	}
	return t.sorted.create(ctx, t.target)
}

func (t *probeTable) create(ctx context.Context, on *store.Target) (err error) {
	t.made, err = counter.CreateOwnTable(ctx, t.record.Client(on.Setup), t.record.Table, t.traits)
	return err
}

// Drop deletes the tables, also after an interrupt. It keeps the records of tables that
// may still exist, and returns a [*trial.TableLeftError] for each.
func (t *ProbeTables) Drop() error {
	err := errors.Join(t.dropOne(&t.plain), t.dropOne(&t.sorted))
	if t.folder != nil {
		err = errors.Join(err, t.folder.Release())
	}
	return err
}

func (t *ProbeTables) dropOne(table *probeTable) error {
	const patience = 20 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if table.made != nil {
		if err := table.made.Delete(ctx); err != nil {
			return &trial.TableLeftError{Table: table.made.Name, Err: trial.Explain(err, t.target.Endpoint)}
		}
	}
	return table.record.Remove()
}
