package counter

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter/layout"
	"contend/internal/clock"
)

// ItemCollection stores each change as an item of its own; the value is their sum. A
// change is put only if there is no item with its token, so that it counts once
// however often, and however late, it is repeated. Writers do not conflict.
//
// The table has the sort key "event" (see [Traits.SortKey]). Under the counter's
// name there is one item with the initial value, whose event is "#initial", and one
// item for each change, whose event is the change's token. All of them have the
// attributes "delta" and "updated".
//
// What it costs: a write unit for each attempt, also for a refused or repeated one.
// A read queries all the items, so its cost grows with the number of changes: at
// some 90 bytes each, a unit for about 45 changes, and a request for each MB. The
// items are never deleted.
//
// What it cannot do: return the new value with a change. So it has no floor, and
// only Read finds out that the sum is beyond int64. A change to a counter that
// nobody has created is stored, and counts as soon as somebody creates it. From
// about 11 000 changes on a query has several pages and is no snapshot: of two
// changes made during the read, it may include the later one but not the earlier.
type ItemCollection struct{ client DynamoDB }

var _ Strategy = (*ItemCollection)(nil)

// The attribute of an item collection's changes, and the event of its first item.
const (
	attributeDelta = "delta"
	eventInitial   = "#initial"
)

// NewItemCollection returns the strategy over client.
func NewItemCollection(client DynamoDB) *ItemCollection { return &ItemCollection{client: client} }

// Name is "item-collection".
func (*ItemCollection) Name() string { return ItemCollectionName }

// Traits implements [Strategy].
func (*ItemCollection) Traits() Traits {
	return Traits{Idempotent: true, Decrements: true, SortKey: true}
}

func eventItem(key Key, event string, delta int64, made time.Time) item {
	fresh := layout.Default.Of(key.Name)
	fresh[attributeEvent] = &types.AttributeValueMemberS{Value: event}
	fresh[attributeDelta], fresh[attributeUpdated] = number(delta), timestamp(made)
	return fresh
}

// Create implements [Strategy].
func (c *ItemCollection) Create(ctx context.Context, key Key, initial int64) error {
	return createItem(ctx, c.client, key, attributeID, eventItem(key, eventInitial, initial, clock.Of(ctx).Now()))
}

// Add puts the change's item. If the item exists, the receipt is [Receipt.Repeated].
func (c *ItemCollection) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	if err := change.checkToken(key); err != nil {
		return unsent(err)
	}
	fresh := eventItem(key, change.Token, change.Delta, change.began(ctx))
	out, err := c.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:                aws.String(key.Table),
		Item:                     fresh,
		ConditionExpression:      aws.String("attribute_not_exists(#event)"),
		ExpressionAttributeNames: map[string]string{"#event": attributeEvent},
		ReturnConsumedCapacity:   types.ReturnConsumedCapacityTotal,
	})
	if err == nil {
		return Receipt{Classification: Classification{Outcome: Applied}, Units: unitsOf(out.ConsumedCapacity, writeUnits)}, nil
	}
	receipt, err := rejected(&keyError{"change", key, err})
	receipt.EstimatedUnits = estimatedUnits(receipt, writeUnitsOf(bytesOf(fresh)))
	var exists *types.ConditionalCheckFailedException
	if errors.As(err, &exists) {
		receipt.Classification, receipt.Repeated = Classification{Outcome: Applied}, true
		return receipt, nil
	}
	return receipt, err
}

// Read implements [Strategy], with one request for each page of the query.
// [State.Updated] is the time of the latest change.
func (c *ItemCollection) Read(ctx context.Context, key Key, consistent bool) (State, Units, error) {
	query := &dynamodb.QueryInput{
		TableName:                 aws.String(key.Table),
		KeyConditionExpression:    aws.String("#id = :id"),
		ProjectionExpression:      aws.String("#event, #delta, #updated"),
		ExpressionAttributeNames:  map[string]string{"#id": attributeID, "#event": attributeEvent, "#delta": attributeDelta, "#updated": attributeUpdated},
		ExpressionAttributeValues: item{":id": layout.Default.Of(key.Name)[attributeID]},
		ConsistentRead:            aws.Bool(consistent),
		ReturnConsumedCapacity:    types.ReturnConsumedCapacityTotal,
	}
	var sum eventSum
	var units Units
	for {
		out, err := c.client.Query(ctx, query)
		if err != nil {
			return State{}, units, &keyError{"read", key, err}
		}
		units = units.Plus(unitsOf(out.ConsumedCapacity, readUnits))
		for _, event := range out.Items {
			if err := sum.add(key, event); err != nil {
				return State{}, units, err
			}
		}
		if len(out.LastEvaluatedKey) == 0 {
			state, err := sum.state(key)
			return state, units, err
		}
		query.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// eventSum adds up a collection. A partial sum may be beyond int64 even if the sum
// of all is within it.
type eventSum struct {
	value   big.Int
	created bool
	updated time.Time
}

func (s *eventSum) add(key Key, event item) error {
	delta, err := integerOf(event[attributeDelta])
	if err != nil {
		return &ValueError{Key: key, Attribute: attributeDelta, Problem: fmt.Sprintf("of event %q %v", textOf(event[attributeEvent]), err)}
	}
	s.value.Add(&s.value, big.NewInt(delta))
	s.created = s.created || textOf(event[attributeEvent]) == eventInitial
	if made := parseTime(textOf(event[attributeUpdated])); made.After(s.updated) {
		s.updated = made
	}
	return nil
}

func (s *eventSum) state(key Key) (State, error) {
	switch {
	case !s.created:
		return State{}, notFound(key)
	case !s.value.IsInt64():
		return State{}, &ValueError{Key: key, Attribute: attributeDelta, Problem: "adds up to " + s.value.String() + ", which is beyond int64"}
	}
	return State{Value: s.value.Int64(), Updated: s.updated}, nil
}
