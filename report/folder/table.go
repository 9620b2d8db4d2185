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
	"contend/workload/scenario"
	"contend/workload/store"
	"contend/workload/trial"
)

// TableRecord is table.json: the table of a run or of a probe, written before the
// table is asked for, so that a process which is killed at any moment says what it
// left.
type TableRecord struct {
	Version  int              `json:"version"`
	Table    string           `json:"table"`
	Target   string           `json:"target"` // its kind: embedded, url or aws
	Endpoint string           `json:"endpoint"`
	Region   string           `json:"region,omitempty"`
	State    trial.TableState `json:"state"`
	// Own is true if no other program uses the name.
	Own     bool      `json:"own"`
	AskedAt time.Time `json:"asked_at"`
	// ID and CreatedAt are the store's, of a table that was made.
	ID        string     `json:"id,omitempty"`
	CreatedAt *time.Time `json:"created_at,omitempty"`

	path string // empty: the record is kept nowhere
}

const recordVersion = 1

// NewTableRecord describes a table that is about to be asked for. The caller says
// whether the name is its own, and where the record is kept.
func NewTableRecord(at trial.Place) *TableRecord {
	return &TableRecord{
		Version: recordVersion, Table: at.Table,
		Target: at.Kind, Endpoint: at.Endpoint, Region: at.Region,
		State: trial.TableAsked, AskedAt: time.Now().UTC().Round(0),
	}
}

// SaveIn writes the record into a folder, and keeps it there from now on.
func (r *TableRecord) SaveIn(folder string) error {
	r.path = filepath.Join(folder, report.TableFile)
	return r.save()
}

// save writes the record; it is complete or as it was before.
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

// Folder is where the record is kept; "" if it is kept nowhere.
func (r *TableRecord) Folder() string {
	if r.path == "" {
		return ""
	}
	return filepath.Dir(r.path)
}

// Remove removes the record from its folder, and the folder with it if nothing
// else is in there.
func (r *TableRecord) Remove() error {
	if r.path == "" {
		return nil
	}
	if err := os.Remove(r.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return removeIfEmpty(filepath.Dir(r.path))
}

// Become writes down a new state. The embedded server's tables end with it,
// whatever becomes of them.
func (r *TableRecord) Become(state trial.TableState) error {
	if r.State == state || r.Target == scenario.TargetEmbedded {
		return nil
	}
	r.State = state
	return r.save()
}

// Identify takes over what the store says of a table that it made.
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

// DeleteTable deletes the table, as [trial.DeleteLeft] does, and writes down what
// became of it.
func (r *TableRecord) DeleteTable(ctx context.Context, o store.Options) (trial.Leftover, error) {
	left := trial.Table{
		Place: trial.Place{Kind: r.Target, Endpoint: r.Endpoint, Region: r.Region, Table: r.Table},
		State: r.State, Own: r.Own, AskedAt: r.AskedAt, Identity: r.identity(),
	}
	what, err := trial.DeleteLeft(ctx, left, o)
	switch what {
	case trial.LeftDeleted, trial.LeftGone:
		err = errors.Join(err, r.Become(trial.TableDeleted))
	case trial.LeftOthers:
		err = errors.Join(err, r.Become(trial.TableFound))
	}
	return what, err
}

// MayBeLeft reports whether the run may have left a table that it made.
func (r *TableRecord) MayBeLeft() bool {
	return r.Target != scenario.TargetEmbedded && (r.State == trial.TableAsked || r.State == trial.TableMade)
}

// LoadTable reads a folder's table.json; nil if there is none.
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
		return nil, fmt.Errorf("table record: %q: version %d is not known, only %d", path, r.Version, recordVersion)
	case r.Table == "" || r.Endpoint == "":
		return nil, fmt.Errorf("table record: %q: names no table", path)
	case strings.ContainsFunc(r.Table+r.Endpoint+r.Region, unicode.IsControl):
		return nil, fmt.Errorf("table record: %q: a name has control characters", path)
	}
	return r, nil
}

// LoadTables finds the records of a run's folder, or of the runs of a matrix.
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

// Client is a client of the record's table: the record is told at once when the store
// acknowledges the table, because a kill may follow.
func (r *TableRecord) Client(of counter.TableClient) counter.TableClient { return recorded{of, r} }

// recorded writes down that the store acknowledged a table, at once: a kill may
// follow.
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
	_ = c.record.Become(trial.TableMade) // else the record says that it was asked for, and its end is written again
	return out, nil
}
