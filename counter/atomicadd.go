package counter

import (
	"context"
	"errors"
	"math"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
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
type AtomicAdd struct {
	items
	expression string // of the update
}

var _ Strategy = (*AtomicAdd)(nil)

// NewAtomicAdd returns the strategy over client.
func NewAtomicAdd(client DynamoDB) *AtomicAdd { return newAtomicAdd(newItems(client, Schema{})) }

func newAtomicAdd(items items) *AtomicAdd {
	a := &AtomicAdd{items: items, expression: "ADD #value :delta"}
	if items.schema.isOurs() {
		a.expression = "SET #updated = :now ADD #value :delta, #version :one"
	}
	return a
}

// Name is "atomic-add".
func (*AtomicAdd) Name() string { return AtomicAddName }

// NeedsState is false: the store adds to what it holds.
func (*AtomicAdd) NeedsState() bool { return false }

// Add adds delta to what the store holds; seen is ignored.
func (a *AtomicAdd) Add(ctx context.Context, key Key, delta int64, _ State) (Receipt, error) {
	condition, limit := "#value <= :limit", math.MaxInt64-max(delta, 0)
	if delta < 0 {
		condition, limit = "#value >= :limit", math.MinInt64-delta
	}
	receipt, err := a.update(ctx, key, &dynamodb.UpdateItemInput{
		UpdateExpression:                    aws.String(a.expression),
		ConditionExpression:                 aws.String(condition),
		ExpressionAttributeNames:            a.names,
		ExpressionAttributeValues:           a.stamp(item{":delta": number(delta), ":limit": number(limit)}),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if receipt.Outcome == Conflict {
		return rejected(a.refusal(key, delta, receipt, err))
	}
	return receipt, err
}

// refusal explains why the condition did not hold, which is never contention.
func (a *AtomicAdd) refusal(key Key, delta int64, receipt Receipt, err error) error {
	var failed *types.ConditionalCheckFailedException
	switch {
	case receipt.StateKnown:
		return &OverflowError{Key: key, Value: receipt.State.Value, Delta: delta}
	case errors.As(err, &failed) && len(failed.Item) == 0:
		return notFound(key)
	}
	return err
}
