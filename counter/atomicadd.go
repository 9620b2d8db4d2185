package counter

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// AtomicAdd changes a counter with an ADD that the store carries out. It needs no
// read, and writers do not conflict.
//
// Its condition keeps the counter within int64 and above the floor. Without it
// DynamoDB would count on to 38 digits, and programs that read machine integers
// would break. A condition that holds costs nothing extra.
//
// What it is not for: if the answer to an attempt is lost, trying again may count
// the change twice, and not trying again may lose it (see [Unknown]).
type AtomicAdd struct{ addition }

var _ Strategy = (*AtomicAdd)(nil)

// NewAtomicAdd returns the strategy over client.
func NewAtomicAdd(client DynamoDB) *AtomicAdd { return newAtomicAdd(newItems(client)) }

func newAtomicAdd(items items) *AtomicAdd { return &AtomicAdd{newAddition(items)} }

// Name is "atomic-add".
func (*AtomicAdd) Name() string { return AtomicAddName }

// Traits implements [Strategy].
func (*AtomicAdd) Traits() Traits {
	return Traits{ReturnsState: true, Versions: true, Floor: true, Decrements: true, Foreign: true}
}

// Add adds the delta to the stored value, if the sum is within int64 and, for a
// decrement, not below the floor.
func (a *AtomicAdd) Add(ctx context.Context, key Key, change Change) (receipt Receipt, err error) {
	out, err := a.client.UpdateItem(ctx, a.request(ctx, key, &change))
	err = a.told(ctx, key, &change, out, err, &receipt)
	return receipt, err
}

// request is not inlined, as told: what they need is not on the stack while the request is
// under way.
//
//go:noinline
func (a *AtomicAdd) request(ctx context.Context, key Key, change *Change) *dynamodb.UpdateItemInput {
	r := new(updateRequest)
	a.express(ctx, change, &r.expressions)
	r.input.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	return r.asUpdate(&a.items, key)
}

// It leaves the receipt where the caller wants it, so that the stack has none beside it.
//
//go:noinline
func (a *AtomicAdd) told(ctx context.Context, key Key, change *Change, out *dynamodb.UpdateItemOutput, err error, receipt *Receipt) error {
	answer, err := a.answered(key, out, err)
	*receipt, err = a.explain(ctx, key, *change, answer, err)
	return err
}
