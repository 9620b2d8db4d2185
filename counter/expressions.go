package counter

import (
	"context"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// setting is an update that sets the number to :new, and adds a placeholder's number to
// the version.
func (f *form) setting(versions string) string {
	return f.update([]string{f.valueText + " = :new"}, nil, versions)
}

// adding is an update that adds :delta to the number and one to the version. ADD is for
// attributes that are not in maps (API reference, "UpdateItem"). The condition of the
// update makes sure that the number exists.
func (f *form) adding() string {
	if f.value.Nested() {
		return f.update([]string{f.valueText + " = " + f.valueText + " + :delta"}, nil, ":one")
	}
	return f.update(nil, []string{f.valueText + " :delta"}, ":one")
}

// update is the update expression with these assignments and additions, and with what
// every write changes.
func (f *form) update(set, add []string, versions string) string {
	if f.ours {
		set = append(set, "#updated = :now")
	}
	switch {
	case f.version.Nested():
		set = append(set, f.versionText+" = if_not_exists("+f.versionText+", :zero) + "+versions)
	case f.version != nil:
		add = append(add, f.versionText+" "+versions)
	}
	var clauses []string
	if len(set) > 0 {
		clauses = append(clauses, "SET "+strings.Join(set, ", "))
	}
	if len(add) > 0 {
		clauses = append(clauses, "ADD "+strings.Join(add, ", "))
	}
	return strings.Join(clauses, " ")
}

// versionSteps gives the placeholders of a version's addition their values.
func (i *items) versionSteps(values item, placeholder string, steps types.AttributeValue) {
	if i.form.version != nil {
		values[placeholder] = steps
	}
	if i.form.version.Nested() {
		values[":zero"] = i.zero
	}
}

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
	if i.form.ours {
		text = appendTimestamp(text, change.began(ctx))
	}
	all := string(text)
	e.numbers[0].Value, e.numbers[1].Value, e.now.Value = all[:afterFirst], all[afterFirst:afterSecond], all[afterSecond:]
	e.values = item{first.placeholder: &e.numbers[0], second.placeholder: &e.numbers[1]}
	if i.form.ours {
		e.values[":now"] = &e.now
	}
	i.versionSteps(e.values, ":one", i.one)
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
