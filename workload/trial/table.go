package trial

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
	"contend/workload/scenario"
	"contend/workload/store"
)

// Table is what is known of a run's table.
type Table struct {
	Place
	State TableState
	// Own is true if no other program uses the name.
	Own bool
	// AskedAt is when the run began to ask for it.
	AskedAt time.Time
	// Identity is the store's, of a table that the run made.
	Identity counter.Identity
}

// TableState says what became of a run's table; "" is that it was not asked for.
type TableState string

// The states of a table.
const (
	TableAsked   TableState = "asked"   // it may have been made
	TableMade    TableState = "made"    // by the run
	TableFound   TableState = "found"   // it was there before
	TableKept    TableState = "kept"    // made by the run, and the user wants to keep it
	TableDeleted TableState = "deleted" // or never made
)

// become tells of a new state.
func (r *run) become(state TableState) error {
	r.table.State = state
	if r.OnTable == nil {
		return nil
	}
	return r.OnTable(r.table)
}

// createTable makes the scenario's table; a name that the run makes up is its own.
// The name is told first.
func (r *run) createTable(ctx context.Context) (*counter.Table, error) {
	const notice = 2 * time.Second
	r.table = Table{Place: r.place, Own: r.scenario.Table == "", AskedAt: time.Now().UTC().Round(0)}
	if err := r.become(TableAsked); err != nil {
		return nil, err
	}
	slow := "still making table " + r.place.Table + " on " + r.place.Endpoint + r.modelled()
	defer time.AfterFunc(notice, func() { r.note(slow) }).Stop()
	create := counter.CreateOwnTable
	if !r.table.Own {
		create = counter.CreateTable
	}
	table, err := create(ctx, toldTable{r.target.Setup, r}, r.place.Table, r.design.setup.Traits())
	if table == nil {
		return nil, errors.Join(err, r.become(TableDeleted)) // nothing was asked for
	}
	return table, err
}

// modelled is the latency that the scenario asked for, which each request of the
// setup has too.
func (r *run) modelled() string {
	latency := r.scenario.Embedded.Latency
	if r.target.Kind != scenario.TargetEmbedded || latency.Mean == 0 {
		return ""
	}
	return fmt.Sprintf(": each request takes about %s, the scenario's embedded.latency", latency.Mean)
}

// toldTable tells that the store acknowledged a table, at once: the process may be
// killed in the next moment.
type toldTable struct {
	counter.TableClient
	run *run
}

// CreateTable implements [counter.TableClient].
func (c toldTable) CreateTable(ctx context.Context, in *dynamodb.CreateTableInput, options ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error) {
	out, err := c.TableClient.CreateTable(ctx, in, options...)
	if err != nil {
		return out, err
	}
	c.run.table.Identity = counter.IdentityOf(out.TableDescription)
	_ = c.run.become(TableMade) // else it stays asked for, and its end is told again
	return out, nil
}

// drop deletes the table that the run created, also after an interrupt, and tells
// what became of it.
func (r *run) drop(table *counter.Table) error {
	switch {
	case r.target.Kind == scenario.TargetEmbedded:
		return nil // it ends with its server
	case !table.Created && !table.Uncertain:
		return r.become(TableFound)
	case r.KeepTable:
		r.note(fmt.Sprintf("kept: table %s in region %s", table.Name, r.target.Region))
		return r.become(TableKept)
	}
	const patience = time.Minute // AWS deletes a new table only when it has made it
	ctx, cancel := context.WithTimeout(context.Background(), patience+2*max(r.scenario.RequestTimeout, store.SetupPatience))
	defer cancel()
	err := table.Delete(ctx)
	switch {
	case err == nil:
		return r.become(TableDeleted)
	case errors.Is(err, counter.ErrUncertain):
		r.warn(fmt.Sprintf("table %s may be left: this run asked for it, but another program may have made it", table.Name))
		return r.become(TableFound)
	case errors.Is(err, counter.ErrNotOurs):
		r.warn(fmt.Sprintf("table %s is another program's by now: this run's was deleted by somebody else", table.Name))
		return r.become(TableDeleted)
	}
	return &TableLeftError{Table: table.Name, Err: Explain(err, r.place.Endpoint)}
}

// TableLeftError is the error of a table that should have been deleted.
type TableLeftError struct {
	Table string
	Err   error // why it was not
}

func (e *TableLeftError) Error() string {
	return fmt.Sprintf("table %q was not deleted: %v", e.Table, e.Err)
}

// Unwrap returns the reason.
func (e *TableLeftError) Unwrap() error { return e.Err }

// tableName is the scenario's table, the caller's name, or a new one.
func (r *run) tableName(now time.Time) string {
	switch {
	case r.scenario.Table != "":
		return r.scenario.Table
	case r.Table != "":
		return r.Table
	}
	return NewTableName(r.scenario.Name, now)
}

// NewTableName makes a name for a table, which says whose it is and when it was
// made. Its random part makes it the caller's own, also among programs that begin
// together.
func NewTableName(owner string, now time.Time) string {
	const letters = 8
	name := fmt.Sprintf("contend-%s-%s-%s", owner, now.UTC().Format("20060102T150405Z"), rand.Text()[:letters])
	return strings.ToLower(name)
}
