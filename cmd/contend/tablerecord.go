package main

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
	"contend/report/folder"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// tableRecord is table.json: the table of a run or of a probe, written before the
// table is asked for, so that a process which is killed at any moment says what it
// left.
type tableRecord struct {
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

// newRecord describes a table that is about to be asked for. The caller says
// whether the name is its own, and where the record is kept.
func newRecord(at trial.Place) *tableRecord {
	return &tableRecord{
		Version: recordVersion, Table: at.Table,
		Target: at.Kind, Endpoint: at.Endpoint, Region: at.Region,
		State: trial.TableAsked, AskedAt: time.Now().UTC().Round(0),
	}
}

// keepRecord writes down what is known of the session's table.
func (s *session) keepRecord(t trial.Table) error {
	if s.record == nil {
		s.record = newRecord(t.Place)
		s.record.Own = t.Own
		return explainFile(s.record.saveIn(s.folder))
	}
	s.record.identify(t.Identity)
	return s.record.become(t.State)
}

// saveIn writes the record into a folder, and keeps it there from now on.
func (r *tableRecord) saveIn(folder string) error {
	r.path = filepath.Join(folder, report.TableFile)
	return r.save()
}

// save writes the record; it is complete or as it was before.
func (r *tableRecord) save() error {
	if r.path == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("table record: %w", err)
	}
	return folder.SaveFile(r.path, append(text, '\n'))
}

// remove removes the record from its folder, and the folder with it if nothing
// else is in there.
func (r *tableRecord) remove() error {
	if r.path == "" {
		return nil
	}
	if err := os.Remove(r.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return removeIfEmpty(filepath.Dir(r.path))
}

// become writes down a new state. The embedded server's tables end with it,
// whatever becomes of them.
func (r *tableRecord) become(state trial.TableState) error {
	if r.State == state || r.Target == scenario.TargetEmbedded {
		return nil
	}
	r.State = state
	return r.save()
}

// identify takes over what the store says of a table that it made.
func (r *tableRecord) identify(i counter.Identity) {
	r.ID = i.ID
	if !i.CreatedAt.IsZero() {
		r.CreatedAt = &i.CreatedAt
	}
}

func (r *tableRecord) identity() counter.Identity {
	i := counter.Identity{ID: r.ID}
	if r.CreatedAt != nil {
		i.CreatedAt = *r.CreatedAt
	}
	return i
}

// mayBeLeft reports whether the run may have left a table that it made.
func (r *tableRecord) mayBeLeft() bool {
	return r.Target != scenario.TargetEmbedded && (r.State == trial.TableAsked || r.State == trial.TableMade)
}

// loadRecord reads a folder's table.json; nil if there is none.
func loadRecord(folder string) (*tableRecord, error) {
	path := filepath.Join(folder, report.TableFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("table record: %w", err)
	}
	r := &tableRecord{path: path}
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

// recorded writes down that the store acknowledged a table, at once: a kill may
// follow.
type recorded struct {
	counter.TableClient
	record *tableRecord
}

// CreateTable implements [counter.TableClient].
func (c recorded) CreateTable(ctx context.Context, in *dynamodb.CreateTableInput, options ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error) {
	out, err := c.TableClient.CreateTable(ctx, in, options...)
	if err != nil {
		return out, err
	}
	c.record.identify(counter.IdentityOf(out.TableDescription))
	_ = c.record.become(trial.TableMade) // else the record says that it was asked for, and its end is written again
	return out, nil
}
