package counter

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Conditional changes a counter by optimistic concurrency, boto's way: it
// writes the new value on the condition that the stored one is still the one
// that the caller saw.
//
// The condition compares the value and not the version, so that a write of
// another program that knows nothing of versions is not lost. That the value
// may have gone away and come back in between does no harm: the sum is right
// whenever the value is.
//
// What it is not for: an attempt whose answer was lost and that is tried again
// loses to its own write, and is then counted twice (see [Unknown]).
type Conditional struct {
	items
	expression string // of the update
	onConflict types.ReturnValuesOnConditionCheckFailure
}

var _ Strategy = (*Conditional)(nil)

// NewConditional returns the strategy over client.
func NewConditional(client DynamoDB, onConflict ConflictState) *Conditional {
	return newConditional(newItems(client, Schema{}), onConflict)
}

func newConditional(items items, onConflict ConflictState) *Conditional {
	c := &Conditional{items: items, expression: "SET #value = :new"}
	if items.schema.isOurs() {
		c.expression = "SET #value = :new, #updated = :now ADD #version :one"
	}
	if onConflict == ReturnConflictState {
		c.onConflict = types.ReturnValuesOnConditionCheckFailureAllOld
	}
	return c
}

// Name is "conditional".
func (*Conditional) Name() string { return ConditionalName }

// NeedsState is true: the write is built on the state that the caller saw.
func (*Conditional) NeedsState() bool { return true }

// Add writes seen.Value+delta if the counter still holds seen.Value.
func (c *Conditional) Add(ctx context.Context, key Key, delta int64, seen State) (Receipt, error) {
	sum, ok := add(seen.Value, delta)
	if !ok {
		receipt, err := rejected(&OverflowError{Key: key, Value: seen.Value, Delta: delta})
		receipt.Unsent = true
		return receipt, err
	}
	return c.update(ctx, key, &dynamodb.UpdateItemInput{
		UpdateExpression:                    aws.String(c.expression),
		ConditionExpression:                 aws.String("#value = :seen"),
		ExpressionAttributeNames:            c.names,
		ExpressionAttributeValues:           c.stamp(item{":new": number(sum), ":seen": number(seen.Value)}),
		ReturnValuesOnConditionCheckFailure: c.onConflict,
	})
}
