package embedded

import (
	"errors"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

// intake reads inputs of the SDK, as [document] reads JSON. It takes only plain inputs:
// JSON would not change them, and no constraint of the API refuses them. All other inputs
// go by JSON, so that the code that refuses inputs exists only once.
type intake struct {
	unusual  bool // something was not plain
	exchange *exchange
	cache    *expression.Cache

	memory
}

var intakes = sync.Pool{New: func() any { return &intake{memory: newMemory()} }}

// newIntake returns an intake for one request. [intake.release] gives it back.
func (s *Server) newIntake(x *exchange) *intake {
	in := intakes.Get().(*intake)
	in.begin()
	in.unusual, in.exchange, in.cache = false, x, s.read
	return in
}

// release gives an intake back, unless a planted fault may remember the request.
func (in *intake) release() {
	if in.exchange == nil && in.isSmall() {
		intakes.Put(in)
	}
}

// errUnusual says that an input must go by JSON. Nothing has been carried out.
var errUnusual = errors.New("not a plain input")

// taken reads an input by take, and reports whether the input is plain.
func taken[Input any](in *intake, i *Input, take func(*intake, *Input)) bool {
	if i == nil {
		return false
	}
	take(in, i)
	return !in.unusual
}

// demand marks the input as unusual unless isPlain is true.
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

// chosen takes the value of a parameter that has only the allowed values; "" means that
// it is not given.
func chosen[E ~string](in *intake, value E, allowed []string) string {
	in.demand(value == "" || slices.Contains(allowed, string(value)))
	return string(value)
}

func (in *intake) reporting(r types.ReturnConsumedCapacity) reporting {
	return reporting{chosen(in, r, capacityReports)}
}

// key takes the key of a request that has exactly one key; it must be given.
func (in *intake) key(key map[string]types.AttributeValue) attribute.Item {
	in.demand(key != nil && attribute.ItemFromSDK(in.keys, key))
	return in.keys
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
	isFirst := in.take()
	if isFirst {
		e.memory = &in.placeholders
	}
	switch {
	case values == nil:
		return e
	case isFirst:
		e.ExpressionAttributeValues = &in.values
	default:
		e.ExpressionAttributeValues = &expression.Values{}
	}
	for placeholder, v := range values {
		value, ok := attribute.FromSDK(v)
		in.demand(ok && utf8.ValidString(placeholder))
		e.ExpressionAttributeValues.Set(placeholder, value)
	}
	return e
}

// isTrue is false for a parameter that is nil.
func isTrue(p *bool) bool { return p != nil && *p }
