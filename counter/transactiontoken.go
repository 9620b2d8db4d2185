package counter

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/clock"
)

// TransactionToken is [AtomicAdd] in a transaction with one action and the
// operation's token as its ClientRequestToken. The store remembers the token and
// answers a repeated attempt without changing anything, so that an attempt whose
// answer was lost can safely be made again.
//
// What it costs: 2 write units for a change, twice those of a plain write, and 2
// read units for a repeated one. Those read units are how a repetition is
// recognised ([Receipt.Repeated]), on servers that report reads and writes apart.
//
// The guarantee ends after 10 minutes, when the store forgets the token (API
// reference, "TransactWriteItems"). So a change that began more than 9½ minutes
// ago is refused with [ErrExpired]; nobody can then find out what became of its
// earlier attempts. A change can still count twice if a request takes more than
// half a minute to arrive, or if [Change.Began] is later than the operation's
// begin.
//
// All attempts must send the same bytes. If Began is zero, a repeated attempt is
// refused (IdempotentParameterMismatchException), because its time differs; items
// of another program (see [Schema]) carry no time and are not affected.
//
// A transfer between two counters is one transaction of two ADDs, and costs twice that.
//
// What it cannot do: return the new value, because transactions return no items.
// Two changes of one counter at the same time cancel each other
// (TransactionConflict), where plain writes would queue.
type TransactionToken struct{ addition }

var _ Strategy = (*TransactionToken)(nil)

// NewTransactionToken returns the strategy over client.
func NewTransactionToken(client DynamoDB) *TransactionToken {
	return newTransactionToken(newItems(client))
}

func newTransactionToken(items items) *TransactionToken {
	return &TransactionToken{newAddition(items)}
}

// tokenLife is how long after its begin a change may still be attempted: the
// store's 10 minutes less half a minute for the request to arrive.
const tokenLife = 9*time.Minute + 30*time.Second

// Name is "transaction-token".
func (*TransactionToken) Name() string { return TransactionTokenName }

// Traits implements [Strategy].
func (*TransactionToken) Traits() Traits {
	return Traits{Contends: true, Idempotent: true, Versions: true, Floor: true, Decrements: true, Foreign: true, Transfers: true}
}

// Add adds the delta to the stored value, unless an earlier attempt with the same
// token did, and if the sum is within int64 and, for a decrement, not below the
// floor.
func (t *TransactionToken) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	if err := change.checkToken(key); err != nil {
		return unsent(err)
	}
	if change.expired(ctx) {
		return unsent(fmt.Errorf("change counter %q: %w", key, ErrExpired))
	}
	receipt, err := t.transact(ctx, key, &dynamodb.TransactWriteItemsInput{
		TransactItems:      []types.TransactWriteItem{{Update: t.action(ctx, key, change)}},
		ClientRequestToken: aws.String(change.Token),
	})
	receipt.Repeated = isReplay(receipt)
	return t.explain(ctx, key, change, receipt, err)
}

// expired reports whether the store may have forgotten the token of the change.
func (c Change) expired(ctx context.Context) bool {
	return !c.Began.IsZero() && clock.Of(ctx).Since(c.Began) > tokenLife
}

// isReplay reports whether a transaction was made by an earlier request: "Subsequent
// TransactWriteItems calls with the same client token return the number of read capacity
// units consumed in reading the item" (API reference).
func isReplay(r Receipt) bool { return r.Outcome == Applied && r.Units.Read > 0 && r.Units.Write == 0 }
