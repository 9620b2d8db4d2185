package counter

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Transferrer is a [Strategy] with [Traits.Transfers].
type Transferrer interface {
	Strategy
	// Transfer makes one attempt at adding change.Delta to one counter and taking it from
	// the other at the same moment: either both happen or neither does. It is otherwise
	// like [Strategy.Add]; the receipt's state is that of the first counter. Both must be
	// in the same table or account, and must differ. The floor is that of both.
	Transfer(ctx context.Context, key, other Key, change Change) (Receipt, error)
}

var (
	_ Transferrer = (*TransactionToken)(nil)
	_ Transferrer = (*TransactionMarker)(nil)
)

// Where the changes of a transfer stand in its transaction.
const (
	actionOther      = 1
	actionLastMarker = 2
)

// opposite is the change that a transfer makes to the other counter.
func (c Change) opposite() Change {
	c.Delta = -c.Delta
	return c
}

// checkTransfer refuses a transfer that no transaction can make.
func (c Change) checkTransfer(key, other Key) error {
	switch {
	case key == other:
		return fmt.Errorf("transfer from counter %q: %w", key, errSameCounter)
	case c.Delta == math.MinInt64: // it has no opposite
		return &OverflowError{Key: other, Value: 0, Delta: c.Delta}
	}
	return c.checkToken(key)
}

var errSameCounter = errors.New("the other counter is the same")

// both returns the two changes of a transfer as actions of a transaction.
func (a addition) both(ctx context.Context, key, other Key, change Change) []types.TransactWriteItem {
	return []types.TransactWriteItem{
		{Update: a.action(ctx, key, change)},
		{Update: a.action(ctx, other, change.opposite())},
	}
}

// explainTransfer is [addition.explain] for a transfer, of which either counter may have
// refused its change.
func (a addition) explainTransfer(ctx context.Context, key, other Key, change Change, receipt Receipt, err error) (Receipt, error) {
	var canceled *types.TransactionCanceledException
	if receipt.Outcome != Conflict || !errors.As(err, &canceled) || !conditionFailed(canceled, actionOther) || conditionFailed(canceled, actionChange) {
		return a.explain(ctx, key, change, receipt, err)
	}
	state, known := State{}, false
	if stored := canceled.CancellationReasons[actionOther].Item; len(stored) > 0 {
		var stateErr error
		if state, stateErr = a.stateOf(other, stored); stateErr != nil {
			err = stateErr
		}
		known = stateErr == nil
	} else {
		var readErr error
		if state, known, readErr = a.readAfterRefusal(ctx, other, &receipt); readErr != nil {
			err = readErr
		}
	}
	if known {
		if _, limit := change.opposite().result(other, state.Value); limit != nil {
			err = limit
		}
	}
	receipt.Classification = Classify(err)
	receipt.State, receipt.StateKnown = State{}, false // that of the other counter
	return receipt, err
}

// Transfer implements [Transferrer], in a transaction with the token of the change.
func (t *TransactionToken) Transfer(ctx context.Context, key, other Key, change Change) (Receipt, error) {
	if err := change.checkTransfer(key, other); err != nil {
		return unsent(err)
	}
	if change.expired(ctx) {
		return unsent(fmt.Errorf("change counter %q: %w", key, ErrExpired))
	}
	receipt, err := t.transact(ctx, key, &dynamodb.TransactWriteItemsInput{
		TransactItems:      t.both(ctx, key, other, change),
		ClientRequestToken: aws.String(change.Token),
	})
	receipt.Repeated = isReplay(receipt)
	return t.explainTransfer(ctx, key, other, change, receipt, err)
}

// Transfer implements [Transferrer], in a transaction with one marker, which is named
// after the first counter.
func (m *TransactionMarker) Transfer(ctx context.Context, key, other Key, change Change) (Receipt, error) {
	if err := change.checkTransfer(key, other); err != nil {
		return unsent(err)
	}
	receipt, err := m.transact(ctx, key, &dynamodb.TransactWriteItemsInput{
		TransactItems: append(m.both(ctx, key, other, change), types.TransactWriteItem{Put: m.marker(ctx, key, change)}),
	})
	if again, ok := markerFound(receipt, err, actionLastMarker); ok {
		return again, nil
	}
	return m.explainTransfer(ctx, key, other, change, receipt, err)
}
