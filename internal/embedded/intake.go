package embedded

import (
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

// intake reads inputs of the SDK, as [document] reads JSON. It takes only what is plain:
// what the wire does not change, and what no constraint of the API refuses. Everything
// else goes by JSON, so that it is refused in one place.
type intake struct {
	unusual  bool // something was not plain
	exchange *exchange
	cache    *expression.Cache
}

// errUnusual says that an input must go by JSON. Nothing has been carried out.
var errUnusual = errors.New("not a plain input")

// taken reads an input, and reports whether it is plain.
func taken[Input any](in *intake, i *Input, take func(*intake, *Input)) bool {
	if i == nil {
		return false
	}
	take(in, i)
	return !in.unusual
}

// demand records whether the input is plain in one respect.
func (in *intake) demand(isPlain bool) { in.unusual = in.unusual || !isPlain }

func (in *intake) table(name *string) string {
	if name == nil || *name == "" || len(*name) > maxTableName || !isTableText(*name) {
		in.unusual = true
		return ""
	}
	return *name
}

// text takes a parameter that may be nil.
func (in *intake) text(text *string) *string {
	in.demand(text == nil || utf8.ValidString(*text))
	return text
}

// chosen takes one of the values that a parameter may have; "" is none.
func chosen[E ~string](in *intake, value E, allowed []string) string {
	in.demand(value == "" || slices.Contains(allowed, string(value)))
	return string(value)
}

func (in *intake) reporting(r types.ReturnConsumedCapacity) reporting {
	return reporting{chosen(in, r, capacityReports)}
}

// item takes an item or a key that must be given.
func (in *intake) item(item map[string]types.AttributeValue) attribute.Item {
	if item == nil {
		in.unusual = true
		return nil
	}
	taken := make(attribute.Item, len(item))
	in.demand(attribute.ItemFromSDK(taken, item))
	return taken
}

func (in *intake) expressions(names map[string]string, values map[string]types.AttributeValue) expressions {
	for placeholder, name := range names {
		in.demand(utf8.ValidString(placeholder) && utf8.ValidString(name))
	}
	e := expressions{ExpressionAttributeNames: names, cache: in.cache}
	if values == nil {
		return e
	}
	e.ExpressionAttributeValues = make(map[string]attribute.Value, len(values))
	for placeholder, v := range values {
		value, ok := attribute.FromSDK(v)
		in.demand(ok && utf8.ValidString(placeholder))
		e.ExpressionAttributeValues[placeholder] = value
	}
	return e
}

// isTrue is false for a parameter that is nil.
func isTrue(p *bool) bool { return p != nil && *p }
