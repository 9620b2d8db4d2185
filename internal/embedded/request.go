package embedded

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

// expressions are the parameters that all requests with expressions share.
type expressions struct {
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues values
}

// values reads ExpressionAttributeValues and names the key of a bad one.
type values map[string]attribute.Value

func (v *values) UnmarshalJSON(text []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil || raw == nil {
		return err
	}
	*v = make(values, len(raw))
	for key, member := range raw {
		var value attribute.Value
		if err := value.UnmarshalJSON(member); err != nil {
			return &attribute.ValidationError{Message: fmt.Sprintf("ExpressionAttributeValues contains invalid value: %v for key %s", err, key)}
		}
		(*v)[key] = value
	}
	return nil
}

// placeholders checks the shared parameters. texts are the expressions of the
// request by name, nil where one is not given.
func (e *expressions) placeholders(texts map[string]*string) (*expression.Placeholders, error) {
	given, names := 0, make([]string, 0, len(texts))
	for name, text := range texts {
		names = append(names, name+" is null")
		if text != nil {
			given++
		}
	}
	slices.Sort(names)
	switch {
	case e.ExpressionAttributeNames != nil && given == 0:
		return nil, invalid("ExpressionAttributeNames can only be specified when using expressions" + nulls(names))
	case e.ExpressionAttributeValues != nil && given == 0:
		return nil, invalid("ExpressionAttributeValues can only be specified when using expressions" + nulls(names))
	case e.ExpressionAttributeNames != nil && len(e.ExpressionAttributeNames) == 0:
		return nil, invalid("ExpressionAttributeNames must not be empty")
	case e.ExpressionAttributeValues != nil && len(e.ExpressionAttributeValues) == 0:
		return nil, invalid("ExpressionAttributeValues must not be empty")
	}
	p := &expression.Placeholders{Names: e.ExpressionAttributeNames, Values: e.ExpressionAttributeValues}
	return p, p.Check()
}

func nulls(names []string) string { return ": " + strings.Join(names, " and ") }

// unsupported refuses parameters that this server has not, and that must not
// be ignored.
func unsupported(parameters map[string]json.RawMessage) error {
	for name, value := range parameters {
		if len(value) > 0 && string(value) != "null" {
			return invalid("the parameter " + name + " is not supported by this server")
		}
	}
	return nil
}

// reporting is how a request wants its consumed capacity told.
type reporting struct{ ReturnConsumedCapacity string }

func (r reporting) check() error {
	switch r.ReturnConsumedCapacity {
	case "", "NONE", "TOTAL", "INDEXES":
		return nil
	}
	return enumError(r.ReturnConsumedCapacity, "returnConsumedCapacity", "[INDEXES, TOTAL, NONE]")
}

func enumError(value, parameter, allowed string) error {
	return invalid(fmt.Sprintf("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: %s",
		value, parameter, allowed))
}

// appendCapacity appends a reply's ConsumedCapacity member, with a comma before
// it if the reply has others.
func (r reporting) appendCapacity(dst []byte, table string, units float64) []byte {
	if r.ReturnConsumedCapacity != "TOTAL" && r.ReturnConsumedCapacity != "INDEXES" {
		return dst
	}
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	dst = append(dst, `"ConsumedCapacity":{"TableName":`...)
	dst = attribute.AppendText(dst, table)
	dst = fmt.Appendf(dst, `,"CapacityUnits":%.1f`, units)
	if r.ReturnConsumedCapacity == "INDEXES" {
		dst = fmt.Appendf(dst, `,"Table":{"CapacityUnits":%.1f}`, units)
	}
	return append(dst, '}')
}
