package counter

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TransactionMarker is [AtomicAdd] in a transaction that also stores a marker,
// an item of its own for the operation's token, on the condition that there is
// none. A repetition finds the marker, and with it is cancelled as a whole. An
// attempt whose answer was lost can be made again, for as long as the marker is
// kept.
//
// A change takes 4 write units, four times those of a plain write, and so does a
// repetition. The markers are storage, some 100 bytes an operation, until
// DynamoDB deletes them: their attribute "expires" is for its time to live, which
// has to be enabled for the table (see [CreateTable]), or they stay for good.
//
// The guarantee ends [Parameters.MarkerTTL] after the operation began: a
// repetition after that may count again, and does once the marker is deleted.
//
// What it cannot do: tell the value that it left, for transactions return none.
// Two changes of one counter at the same time cancel each other
// (TransactionConflict), where plain writes queue. A counter must not have the
// name of a marker.
type TransactionMarker struct {
	addition
	ttl time.Duration
}

var _ Strategy = (*TransactionMarker)(nil)

// NewTransactionMarker returns the strategy over client with markers that are
// kept for ttl, in whole seconds; see [Parameters.MarkerTTL]. 0 stands for the
// default; it panics if ttl is less than a second otherwise.
func NewTransactionMarker(client DynamoDB, ttl time.Duration) *TransactionMarker {
	ttl = Parameters{MarkerTTL: ttl}.mustCheck(TransactionMarkerName).MarkerTTL
	return newTransactionMarker(newItems(client, Schema{}), ttl)
}

func newTransactionMarker(items items, ttl time.Duration) *TransactionMarker {
	return &TransactionMarker{newAddition(items), ttl}
}

// Name is "transaction-marker".
func (*TransactionMarker) Name() string { return TransactionMarkerName }

// Traits implements [Strategy].
func (*TransactionMarker) Traits() Traits {
	return Traits{Contends: true, Idempotent: true, Versions: true, Floor: true, Decrements: true, Expires: true}
}

// The actions of the transaction.
const (
	actionChange = iota
	actionMarker
)

// Add adds the delta to what the store holds, if that leaves it at or above the
// floor and within int64, and if no earlier attempt did.
func (m *TransactionMarker) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	if err := change.checkToken(key); err != nil {
		return unsent(err)
	}
	receipt, err := m.transact(ctx, key, &dynamodb.TransactWriteItemsInput{
		TransactItems: []types.TransactWriteItem{
			actionChange: {Update: m.of(key, change)},
			actionMarker: {Put: m.marker(key, change)},
		},
	})
	// The marker says more than the counter: a change that took the counter to
	// its floor finds it there when it is repeated.
	var canceled *types.TransactionCanceledException
	if errors.As(err, &canceled) && conditionFailed(canceled, actionMarker) {
		return Receipt{Classification: Classification{Outcome: Applied}, Repeated: true, EstimatedUnits: receipt.EstimatedUnits}, nil
	}
	return m.explained(ctx, key, change, receipt, err)
}

// marker is the item that says that the change was made.
func (m *TransactionMarker) marker(key Key, change Change) *types.Put {
	marker := partOf(key, change.Token).attributes()
	marker[attributeExpires] = number(change.began().Add(m.ttl).Unix())
	return &types.Put{
		TableName:                aws.String(key.Table),
		Item:                     marker,
		ConditionExpression:      aws.String("attribute_not_exists(#id)"),
		ExpressionAttributeNames: map[string]string{"#id": attributeID},
	}
}
