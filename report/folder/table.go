package folder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
	"contend/report"
	"contend/workload/store"
	"contend/workload/trial"
)

// TableRecord is the content of table.json: the table of a run or of a probe. It is written
// before the table is requested, so that a process killed at any moment leaves a record of its
// table.
type TableRecord struct {
	Version  int              `json:"version"`
	Table    string           `json:"table"`
	Target   string           `json:"target"` // its kind: embedded, url or aws
	Endpoint string           `json:"endpoint"`
	Region   string           `json:"region,omitempty"`
	State    trial.TableState `json:"state"`
	// Own is true if no other program uses the table's name.
	Own     bool      `json:"own"`
	AskedAt time.Time `json:"asked_at"`
	// ID and CreatedAt are what the store reported about a table that the run created.
	ID        string     `json:"id,omitempty"`
	CreatedAt *time.Time `json:"created_at,omitempty"`
	// Items has the counters' items in a table that existed before the run, in the state to
	// which they must be restored. It is absent once they are, or if they are to stay as they
	// are.
	Items []counter.Original `json:"items,omitempty"`

	path string // empty: the record is not saved
}

const recordVersion = 1

// NewTableRecord describes a table that is about to be requested. The caller must set Own and
// call [TableRecord.SaveIn].
func NewTableRecord(at trial.Place) *TableRecord {
	return &TableRecord{
		Version: recordVersion, Table: at.Table,
		Target: at.Kind, Endpoint: at.Endpoint, Region: at.Region,
		State: trial.TableAsked, AskedAt: time.Now().UTC().Round(0),
	}
}

// SaveIn writes the record into a folder, where later changes are saved too.
func (r *TableRecord) SaveIn(folder string) error {
	r.path = filepath.Join(folder, report.TableFile)
	return r.save()
}

// save writes the record. If it fails, the file is what it was before.
func (r *TableRecord) save() error {
	if r.path == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("table record: %w", err)
	}
	return SaveFile(r.path, append(text, '\n'))
}

// Folder returns the folder in which the record is saved; "" if it is not saved.
func (r *TableRecord) Folder() string {
	if r.path == "" {
		return ""
	}
	return filepath.Dir(r.path)
}

// Remove deletes the record from its folder, and the folder if it is then empty.
func (r *TableRecord) Remove() error {
	if r.path == "" {
		return nil
	}
	if err := os.Remove(r.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return removeIfEmpty(filepath.Dir(r.path))
}

// endsWithRun reports whether the table is in the embedded server, real or simulated,
// which ends with the run.
func (r *TableRecord) endsWithRun() bool { return report.Target{Kind: r.Target}.HasServer() }

// Become records a new state. Tables of the embedded server end with it in any case.
func (r *TableRecord) Become(state trial.TableState) error {
	if r.State == state || r.endsWithRun() {
		return nil
	}
	r.State = state
	return r.save()
}

// Identify records what the store reported about a table that it created.
func (r *TableRecord) Identify(i counter.Identity) {
	r.ID = i.ID
	if !i.CreatedAt.IsZero() {
		r.CreatedAt = &i.CreatedAt
	}
}

func (r *TableRecord) identity() counter.Identity {
	i := counter.Identity{ID: r.ID}
	if r.CreatedAt != nil {
		i.CreatedAt = *r.CreatedAt
	}
	return i
}

// Note records a new state, and the items that must be restored.
func (r *TableRecord) Note(state trial.TableState, items []counter.Original) error {
	if len(items) == len(r.Items) || r.endsWithRun() {
		return r.Become(state)
	}
	r.State, r.Items = state, items
	return r.save()
}

// PutBack restores the items, as [trial.PutBackLeft] does, and records the result.
func (r *TableRecord) PutBack(ctx context.Context, o store.Options) (*trial.Items, error) {
	what, still, err := trial.PutBackLeft(ctx, r.left(), o)
	return what, errors.Join(err, r.Note(r.State, still))
}

// left is the table as the run knew it.
func (r *TableRecord) left() trial.Table {
	return trial.Table{
		Place: trial.Place{Kind: r.Target, Endpoint: r.Endpoint, Region: r.Region, Table: r.Table},
		State: r.State, Own: r.Own, AskedAt: r.AskedAt, Identity: r.identity(), Items: r.Items,
	}
}

// DeleteTable deletes the table, as [trial.DeleteLeft] does, and records the result.
func (r *TableRecord) DeleteTable(ctx context.Context, o store.Options) (trial.Leftover, error) {
	what, err := trial.DeleteLeft(ctx, r.left(), o)
	switch what {
	case trial.LeftDeleted, trial.LeftGone:
		err = errors.Join(err, r.Become(trial.TableDeleted))
	case trial.LeftOthers:
		err = errors.Join(err, r.Become(trial.TableFound))
	}
	return what, err
}

// MayBeLeft reports whether a table that the run created may still exist, or items may not be
// restored yet.
func (r *TableRecord) MayBeLeft() bool {
	return !r.endsWithRun() && (len(r.Items) > 0 || r.State == trial.TableAsked || r.State == trial.TableMade)
}

// LoadTable reads the table.json of a folder. It returns nil, without an error, if there is
// none.
func LoadTable(folder string) (*TableRecord, error) {
	path := filepath.Join(folder, report.TableFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("table record: %w", err)
	}
	r := &TableRecord{path: path}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("table record: %q: %w", path, err)
	}
	switch {
	case r.Version != recordVersion:
		return nil, fmt.Errorf("table record: %q: unknown version %d; this program knows %d", path, r.Version, recordVersion)
	case r.Table == "" || r.Endpoint == "":
		return nil, fmt.Errorf("table record: %q: no table name", path)
	case strings.ContainsFunc(r.Table+r.Endpoint+r.Region, unicode.IsControl):
		return nil, fmt.Errorf("table record: %q: control characters in a name", path)
	}
	return r, nil
}

// LoadTables returns the records in the folder of a run, or of all runs of a campaign.
func LoadTables(folder string) ([]*TableRecord, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	folders := []string{folder}
	for _, e := range entries {
		if e.IsDir() {
			folders = append(folders, filepath.Join(folder, e.Name()))
		}
	}
	var records []*TableRecord
	for _, f := range folders {
		r, err := LoadTable(f)
		if err != nil {
			return nil, err
		}
		if r != nil {
			records = append(records, r)
		}
	}
	return records, nil
}

// Client wraps of so that the record is updated as soon as the store acknowledges the table,
// because the process may be killed right after that.
func (r *TableRecord) Client(of counter.TableClient) counter.TableClient { return recorded{of, r} }

// recorded updates the record as soon as the store acknowledges the table.
type recorded struct {
	counter.TableClient
	record *TableRecord
}

// CreateTable implements [counter.TableClient].
func (c recorded) CreateTable(ctx context.Context, in *dynamodb.CreateTableInput, options ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error) {
	out, err := c.TableClient.CreateTable(ctx, in, options...)
	if err != nil {
		return out, err
	}
	c.record.Identify(counter.IdentityOf(out.TableDescription))
	_ = c.record.Become(trial.TableMade) // otherwise the record says that the table was requested, and is updated at the end
	return out, nil
}
