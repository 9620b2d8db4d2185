package counter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
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
	// ErrUncertain: whether [CreateTable] or another program made the table
	// cannot be told.
	ErrUncertain = errors.New("table may be another program's")
)

// Table is a table that holds counters. If neither Created nor Uncertain is
// true, the table was there before.
type Table struct {
	Name string
	// Created is true if the store acknowledged that it made the table for us.
	Created bool
	// Uncertain is true if the table was asked for and no usable answer came:
	// it may be ours, or another program's, or come later, or never.
	Uncertain bool
	// Identity is that of the table that was made; not known unless Created.
	Identity Identity
	// own is true if no other program uses the name.
	own bool
	// adopted is true if the table was made at another time: only its identity
	// says that it is the same.
	adopted bool
	needs   Traits // of the design that the table is for
	client  TableClient
}

// tablePatience bounds the wait for a new table; AWS takes some seconds.
const tablePatience = 2 * time.Minute

// CreateTable finds the table of that name or makes an on-demand table for
// counters of a design, and waits until it is active. Of the design's traits it
// looks at [Traits.SortKey] and [Traits.Expires]; the zero value is for designs
// that keep a counter in one item. A table with another key is an error. Once
// the table was asked for it is returned also with an error, so that the caller
// can delete it.
//
// A table that is made here for a design whose items expire has its time to live
// switched on. A server that knows no time to live keeps such items for ever,
// which is no error; that of a table which was there is its owner's business.
//
// Another program may make a table of the same name in the same moment. A
// table of which cannot be told whose it is stays [Table.Uncertain], and
// [Table.Delete] does not delete it: an empty on-demand table that is left
// costs nothing, but another program's counters would be lost.
func CreateTable(ctx context.Context, client TableClient, name string, design Traits) (*Table, error) {
	return findOrCreate(ctx, &Table{Name: name, needs: design, client: client})
}

// CreateOwnTable is [CreateTable] for a name that no other program uses, such
// as one with a random part. Once the table was asked for it can only be ours,
// and [Table.Delete] deletes it whatever the answer was.
func CreateOwnTable(ctx context.Context, client TableClient, name string, design Traits) (*Table, error) {
	return findOrCreate(ctx, &Table{Name: name, needs: design, client: client, own: true})
}

func findOrCreate(ctx context.Context, table *Table) (*Table, error) {
	began, asked := time.Now(), false
	for pauses := firstTablePause; ; pauses = min(2*pauses, maxTablePause) {
		found, err := describe(ctx, table.client, table.Name)
		switch {
		case err != nil && !asked:
			return nil, fmt.Errorf("look for table %q: %w", table.Name, err)
		case err != nil:
			return table, fmt.Errorf("wait for table %q: %w", table.Name, err)
		case found == nil && !table.Created:
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
		if err := table.mayBecomeReady(found, time.Since(began)); err != nil {
			return table, fmt.Errorf("wait for table %q: %w", table.Name, err)
		}
		if !pause(ctx, pauses) {
			return table, fmt.Errorf("wait for table %q: %w", table.Name, ctx.Err())
		}
	}
}

// The pauses between two looks at a table that is not ready.
const (
	firstTablePause = 100 * time.Millisecond
	maxTablePause   = 2 * time.Second
)

// isReady reports whether a table can be used; found is nil if it is not there,
// which can be said of a new one for a moment.
func (t *Table) isReady(found *types.TableDescription) bool {
	return found != nil && (found.TableStatus == types.TableStatusActive || found.TableStatus == types.TableStatusUpdating)
}

// mayBecomeReady is the error of a table for which it is no use to wait. One that
// is being deleted makes room for ours.
func (t *Table) mayBecomeReady(found *types.TableDescription, waited time.Duration) error {
	status := types.TableStatus("not there yet")
	if found != nil {
		status = found.TableStatus
	}
	switch {
	case status == types.TableStatusDeleting && t.Created:
		return errors.New("another program deletes it")
	case waited > tablePatience,
		found != nil && status != types.TableStatusCreating && status != types.TableStatusDeleting:
		return fmt.Errorf("it is %s after %s", status, waited.Round(time.Second))
	}
	return nil
}

// checkKey refuses a table with another key than counters need.
func (t *Table) checkKey(found *types.TableDescription) error {
	key := t.needs.key()
	if !slices.EqualFunc(found.KeySchema, key, sameElement) || !areStrings(key, found.AttributeDefinitions) {
		return fmt.Errorf("table %q: its key is not %s, which counters of the design need", t.Name, t.needs.keyWords())
	}
	return nil
}

// create asks for the table, again if no usable answer came. It does not leave
// that to the client's retries: they would not tell a table that another
// program made first from one that our own lost request made.
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
		if c.Permanent || attempt == attempts-1 || !pause(ctx, firstPause<<attempt) {
			return fmt.Errorf("create table %q: %w", t.Name, err)
		}
	}
}

// request asks once for the table.
func (t *Table) request(ctx context.Context) error {
	key := t.needs.key()
	out, err := t.client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            aws.String(t.Name),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: stringAttributes(key),
		KeySchema:            key,
	}, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
	if err == nil {
		t.Identity = IdentityOf(out.TableDescription)
	}
	return err
}

// pause reports whether d passed before ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// expire asks the store to delete what has expired. The table is new, so that
// nothing but our own lost request can have asked before.
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
		return fmt.Errorf("switch on time to live of table %q: %w", t.Name, err)
	}
	return nil
}

// Delete deletes the table if [CreateTable] made it, and otherwise returns
// [ErrNotOurs] or [ErrUncertain]. Of a table whose identity is known it makes
// sure first that no other has the name now, which is [ErrNotOurs]. It waits for
// a table that is still being made, which DynamoDB refuses to delete, and some
// seconds for one whose making was asked for and is in doubt. A table that is
// gone already, or being deleted, is no error.
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
	for began := time.Now(); ; {
		gone, err := t.deleteOnce(ctx, time.Since(began))
		if gone {
			return nil
		}
		if !mayBeMade(err) || time.Since(began) > tablePatience || !pause(ctx, between) {
			return err
		}
	}
}

// deleteOnce asks once for the deletion; gone is true if there is no table of
// ours any more, or soon will not be.
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

// lateCreation is how long a request for a table, whose answer was lost, is
// taken to be able to arrive late.
const lateCreation = 2 * time.Second

// isGone reports whether an answer to a deletion means that there is no table
// and will be none.
func (t *Table) isGone(err error, waited time.Duration) bool {
	var missing *types.ResourceNotFoundException
	return errors.As(err, &missing) && (t.Created || waited >= lateCreation)
}

// mayBeMade reports whether an answer to a deletion means that the table is
// being made, or may be soon.
func mayBeMade(err error) bool {
	var missing *types.ResourceNotFoundException
	var busy *types.ResourceInUseException
	return errors.As(err, &busy) || errors.As(err, &missing)
}
