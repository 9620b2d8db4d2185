package counter

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Queuer is a [Strategy] that keeps the numbers of [Shared]: one with [Traits.Shares] that
// was made with [Parameters.Share].
type Queuer interface {
	Strategy

	// TakeTicket adds one to [Shared.Next], unconditionally: the ticket is the number
	// before the addition. It changes neither value nor version, so that it makes nobody's
	// write fail. A longest gap above 0 replaces [Shared.LongestGap]. The error is nil if and
	// only if the outcome is [Applied]; the receipt then has the state after it.
	TakeTicket(ctx context.Context, key Key, longest time.Duration) (Receipt, error)

	// Release sets [Shared.Serve] to the number after the ticket if it is the ticket's
	// turn. If it is not, the outcome is [Conflict]. It changes neither value nor version.
	Release(ctx context.Context, key Key, ticket int64) (Receipt, error)

	// Made reports whether the state shows that the change with the token was made. It is
	// always false for designs that are not [Traits.Idempotent].
	Made(state State, token string) bool
}

var (
	_ Queuer = (*Conditional)(nil)
	_ Queuer = (*ConditionalHistory)(nil)
)

// errNotSharing is the error of a queue's requests to a design without one.
var errNotSharing = errors.New("the design was made without shared numbers (Parameters.Share)")

// TakeTicket implements [Queuer].
func (c *Conditional) TakeTicket(ctx context.Context, key Key, longest time.Duration) (Receipt, error) {
	return c.takeTicket(ctx, key, longest)
}

// Release implements [Queuer].
func (c *Conditional) Release(ctx context.Context, key Key, ticket int64) (Receipt, error) {
	return c.release(ctx, key, ticket)
}

// Made implements [Queuer]: it is always false.
func (*Conditional) Made(State, string) bool { return false }

// TakeTicket implements [Queuer].
func (c *ConditionalHistory) TakeTicket(ctx context.Context, key Key, longest time.Duration) (Receipt, error) {
	return c.takeTicket(ctx, key, longest)
}

// Release implements [Queuer].
func (c *ConditionalHistory) Release(ctx context.Context, key Key, ticket int64) (Receipt, error) {
	return c.release(ctx, key, ticket)
}

// Made implements [Queuer].
func (*ConditionalHistory) Made(state State, token string) bool {
	_, made := findRecent(state.Recent, token)
	return made
}

// takeTicket adds a ticket if there is a counter: an update of a missing item would
// create one.
func (i *items) takeTicket(ctx context.Context, key Key, longest time.Duration) (Receipt, error) {
	if i.sharing == nil {
		return unsent(&keyError{"queue for", key, errNotSharing})
	}
	in := &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String("ADD #next :one"),
		ConditionExpression:       aws.String("attribute_exists(#value)"),
		ExpressionAttributeNames:  map[string]string{"#value": attributeValue, "#next": nextTicket.attribute},
		ExpressionAttributeValues: item{":one": i.one},
	}
	if longest > 0 {
		in.UpdateExpression = aws.String("SET #gx = :gx ADD #next :one")
		in.ExpressionAttributeNames["#gx"] = longestGap.attribute
		in.ExpressionAttributeValues[":gx"] = number(int64(longest))
	}
	receipt, err := i.update(ctx, key, in)
	if receipt.Reason == codeCondition {
		missing, err := rejected(notFound(key))
		missing.EstimatedUnits = receipt.EstimatedUnits
		return missing, err
	}
	return receipt, err
}

// codeCondition is the error of a single write whose condition was false.
const codeCondition = "ConditionalCheckFailedException"

// release moves the queue on from the ticket.
func (i *items) release(ctx context.Context, key Key, ticket int64) (Receipt, error) {
	if i.sharing == nil {
		return unsent(&keyError{"queue for", key, errNotSharing})
	}
	turn := "#serve = :ticket"
	if ticket == 0 {
		turn = "(attribute_not_exists(#serve) OR #serve = :ticket)"
	}
	return i.update(ctx, key, &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String("SET #serve = :after"),
		ConditionExpression:       aws.String("attribute_exists(#value) AND " + turn),
		ExpressionAttributeNames:  map[string]string{"#value": attributeValue, "#serve": "serve"},
		ExpressionAttributeValues: item{":after": number(ticket + 1), ":ticket": number(ticket)},
	})
}
