package counter

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TransactionToken is [AtomicAdd] in a transaction of one action that carries
// the operation's token as its ClientRequestToken: the store remembers it and
// answers a repetition without changing anything. An attempt whose answer was
// lost can be made again.
//
// A change takes 2 write units, twice those of a plain write; a repetition takes
// 2 read units, by which it is recognised ([Receipt.Repeated]) where the server
// tells reads from writes.
//
// The guarantee ends after 10 minutes, when the store forgets the token (API
// reference, "TransactWriteItems"). So an attempt of a change that began 9½
// minutes ago is refused with [ErrExpired]: what became of the attempts before
// is then not to be found out. A request that is half a minute on its way, or a
// [Change.Began] that is not when the operation began, can still count twice.
// All attempts must be the same change to the byte; one whose Began is zero is
// refused when it is repeated (IdempotentParameterMismatchException), except for
// items of another program, which get no time.
//
// What it cannot do: tell the value that it left, for transactions return none.
// Two changes of one counter at the same time cancel each other
// (TransactionConflict), where plain writes queue.
type TransactionToken struct{ addition }

var _ Strategy = (*TransactionToken)(nil)

// NewTransactionToken returns the strategy over client.
func NewTransactionToken(client DynamoDB) *TransactionToken {
	return newTransactionToken(newItems(client, Schema{}))
}

func newTransactionToken(items items) *TransactionToken {
	return &TransactionToken{newAddition(items)}
}

// tokenLife is for how long after its beginning a change may be attempted: the
// store's 10 minutes less what a request may be on its way.
const tokenLife = 9*time.Minute + 30*time.Second

// Name is "transaction-token".
func (*TransactionToken) Name() string { return TransactionTokenName }

// Traits implements [Strategy].
func (*TransactionToken) Traits() Traits {
	return Traits{Contends: true, Idempotent: true, Versions: true, Floor: true, Decrements: true, Foreign: true}
}

// Add adds the delta to what the store holds, if that leaves it at or above the
// floor and within int64, and if no earlier attempt did.
func (t *TransactionToken) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	if err := change.checkToken(key); err != nil {
		return unsent(err)
	}
	if !change.Began.IsZero() && time.Since(change.Began) > tokenLife {
		return unsent(fmt.Errorf("change counter %q: %w", key, ErrExpired))
	}
	receipt, err := t.transact(ctx, key, &dynamodb.TransactWriteItemsInput{
		TransactItems:      []types.TransactWriteItem{{Update: t.of(key, change)}},
		ClientRequestToken: aws.String(change.Token),
	})
	// "Subsequent TransactWriteItems calls with the same client token return the
	// number of read capacity units consumed in reading the item" (API reference).
	receipt.Repeated = receipt.Outcome == Applied && receipt.Units.Read > 0 && receipt.Units.Write == 0
	return t.explained(ctx, key, change, receipt, err)
}
