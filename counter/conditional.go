package counter

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Conditional changes a counter by optimistic concurrency, as boto's Counter did: it
// writes the new value on the condition that the stored value is still the one that
// the caller saw.
//
// The condition compares the value and not the version, so that it also notices
// writes of programs that do not keep a version. If the value changed and changed
// back in between, no harm is done: the sum is right whenever the value is.
//
// What it is not for: if the answer to an attempt is lost, the next attempt loses to
// the first one's write, and a caller that then tries once more counts the change
// twice (see [Unknown]).
type Conditional struct {
	items
	expression, condition string // of the update
	onConflict            types.ReturnValuesOnConditionCheckFailure
}

var _ Strategy = (*Conditional)(nil)

// NewConditional returns the strategy over client.
func NewConditional(client DynamoDB, onConflict ConflictState) *Conditional {
	return newConditional(newItems(client), onConflict)
}

func newConditional(items items, onConflict ConflictState) *Conditional {
	c := &Conditional{items: items, expression: items.form.setting(":one"), condition: items.form.valueText + " = :seen"}
	if onConflict == ReturnConflictState {
		c.onConflict = types.ReturnValuesOnConditionCheckFailureAllOld
	}
	return c
}

// Name is "conditional".
func (*Conditional) Name() string { return ConditionalName }

// Traits implements [Strategy].
func (*Conditional) Traits() Traits {
	return Traits{NeedsState: true, Contends: true, ReturnsState: true, Versions: true, Floor: true, Decrements: true, Foreign: true, Shares: true}
}

// Add writes change.Seen.Value+change.Delta if the counter still holds
// change.Seen.Value. If the sum would be below the floor, nothing is written, and a
// strong read finds out whether the counter still holds that value.
func (c *Conditional) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	sum, err := change.result(key, change.Seen.Value)
	switch err.(type) {
	case nil:
	case *FloorError:
		return c.confirmFloor(ctx, key, change)
	default:
		return unsent(err)
	}
	if c.sharing != nil {
		return c.share(ctx, key, &change, sum)
	}
	out, err := c.client.UpdateItem(ctx, c.request(ctx, key, &change, sum))
	return c.answered(key, out, err)
}

// share is the write of items with shared numbers. Its condition has the version as well:
// if the value changed and changed back, the numbers are those of others meanwhile.
func (c *Conditional) share(ctx context.Context, key Key, change *Change, sum int64) (Receipt, error) {
	values := item{
		":new": number(sum), ":now": timestamp(change.began(ctx)), ":one": c.one,
		":seen": number(change.Seen.Value), ":seenVersion": number(change.Seen.Version),
	}
	w := c.sharing.write(change)
	clauses := c.sharing.clauses(w, change, values)
	update := "SET #value = :new, #updated = :now" + clauses.set + " ADD #version :one"
	if w.enlist {
		update += ", #next :one"
	}
	return c.update(ctx, key, &dynamodb.UpdateItemInput{
		UpdateExpression:                    &update,
		ConditionExpression:                 aws.String(change.seenCondition()),
		ExpressionAttributeNames:            clauses.names,
		ExpressionAttributeValues:           values,
		ReturnValuesOnConditionCheckFailure: c.onConflict,
	})
}

// seenCondition is true if the item still has the value and version that the caller saw.
func (c *Change) seenCondition() string {
	if c.Seen.Version == 0 {
		return "#value = :seen AND (attribute_not_exists(#version) OR #version = :seenVersion)"
	}
	return "#value = :seen AND #version = :seenVersion"
}

// request is not inlined: what it needs is not on the stack while the request is under way.
//
//go:noinline
func (c *Conditional) request(ctx context.Context, key Key, change *Change, sum int64) *dynamodb.UpdateItemInput {
	r := new(updateRequest)
	r.update, r.condition = c.expression, c.condition
	r.bind(ctx, &c.items, change, named{":new", sum}, named{":seen", change.Seen.Value})
	r.input.ReturnValuesOnConditionCheckFailure = c.onConflict
	return r.asUpdate(&c.items, key)
}
