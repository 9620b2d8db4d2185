package counter

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/clock"
)

// items creates, reads and updates the item of a counter, for all designs that keep
// a counter in one item.
type items struct {
	client DynamoDB
	form   *form
	names  map[string]string // "value" and "timestamp" are reserved words, so every name has a placeholder
	one    types.AttributeValue
	zero   types.AttributeValue
	parts  *keyCache
	recent bool // items and states have the list of the last writes
	// sharing is of designs that keep the numbers of [Shared]; nil: of no other.
	sharing *sharing
}

// newItems returns the items of this package's own schema.
func newItems(client DynamoDB) items {
	f, err := Schema{}.form()
	if err != nil {
		panic("counter: " + err.Error()) // it is always the same
	}
	return itemsOf(client, f)
}

func itemsOf(client DynamoDB, f *form) items {
	return items{client: client, form: f, names: maps.Clone(f.names), one: number(1), zero: number(0), parts: newKeyCache(f.key)}
}

// withRecent returns items that keep a list of their last writes.
func (i items) withRecent() items {
	i.recent = true
	i.names["#recent"] = attributeRecent
	return i
}

// withShared returns items that keep the numbers of [Shared], if share is true.
func (i items) withShared(share bool) items {
	if share {
		i.sharing = newSharing(i.names)
	}
	return i
}

// Create implements [Strategy]. If two programs create the same counter at the same
// time, it has the initial value of one of them, and neither gets an error.
func (i items) Create(ctx context.Context, key Key, initial int64) error {
	fresh, err := i.form.fresh(key.Name, initial)
	if err != nil {
		return fmt.Errorf("create counter %q: %w", key, err)
	}
	if i.form.ours {
		fresh[attributeUpdated] = timestamp(clock.Of(ctx).Now())
	}
	return createItem(ctx, i.client, key, i.form.partition(), fresh)
}

// createItem stores the item unless it exists; the table may have a sort key.
func createItem(ctx context.Context, client DynamoDB, key Key, partition string, fresh item) error {
	_, err := client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:                aws.String(key.Table),
		Item:                     fresh,
		ConditionExpression:      aws.String("attribute_not_exists(#id)"),
		ExpressionAttributeNames: map[string]string{"#id": partition},
	})
	var exists *types.ConditionalCheckFailedException
	if err != nil && !errors.As(err, &exists) {
		return fmt.Errorf("create counter %q: %w", key, err)
	}
	return nil
}

// Read implements [Strategy].
func (i items) Read(ctx context.Context, key Key, consistent bool) (State, Units, error) {
	stored, units, err := readItem(ctx, i.client, i.parts.of(key), consistent)
	if err != nil {
		return State{}, units, err
	}
	state, err := i.stateOf(key, stored)
	return state, units, err
}

// itemRead is the read of one item, with what it points to.
type itemRead struct {
	input      dynamodb.GetItemInput
	consistent bool
}

// readItem returns the item of that name.
func readItem(ctx context.Context, client DynamoDB, counter *keyParts, consistent bool) (item, Units, error) {
	r := &itemRead{consistent: consistent}
	r.input.TableName, r.input.Key = &counter.table, counter.item
	r.input.ConsistentRead, r.input.ReturnConsumedCapacity = &r.consistent, types.ReturnConsumedCapacityTotal
	out, err := client.GetItem(ctx, &r.input)
	if err != nil {
		return nil, Units{}, &keyError{"read", counter.key, err}
	}
	units := unitsOf(out.ConsumedCapacity, readUnits)
	if len(out.Item) == 0 {
		return nil, units, notFound(counter.key)
	}
	return out.Item, units, nil
}

// update completes and sends in, which has the expressions, and reads the answer. A
// design whose callers may be a hundred thousand calls [items.complete], the client and
// [items.answered] itself, which takes less of the stack while the request is under way.
func (i *items) update(ctx context.Context, key Key, in *dynamodb.UpdateItemInput) (Receipt, error) {
	i.complete(key, in)
	out, err := i.client.UpdateItem(ctx, in)
	return i.answered(key, out, err)
}

// complete adds to an update what does not depend on the design.
func (i *items) complete(key Key, in *dynamodb.UpdateItemInput) {
	counter := i.parts.of(key)
	in.TableName, in.Key = &counter.table, counter.item
	in.ReturnValues = i.returned()
	in.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
}

// answered reads the answer to an update.
func (i *items) answered(key Key, out *dynamodb.UpdateItemOutput, err error) (Receipt, error) {
	if err != nil {
		return i.refused(key, err, 1)
	}
	units := unitsOf(out.ConsumedCapacity, writeUnits)
	state, err := i.stateOf(key, out.Attributes)
	if err != nil {
		receipt, err := rejected(&answerError{err})
		receipt.Units = units
		return receipt, err
	}
	return Receipt{Classification: Classification{Outcome: Applied}, State: state, StateKnown: true, Units: units}, nil
}

// refused returns the receipt of a write that was not acknowledged; units are the
// write units that the write costs.
func (i items) refused(key Key, cause error, units float64) (Receipt, error) {
	receipt, err := rejected(&keyError{"change", key, cause})
	receipt.EstimatedUnits = estimatedUnits(receipt, units)
	stored, _ := refusingItem(cause)
	if len(stored) == 0 {
		return receipt, err
	}
	state, stateErr := i.stateOf(key, stored)
	if stateErr != nil {
		foreign, err := rejected(stateErr)
		foreign.EstimatedUnits = receipt.EstimatedUnits
		return foreign, err
	}
	receipt.State, receipt.StateKnown = state, true
	return receipt, err
}

// conditionFailed reports whether a transaction was cancelled because the condition
// of the action with that index was false.
func conditionFailed(canceled *types.TransactionCanceledException, action int) bool {
	reasons := canceled.CancellationReasons
	return action < len(reasons) && aws.ToString(reasons[action].Code) == reasonCondition
}

// estimatedUnits returns the capacity that a refused or unanswered write used up, if
// it costs the given write units.
func estimatedUnits(r Receipt, units float64) Units {
	if r.Outcome == Conflict || r.Outcome == Unknown && !r.Unsent {
		return Units{Write: units}
	}
	return Units{}
}

// rejected returns the receipt of an attempt that left nothing but an error.
func rejected(err error) (Receipt, error) {
	c := Classify(err)
	return Receipt{Classification: c, Unsent: c.NeverSent()}, err
}

func notFound(key Key) error { return fmt.Errorf("%w: %q", ErrNotFound, key) }

// requestKind says whether the units of an answer are read or write units.
type requestKind bool

const (
	readUnits  requestKind = false
	writeUnits requestKind = true
)

// transactionUnits is what one item below a kilobyte costs in a transaction
// (Developer Guide, "Amazon DynamoDB Transactions: How it works"). DynamoDB Local
// 1.25 reports 4 for a transaction of one item, and 4 for one of two.
const transactionUnits = 2

// unitsOf reads an answer's consumed capacity. Some servers report only the total;
// whether it is read or written capacity then follows from the request.
func unitsOf(consumed *types.ConsumedCapacity, kind requestKind) Units {
	switch {
	case consumed == nil:
		return Units{}
	case consumed.ReadCapacityUnits != nil || consumed.WriteCapacityUnits != nil:
		return Units{Read: aws.ToFloat64(consumed.ReadCapacityUnits), Write: aws.ToFloat64(consumed.WriteCapacityUnits), Reported: true}
	case consumed.CapacityUnits == nil:
		return Units{}
	case kind == writeUnits:
		return Units{Write: *consumed.CapacityUnits, Reported: true}
	}
	return Units{Read: *consumed.CapacityUnits, Reported: true}
}

// sumOfUnits is unitsOf for an answer that lists the capacity table by table.
func sumOfUnits(consumed []types.ConsumedCapacity, kind requestKind) Units {
	var sum Units
	for i := range consumed {
		sum = sum.Plus(unitsOf(&consumed[i], kind))
	}
	return sum
}

// Plus returns the sum; it is reported if one of the two is.
func (u Units) Plus(other Units) Units {
	return Units{Read: u.Read + other.Read, Write: u.Write + other.Write, Reported: u.Reported || other.Reported}
}
