package counter

import (
	"context"
	"errors"
	"math"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// addition is an ADD with a condition that keeps the value within bounds.
// [AtomicAdd] sends it alone, other designs in a transaction.
type addition struct {
	items
	expression string // of the update
}

func newAddition(items items) addition {
	return addition{items, items.form.adding()}
}

// action returns the change as an action of a transaction.
func (a addition) action(ctx context.Context, key Key, change Change) *types.Update {
	var e expressions
	a.express(ctx, &change, &e)
	counter := a.parts.of(key)
	return &types.Update{
		TableName:                           &counter.table,
		Key:                                 counter.item,
		UpdateExpression:                    &e.update,
		ConditionExpression:                 &e.condition,
		ExpressionAttributeNames:            a.names,
		ExpressionAttributeValues:           e.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
}

// express writes the expressions of a change.
func (a *addition) express(ctx context.Context, change *Change, e *expressions) {
	condition, limit := change.bound(a.form.valueText)
	e.update, e.condition = a.expression, condition
	e.bind(ctx, &a.items, change, named{":delta", change.Delta}, named{":limit", limit})
}

// bound returns the condition under which the change may be made, for the path of the
// number in expressions, and the value of its :limit.
func (c Change) bound(number string) (condition string, limit int64) {
	if c.Delta >= 0 {
		return number + " <= :limit", math.MaxInt64 - c.Delta
	}
	least := int64(math.MinInt64)
	if c.Floor != nil {
		least = *c.Floor
	}
	if least > math.MaxInt64+c.Delta {
		return number + " > :limit", math.MaxInt64 // nothing is that large
	}
	return number + " >= :limit", least - c.Delta
}

// transact sends a transaction whose first action is the change. The caller
// explains a refusal. The receipt has no state, because transactions return no
// items.
func (a addition) transact(ctx context.Context, key Key, in *dynamodb.TransactWriteItemsInput) (Receipt, error) {
	in.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
	out, err := a.client.TransactWriteItems(ctx, in)
	if err == nil {
		units := sumOfUnits(out.ConsumedCapacity, writeUnits)
		return Receipt{Classification: Classification{Outcome: Applied}, Units: units}, nil
	}
	return a.refused(key, err, transactionUnits*float64(len(in.TransactItems)))
}

// explain replaces a refusal of the change's condition by its cause: an overflow, a
// floor or a missing counter. Contention never makes that condition false.
func (a addition) explain(ctx context.Context, key Key, change Change, receipt Receipt, err error) (Receipt, error) {
	if receipt.Outcome != Conflict {
		return receipt, err
	}
	state, known := receipt.State, receipt.StateKnown
	if _, refused := refusingItem(err); refused && !known {
		var readErr error
		if state, known, readErr = a.readAfterRefusal(ctx, key, &receipt); readErr != nil {
			err = readErr
		}
	}
	if known {
		if _, limit := change.result(key, state.Value); limit != nil {
			receipt.State, receipt.StateKnown, err = state, true, limit
		}
	}
	receipt.Classification = Classify(err)
	return receipt, err
}

// readAfterRefusal reads the counter after the store refused a condition without
// returning the item: perhaps there is none, or the store never returns it. The
// error is nil, [ErrNotFound] or [ErrNotCounter]; any other failure of the read is
// dropped, because the write was surely refused either way.
func (a addition) readAfterRefusal(ctx context.Context, key Key, receipt *Receipt) (state State, known bool, err error) {
	state, units, err := a.Read(ctx, key, true)
	receipt.addRead(units, err)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrNotCounter) {
		return State{}, false, err
	}
	return state, err == nil, nil
}

// addRead counts a read that was sent beside the write.
func (r *Receipt) addRead(units Units, err error) {
	if !Classify(err).NeverSent() {
		r.Reads++
	}
	r.Units = r.Units.Plus(units)
}
