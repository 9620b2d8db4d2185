package counter

import (
	"context"
	"math"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// addition is an ADD that the store carries out within bounds: [AtomicAdd] sends
// it alone, other designs in a transaction.
type addition struct {
	items
	expression string // of the update
}

func newAddition(items items) addition {
	if items.schema.isOurs() {
		return addition{items, "SET #updated = :now ADD #value :delta, #version :one"}
	}
	return addition{items, "ADD #value :delta"}
}

// of is the action of a transaction that makes the change.
func (a addition) of(key Key, change Change) *types.Update {
	update := a.expressions(change)
	update.TableName, update.Key = aws.String(key.Table), key.attributes()
	return &update
}

// expressions is the change without the counter.
func (a addition) expressions(change Change) types.Update {
	condition, limit := change.bound()
	return types.Update{
		UpdateExpression:                    aws.String(a.expression),
		ConditionExpression:                 aws.String(condition),
		ExpressionAttributeNames:            a.names,
		ExpressionAttributeValues:           a.stamp(change, item{":delta": number(change.Delta), ":limit": number(limit)}),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
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

// transact sends a transaction whose first action is the change; a refusal is
// left to be explained. An answer tells no state: transactions return no items.
func (a addition) transact(ctx context.Context, key Key, in *dynamodb.TransactWriteItemsInput) (Receipt, error) {
	in.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
	out, err := a.client.TransactWriteItems(ctx, in)
	if err == nil {
		units := sumOfUnits(out.ConsumedCapacity, writeUnits)
		return Receipt{Classification: Classification{Outcome: Applied}, Units: units}, nil
	}
	return a.refused(key, err, transactionUnits*float64(len(in.TransactItems)))
}

// explained replaces the refusal of the change's condition, which is never
// contention, by what it means.
func (a addition) explained(key Key, change Change, receipt Receipt, err error) (Receipt, error) {
	if receipt.Outcome != Conflict {
		return receipt, err
	}
	explained, err := rejected(meaning(key, change, receipt, err))
	explained.State, explained.StateKnown, explained.Unreported = receipt.State, receipt.StateKnown, receipt.Unreported
	return explained, err
}

func meaning(key Key, change Change, receipt Receipt, err error) error {
	if receipt.StateKnown {
		if _, limit := change.result(key, receipt.State.Value); limit != nil {
			return limit
		}
	} else if stored, refused := lostAgainst(err); refused && len(stored) == 0 {
		return notFound(key)
	}
	return err
}
