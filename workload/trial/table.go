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
	"contend/internal/clock"
	"contend/workload/scenario"
	"contend/workload/store"
)

// Table says what is known about the table of a run.
type Table struct {
	Place
	State TableState
	// Own is true if the name was made up for this run, so that no other program uses it.
	Own bool
	// AskedAt is when the run first requested the table.
	AskedAt time.Time
	// Identity is the store's identity of a table that the run created.
	Identity counter.Identity
	// Items has the items of a table that existed before, in the state to which they must be
	// restored; nil once they are.
	Items []counter.Original
}

// TableState is the state of a run's table; "" means that it was not requested.
type TableState string

// The states of a table.
const (
	TableAsked   TableState = "asked"   // requested; it may exist or not
	TableMade    TableState = "made"    // the run created it
	TableFound   TableState = "found"   // it existed before
	TableKept    TableState = "kept"    // the run created it, and the user wants to keep it
	TableDeleted TableState = "deleted" // or never created
)

// become reports a new state.
func (r *run) become(state TableState) error {
	r.table.State = state
	if r.OnTable == nil {
		return nil
	}
	return r.OnTable(r.table)
}

// createTable creates the scenario's table. It reports the name first. No other
// program uses a name that the run makes up.
func (r *run) createTable(ctx context.Context) (*counter.Table, error) {
	const notice = 2 * time.Second
	r.table = Table{Place: r.place, Own: r.scenario.Table == "", AskedAt: r.clock.Now().UTC().Round(0)}
	if err := r.become(TableAsked); err != nil {
		return nil, err
	}
	slow := "still making table " + r.place.Table + " on " + r.place.Endpoint + r.modelled()
	defer r.noteIfSlow(notice, slow)()
	schema := r.scenario.Counters.Schema()
	create := schema.CreateOwnTable
	if !r.table.Own {
		create = schema.CreateTable
	}
	table, err := create(ctx, reportingClient{r.target.Setup, r}, r.place.Table, r.design.setup.Traits())
	if table == nil {
		return nil, errors.Join(err, r.become(TableDeleted)) // nothing was requested
	}
	return table, err
}

// noteIfSlow says something unless done is called soon.
func (r *run) noteIfSlow(soon time.Duration, sentence string) (done func()) {
	ended, waiting := r.clock.NewEvent(), r.clock.NewGroup()
	waiting.Go("notice", func() error {
		if r.clock.SleepOr(soon, ended) {
			r.note(sentence)
		}
		return nil
	})
	return func() {
		ended.Fire()
		_ = waiting.Wait() // it has no error
	}
}

// modelled describes the scenario's latency, which the requests of the set-up have
// too.
func (r *run) modelled() string {
	latency := r.scenario.Embedded.Kinds()[0]
	if !r.scenario.HasServer() || latency.Mean == 0 {
		return ""
	}
	return fmt.Sprintf(": each request takes about %s, the scenario's embedded.latency", latency.Mean)
}

// reportingClient reports at once that the store acknowledged a table: the process
// may be killed at any moment.
type reportingClient struct {
	counter.TableClient
	run *run
}

// CreateTable implements [counter.TableClient].
func (c reportingClient) CreateTable(ctx context.Context, in *dynamodb.CreateTableInput, options ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error) {
	out, err := c.TableClient.CreateTable(ctx, in, options...)
	if err != nil {
		return out, err
	}
	c.run.table.Identity = counter.IdentityOf(out.TableDescription)
	_ = c.run.become(TableMade) // after an error it stays requested, and its end is reported later
	return out, nil
}

// drop deletes the table that the run created, also after an interrupt, and reports
// the table's last state.
func (r *run) drop(table *counter.Table) error {
	switch {
	case r.scenario.HasServer():
		return nil // it ends with its server
	case !r.Machine.leads(): // machine 0 does it
		if r.others.lostLeader() && !r.KeepTable {
			r.warn(r.leftByMachine0(table.Name))
		}
		return nil
	case !table.Created && !table.Uncertain:
		return r.become(TableFound)
	case r.others.wasRefused():
		r.warn(fmt.Sprintf("table %s stays, because another process is machine 0 of this run and uses it", table.Name))
		return r.become(TableKept)
	case r.KeepTable:
		r.note(fmt.Sprintf("kept: table %s in region %s", table.Name, r.target.Region))
		return r.become(TableKept)
	}
	const patience = time.Minute // AWS deletes a new table only when it has made it
	patient := r.clock.Now().Add(patience + 2*max(r.scenario.RequestTimeout, store.SetupPatience))
	ctx, cancel := r.clock.WithDeadline(clock.With(context.Background(), r.clock), patient)
	defer cancel()
	err := table.Delete(ctx)
	switch {
	case err == nil:
		return r.become(TableDeleted)
	case errors.Is(err, counter.ErrUncertain):
		r.warn(fmt.Sprintf("table %s may be left: this run requested it, but another program may have created it", table.Name))
		return r.become(TableFound)
	case errors.Is(err, counter.ErrNotOurs):
		r.warn(fmt.Sprintf("table %s now belongs to another program: somebody else deleted this run's table", table.Name))
		return r.become(TableDeleted)
	}
	return &TableLeftError{Table: table.Name, Err: Explain(err, r.place.Endpoint)}
}

// TableLeftError says that a table could not be deleted.
type TableLeftError struct {
	Table string
	Err   error // why it was not
}

func (e *TableLeftError) Error() string {
	return fmt.Sprintf("table %q was not deleted: %v", e.Table, e.Err)
}

// Unwrap returns the reason.
func (e *TableLeftError) Unwrap() error { return e.Err }

// tableName returns the scenario's table, or [Options.Table], or a new name.
func (r *run) tableName(now time.Time) string {
	switch {
	case r.scenario.Table != "":
		return r.scenario.Table
	case r.Table != "":
		return r.Table
	case !r.Machine.Whole():
		return tableOfRun(r.Machine.Run)
	case r.scenario.Target == scenario.TargetSimulated:
		return "contend-" + r.scenario.Name // there is no other table
	}
	return NewTableName(r.scenario.Name, now)
}

// NewTableName returns a new name for a table, made of owner, now and a random part, so that
// programs that start at the same moment get different names.
func NewTableName(owner string, now time.Time) string {
	const letters = 8
	name := fmt.Sprintf("contend-%s-%s-%s", owner, now.UTC().Format("20060102T150405Z"), rand.Text()[:letters])
	return strings.ToLower(name)
}
