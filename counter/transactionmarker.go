package counter

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TransactionMarker is [AtomicAdd] in a transaction that also stores a marker: an
// item named after the operation's token, put on the condition that it does not
// exist. A repeated attempt finds the marker, so that the whole transaction is
// cancelled. While the marker is kept, an attempt whose answer was lost can
// safely be made again.
//
// What it costs: 4 write units for each attempt that changes the counter or
// repeats a change, four times those of a plain write. The markers take some 100
// bytes of storage for each operation until DynamoDB deletes them. It does so by
// the attribute "expires" if time to live is enabled for the table (see
// [CreateTable]); otherwise they stay for good.
//
// A transfer between two counters has one marker, and costs 6 write units.
//
// The guarantee ends [Parameters.MarkerTTL] after the operation began. A repeated
// attempt after that counts again if the marker has been deleted.
//
// What it cannot do: return the new value, because transactions return no items.
// Two changes of one counter at the same time cancel each other
// (TransactionConflict), where plain writes would queue. No counter may have the
// name of a marker.
type TransactionMarker struct {
	addition
	ttl time.Duration
}

var _ Strategy = (*TransactionMarker)(nil)

// NewTransactionMarker returns the strategy over client. Markers are kept for ttl,
// cut to whole seconds; 0 means the default (see [Parameters.MarkerTTL]). It panics
// if ttl is below one second and not 0.
func NewTransactionMarker(client DynamoDB, ttl time.Duration) *TransactionMarker {
	ttl = Parameters{MarkerTTL: ttl}.mustCheck(TransactionMarkerName).MarkerTTL
	return newTransactionMarker(newItems(client), ttl)
}

func newTransactionMarker(items items, ttl time.Duration) *TransactionMarker {
	return &TransactionMarker{newAddition(items), ttl}
}

// Name is "transaction-marker".
func (*TransactionMarker) Name() string { return TransactionMarkerName }

// Traits implements [Strategy].
func (*TransactionMarker) Traits() Traits {
	return Traits{Contends: true, Idempotent: true, Versions: true, Floor: true, Decrements: true, Expires: true, Parts: true, Transfers: true}
}

// The actions of the transaction.
const (
	actionChange = iota
	actionMarker
)

// Add adds the delta to the stored value, unless an earlier attempt with the same
// token did, and if the sum is within int64 and, for a decrement, not below the
// floor.
func (m *TransactionMarker) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	if err := change.checkToken(key); err != nil {
		return unsent(err)
	}
	receipt, err := m.transact(ctx, key, &dynamodb.TransactWriteItemsInput{
		TransactItems: []types.TransactWriteItem{
			actionChange: {Update: m.action(ctx, key, change)},
			actionMarker: {Put: m.marker(ctx, key, change)},
		},
	})
	// The marker comes first: a change that took the counter to its floor fails
	// the floor's condition too when it is repeated.
	if again, ok := markerFound(receipt, err, actionMarker); ok {
		return again, nil
	}
	return m.explain(ctx, key, change, receipt, err)
}

// markerFound returns the receipt of a repeated change, if a transaction was cancelled
// because of the marker that the action with that index puts.
func markerFound(receipt Receipt, err error, action int) (again Receipt, ok bool) {
	var canceled *types.TransactionCanceledException
	if !errors.As(err, &canceled) || !conditionFailed(canceled, action) {
		return receipt, false
	}
	return Receipt{Classification: Classification{Outcome: Applied}, Repeated: true, EstimatedUnits: receipt.EstimatedUnits}, true
}

// marker returns the action that stores the change's marker.
func (m *TransactionMarker) marker(ctx context.Context, key Key, change Change) *types.Put {
	marker := m.form.key.Of(partOf(key, change.Token).Name)
	marker[attributeExpires] = number(change.began(ctx).Add(m.ttl).Unix())
	return &types.Put{
		TableName:                aws.String(key.Table),
		Item:                     marker,
		ConditionExpression:      aws.String("attribute_not_exists(#id)"),
		ExpressionAttributeNames: map[string]string{"#id": m.form.partition()},
	}
}
