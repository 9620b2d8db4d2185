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
)

// ItemCollection keeps each change as an item of its own, and the count is their
// sum. A change is put where there is none of its token, so that it counts once
// however often, and however late, it is repeated; and there is no conflict
// between writers.
//
// The table has the sort key "event" (see [Traits.SortKey]). Under the counter's
// name are the item of the event "#initial", which is no token, with the initial
// value, and one for each change, with its token as the event. All of them have
// "delta" and "updated".
//
// What it costs: a write unit a change, refused and repeated ones too. A read
// queries all the items and grows with the count: at some 90 bytes each it takes
// a unit for about 45 changes, and a request for each MB. The items are never
// deleted.
//
// What it cannot do: it tells no value with a change, which is therefore neither
// refused at a floor nor beyond int64, where only Read finds out; and a change to
// a counter that nobody has created is stored, and counts once somebody does.
// A query of several pages, from about 11 000 changes on, is no snapshot: of two
// changes made during the read it may see the later one alone.
type ItemCollection struct{ client DynamoDB }

var _ Strategy = (*ItemCollection)(nil)

// The attributes and the event of an item collection beside the tokens.
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
	fresh := key.attributes()
	fresh[attributeEvent] = &types.AttributeValueMemberS{Value: event}
	fresh[attributeDelta], fresh[attributeUpdated] = number(delta), timestamp(made)
	return fresh
}

// Create implements [Strategy].
func (c *ItemCollection) Create(ctx context.Context, key Key, initial int64) error {
	return createItem(ctx, c.client, key, eventItem(key, eventInitial, initial, time.Now()))
}

// Add puts the change's item. If it is there the receipt is [Receipt.Repeated].
func (c *ItemCollection) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	if err := change.checkToken(key); err != nil {
		return unsent(err)
	}
	fresh := eventItem(key, change.Token, change.Delta, change.began())
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
	receipt, err := rejected(fmt.Errorf("change counter %q: %w", key, err))
	receipt.EstimatedUnits = estimatedUnits(receipt, writeUnitsOf(bytesOf(fresh)))
	var exists *types.ConditionalCheckFailedException
	if errors.As(err, &exists) {
		receipt.Classification, receipt.Repeated = Classification{Outcome: Applied}, true
		return receipt, nil
	}
	return receipt, err
}

// Read implements [Strategy] with as many requests as there are pages.
// [State.Updated] is the time of the latest change.
func (c *ItemCollection) Read(ctx context.Context, key Key, consistent bool) (State, Units, error) {
	query := &dynamodb.QueryInput{
		TableName:                 aws.String(key.Table),
		KeyConditionExpression:    aws.String("#id = :id"),
		ProjectionExpression:      aws.String("#event, #delta, #updated"),
		ExpressionAttributeNames:  map[string]string{"#id": attributeID, "#event": attributeEvent, "#delta": attributeDelta, "#updated": attributeUpdated},
		ExpressionAttributeValues: item{":id": key.attributes()[attributeID]},
		ConsistentRead:            aws.Bool(consistent),
		ReturnConsumedCapacity:    types.ReturnConsumedCapacityTotal,
	}
	var sum eventSum
	var units Units
	for {
		out, err := c.client.Query(ctx, query)
		if err != nil {
			return State{}, units, fmt.Errorf("read counter %q: %w", key, err)
		}
		units = units.plus(unitsOf(out.ConsumedCapacity, readUnits))
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

// eventSum adds up a collection, of which parts may be beyond int64 though the
// sum is within it.
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
