package counter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"contend/counter/layout"
	"contend/internal/clock"
)

// TableClient is the part of the DynamoDB client that [CreateTable] and
// [Table.Delete] use. *[dynamodb.Client] implements it.
type TableClient interface {
	CreateTable(context.Context, *dynamodb.CreateTableInput, ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error)
	DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
	DeleteTable(context.Context, *dynamodb.DeleteTableInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteTableOutput, error)
	UpdateTimeToLive(context.Context, *dynamodb.UpdateTimeToLiveInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateTimeToLiveOutput, error)
}

var _ TableClient = (*dynamodb.Client)(nil)

// Why a table is not deleted.
var (
	// ErrNotOurs: the table was there before [CreateTable].
	ErrNotOurs = errors.New("table was not created here")
	// ErrUncertain: it is not known whether [CreateTable] or another program made
	// the table.
	ErrUncertain = errors.New("table may be another program's")
)

// Table is a table that holds counters. If neither Created nor Uncertain is
// true, the table existed before. It is not safe for use by several goroutines.
type Table struct {
	Name string
	// Created is true if the store acknowledged that it created the table for us.
	Created bool
	// Uncertain is true if the creation was requested and no usable answer came:
	// the table may be ours or another program's, or may appear later, or never.
	Uncertain bool
	// Identity identifies the created table; it is zero unless Created.
	Identity Identity
	// own is true if no other program uses the name.
	own bool
	// awaited is how long to wait for another process to create the table; 0 if this one is
	// to create it.
	awaited time.Duration
	// adopted is true if the table was created earlier: only its identity proves
	// that it is the same table.
	adopted bool
	needs   Traits // of the design that the table is for
	key     layout.Key
	client  TableClient
}

// tablePatience bounds the wait for a new table; AWS takes some seconds.
const tablePatience = 2 * time.Minute

// CreateTable finds the table with that name, or creates an on-demand table for
// counters of a design, and waits until it is active, for up to two minutes. Of the
// design's traits it uses [Traits.SortKey] and [Traits.Expires]; the zero value fits
// designs that keep a counter in one item. A table with another key is an error.
// Once the creation has been requested, the table is returned even with an error, so
// that the caller can delete it.
//
// If the design's items expire, CreateTable enables time to live for a table that it
// creates. It does not change a table that existed before. A server without time to
// live keeps such items for ever; that is not an error.
//
// Another program may create a table with the same name at the same moment. If it
// is not known who created the table, the table stays [Table.Uncertain] and
// [Table.Delete] does not delete it: an empty on-demand table that is left behind
// costs nothing, but deleting it could lose another program's counters.
func CreateTable(ctx context.Context, client TableClient, name string, design Traits) (*Table, error) {
	return Schema{}.CreateTable(ctx, client, name, design)
}

// CreateTable is the function [CreateTable] for counters with the schema's key.
func (s Schema) CreateTable(ctx context.Context, client TableClient, name string, design Traits) (*Table, error) {
	return findOrCreate(ctx, &Table{Name: name, needs: design, key: design.key(s), client: client})
}

// CreateOwnTable is [CreateTable] for a name that no other program uses, such
// as one with a random part. A table that appears after the request can only be
// ours, so [Table.Delete] deletes it whatever the answer was.
func CreateOwnTable(ctx context.Context, client TableClient, name string, design Traits) (*Table, error) {
	return Schema{}.CreateOwnTable(ctx, client, name, design)
}

// CreateOwnTable is the function [CreateOwnTable] for counters with the schema's key.
func (s Schema) CreateOwnTable(ctx context.Context, client TableClient, name string, design Traits) (*Table, error) {
	return findOrCreate(ctx, &Table{Name: name, needs: design, key: design.key(s), client: client, own: true})
}

// AwaitTable waits until another process has created the table with that name, for as long
// as patience at most, and until it is active. The table is not ours: [Table.Delete] does
// not delete it.
func (s Schema) AwaitTable(ctx context.Context, client TableClient, name string, design Traits, patience time.Duration) (*Table, error) {
	return findOrCreate(ctx, &Table{Name: name, needs: design, key: design.key(s), client: client, awaited: max(patience, 1)})
}

// TableKey is the key of a table for a design with counters of the schema.
func (s Schema) TableKey(design Traits) layout.Key { return design.key(s) }

// key returns the key of a table for the design.
func (t Traits) key(s Schema) layout.Key {
	key := s.key()
	if t.SortKey {
		key = layout.Default
		key.Sort = layout.Element{Attribute: attributeEvent, Type: types.ScalarAttributeTypeS}
	}
	return key
}

func findOrCreate(ctx context.Context, table *Table) (*Table, error) {
	began, asked := clock.Of(ctx).Now(), false
	for pauses := firstTablePause; ; pauses = min(2*pauses, maxTablePause) {
		found, err := describe(ctx, table.client, table.Name)
		switch {
		case err != nil && !asked:
			return nil, fmt.Errorf("look for table %q: %w", table.Name, err)
		case err != nil:
			return table, fmt.Errorf("wait for table %q: %w", table.Name, err)
		case found == nil && !table.Created && table.awaited == 0:
			asked = true
			if err := table.create(ctx); err != nil {
				return table, err
			}
			if table.Created {
				continue // else it exists, for another look
			}
		case table.isReady(found):
			if err := table.checkKey(found); err != nil {
				return table, err
			}
			return table, table.expire(ctx)
		}
		if err := table.mayBecomeReady(found, clock.Of(ctx).Since(began)); err != nil {
			return table, fmt.Errorf("wait for table %q: %w", table.Name, err)
		}
		if !clock.Of(ctx).Sleep(ctx, pauses) {
			return table, fmt.Errorf("wait for table %q: %w", table.Name, ctx.Err())
		}
	}
}

// The pauses between two requests for the state of a table that is not ready.
const (
	firstTablePause = 100 * time.Millisecond
	maxTablePause   = 2 * time.Second
)

// isReady reports whether a table can be used. found is nil if the store does not
// know the table, which is normal for a moment after its creation.
func (t *Table) isReady(found *types.TableDescription) bool {
	return found != nil && (found.TableStatus == types.TableStatusActive || found.TableStatus == types.TableStatusUpdating)
}

// mayBecomeReady returns an error if waiting for the table is of no use. A table
// that another program is deleting makes room for ours, so it is worth the wait.
func (t *Table) mayBecomeReady(found *types.TableDescription, waited time.Duration) error {
	status := types.TableStatus("not there yet")
	if found != nil {
		status = found.TableStatus
	}
	switch {
	case status == types.TableStatusDeleting && t.Created:
		return errors.New("another program is deleting it")
	case waited > t.patience(found != nil),
		found != nil && status != types.TableStatusCreating && status != types.TableStatusDeleting:
		return fmt.Errorf("it is %s after %s", status, waited.Round(time.Second))
	}
	return nil
}

// patience is how long to wait for the table, from the first look at it.
func (t *Table) patience(exists bool) time.Duration {
	if t.awaited > 0 && !exists {
		return t.awaited
	}
	return t.awaited + tablePatience
}

// checkKey returns an error if the table does not have the key that counters of the
// design need.
func (t *Table) checkKey(found *types.TableDescription) error {
	if differences := t.key.Differences(found); differences != nil {
		return fmt.Errorf("table %q has another key than its counters: %s", t.Name, strings.Join(differences, "; "))
	}
	return nil
}

// create requests the table, and repeats the request if no usable answer came. It
// does not leave that to the client's retries: they could not distinguish a table
// that another program created first from one that our own lost request created.
func (t *Table) create(ctx context.Context) error {
	const attempts, firstPause = 4, 250 * time.Millisecond
	for attempt := 0; ; attempt++ {
		err := t.request(ctx)
		if err == nil {
			t.Created, t.Uncertain = true, false
			return nil
		}
		var exists *types.ResourceInUseException
		if errors.As(err, &exists) {
			t.Uncertain = t.Uncertain || t.own
			return nil
		}
		c := Classify(err)
		t.Uncertain = t.Uncertain || c.Outcome == Unknown
		if c.Permanent || attempt == attempts-1 || !clock.Of(ctx).Sleep(ctx, firstPause<<attempt) {
			return fmt.Errorf("create table %q: %w", t.Name, err)
		}
	}
}

// request sends one request for the table.
func (t *Table) request(ctx context.Context) error {
	key, definitions := t.key.Schema()
	out, err := t.client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            aws.String(t.Name),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: definitions,
		KeySchema:            key,
	}, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
	if err == nil {
		t.Identity = IdentityOf(out.TableDescription)
	}
	return err
}

// expire enables time to live. The table is new, so if it is enabled already, a lost
// request of our own did it.
func (t *Table) expire(ctx context.Context) error {
	ours := t.Created || t.Uncertain && t.own
	if !t.needs.Expires || !ours {
		return nil
	}
	_, err := t.client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName: aws.String(t.Name),
		TimeToLiveSpecification: &types.TimeToLiveSpecification{
			AttributeName: aws.String(attributeExpires), Enabled: aws.Bool(true),
		},
	})
	var refusal smithy.APIError
	if errors.As(err, &refusal) && (refusal.ErrorCode() == "UnknownOperationException" || strings.Contains(refusal.ErrorMessage(), "already enabled")) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("enable time to live of table %q: %w", t.Name, err)
	}
	return nil
}

// Delete deletes the table if [CreateTable] created it, and otherwise returns an
// error that matches [ErrNotOurs] or [ErrUncertain]. If the identity is known and
// another table has the name now, the error matches [ErrNotOurs]. DynamoDB refuses
// to delete a table while it is being created, so Delete waits for that; if it is
// not known whether the creation succeeded, Delete waits two seconds for the table
// to appear. A table that is gone already, or is being deleted, is not an error.
func (t *Table) Delete(ctx context.Context) error {
	if err := t.delete(ctx); err != nil {
		return fmt.Errorf("delete table %q: %w", t.Name, err)
	}
	return nil
}

func (t *Table) delete(ctx context.Context) error {
	switch {
	case t.Uncertain && !t.own, t.adopted && !t.Identity.Known():
		return ErrUncertain
	case !t.Created && !t.Uncertain:
		return ErrNotOurs
	}
	const between = 250 * time.Millisecond
	for began := clock.Of(ctx).Now(); ; {
		gone, err := t.deleteOnce(ctx, clock.Of(ctx).Since(began))
		if gone {
			return nil
		}
		if !mayBeCreated(err) || clock.Of(ctx).Since(began) > tablePatience || !clock.Of(ctx).Sleep(ctx, between) {
			return err
		}
	}
}

// deleteOnce requests the deletion once; gone is true if our table does not exist
// any more or is being deleted.
func (t *Table) deleteOnce(ctx context.Context, waited time.Duration) (gone bool, err error) {
	found, err := describe(ctx, t.client, t.Name)
	if err != nil {
		return false, err
	}
	if found != nil && t.Identity.Known() && !t.Identity.Same(IdentityOf(found)) {
		return false, fmt.Errorf("%w: another table has its name now", ErrNotOurs)
	}
	if found != nil && found.TableStatus == types.TableStatusDeleting {
		return true, nil
	}
	_, err = t.client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String(t.Name)})
	return err == nil || t.isGone(err, waited), err
}

// lateCreation is how late a request for a table, whose answer was lost, may still
// take effect.
const lateCreation = 2 * time.Second

// isGone reports whether an answer to a deletion means that the table does not exist
// and will not appear later.
func (t *Table) isGone(err error, waited time.Duration) bool {
	var missing *types.ResourceNotFoundException
	return errors.As(err, &missing) && (t.Created || waited >= lateCreation)
}

// mayBeCreated reports whether an answer to a deletion means that the table is being
// created, or may be soon.
func mayBeCreated(err error) bool {
	var missing *types.ResourceNotFoundException
	var busy *types.ResourceInUseException
	return errors.As(err, &busy) || errors.As(err, &missing)
}
