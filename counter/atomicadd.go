package counter

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// AtomicAdd changes a counter with an ADD that the store carries out: no read,
// no conflict between writers.
//
// The one condition it carries keeps the counter within int64; DynamoDB itself
// would count on to 38 digits, where readers that use machine integers break.
// A condition that holds costs nothing more.
//
// What it is not for: an attempt whose answer was lost counts twice if it is
// tried again, and may be missing if it is not (see [Unknown]).
type AtomicAdd struct{ addition }

var _ Strategy = (*AtomicAdd)(nil)

// NewAtomicAdd returns the strategy over client.
func NewAtomicAdd(client DynamoDB) *AtomicAdd { return newAtomicAdd(newItems(client, Schema{})) }

func newAtomicAdd(items items) *AtomicAdd { return &AtomicAdd{newAddition(items)} }

// Name is "atomic-add".
func (*AtomicAdd) Name() string { return AtomicAddName }

// Traits implements [Strategy].
func (*AtomicAdd) Traits() Traits {
	return Traits{ReturnsState: true, Versions: true, Floor: true, Decrements: true, Foreign: true}
}

// Add adds the delta to what the store holds, if that leaves it at or above the
// floor and within int64.
func (a *AtomicAdd) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	update := a.expressions(change)
	receipt, err := a.update(ctx, key, &dynamodb.UpdateItemInput{
		UpdateExpression:                    update.UpdateExpression,
		ConditionExpression:                 update.ConditionExpression,
		ExpressionAttributeNames:            update.ExpressionAttributeNames,
		ExpressionAttributeValues:           update.ExpressionAttributeValues,
		ReturnValuesOnConditionCheckFailure: update.ReturnValuesOnConditionCheckFailure,
	})
	return a.explained(ctx, key, change, receipt, err)
}
