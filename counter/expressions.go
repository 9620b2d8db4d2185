package counter

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// expressions are those of an update, with the values of their placeholders. They are one
// piece of memory, as loads send many.
type expressions struct {
	update, condition string
	values            item
	numbers           [2]types.AttributeValueMemberN
	now               types.AttributeValueMemberS
}

// updateRequest is an update of one item, with what it points to.
type updateRequest struct {
	expressions
	input dynamodb.UpdateItemInput
}

// named is a number with its placeholder.
type named struct {
	placeholder string
	value       int64
}

// bind gives the placeholders their values: two numbers and, if the items have a version
// and a time, those that an update of them needs.
func (e *expressions) bind(ctx context.Context, i *items, change *Change, first, second named) {
	text := make([]byte, 0, 2*maxNumber+len(timeFormat))
	text = strconv.AppendInt(text, first.value, 10)
	afterFirst := len(text)
	text = strconv.AppendInt(text, second.value, 10)
	afterSecond := len(text)
	if i.schema.isOurs() {
		text = appendTimestamp(text, change.began(ctx))
	}
	all := string(text)
	e.numbers[0].Value, e.numbers[1].Value, e.now.Value = all[:afterFirst], all[afterFirst:afterSecond], all[afterSecond:]
	e.values = item{first.placeholder: &e.numbers[0], second.placeholder: &e.numbers[1]}
	if i.schema.isOurs() {
		e.values[":now"], e.values[":one"] = &e.now, i.one
	}
}

// asUpdate is the update of a counter with the expressions.
func (r *updateRequest) asUpdate(i *items, key Key) *dynamodb.UpdateItemInput {
	in := &r.input
	in.UpdateExpression, in.ConditionExpression = &r.update, &r.condition
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = i.names, r.values
	i.complete(key, in)
	return in
}

// maxNumber is the length of the longest int64.
const maxNumber = len("-9223372036854775808")
