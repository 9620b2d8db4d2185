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

// Traits implements [Strategy].
func (*AtomicAdd) Traits() Traits {
	return Traits{TellsState: true, Versions: true, Floor: true, Decrements: true, Foreign: true}
}

// Add adds the delta to what the store holds, if that leaves it at or above the
// floor and within int64.
func (a *AtomicAdd) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	condition, limit := change.bound()
	receipt, err := a.update(ctx, key, &dynamodb.UpdateItemInput{
		UpdateExpression:                    aws.String(a.expression),
		ConditionExpression:                 aws.String(condition),
		ExpressionAttributeNames:            a.names,
		ExpressionAttributeValues:           a.stamp(change, item{":delta": number(change.Delta), ":limit": number(limit)}),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if receipt.Outcome != Conflict {
		return receipt, err
	}
	refused, err := rejected(a.refusal(key, change, receipt, err))
	refused.State, refused.StateKnown, refused.Unreported = receipt.State, receipt.StateKnown, receipt.Unreported
	return refused, err
}

// bound is the condition under which the change may be made, and its :limit.
func (c Change) bound() (condition string, limit int64) {
	if c.Delta >= 0 {
		return "#value <= :limit", math.MaxInt64 - c.Delta
	}
	least := int64(math.MinInt64)
	if c.Floor != nil {
		least = *c.Floor
	}
	if least > math.MaxInt64+c.Delta {
		return "#value > :limit", math.MaxInt64 // nothing is that large
	}
	return "#value >= :limit", least - c.Delta
}

// refusal explains why the condition did not hold, which is never contention.
func (a *AtomicAdd) refusal(key Key, change Change, receipt Receipt, err error) error {
	var failed *types.ConditionalCheckFailedException
	switch {
	case receipt.StateKnown:
		if _, err := change.result(key, receipt.State.Value); err != nil {
			return err
		}
	case errors.As(err, &failed) && len(failed.Item) == 0:
		return notFound(key)
	}
	return err
}
