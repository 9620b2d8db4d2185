package embedded

import (
	"errors"
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

// document is the JSON object of a request. It keeps the error of the first member with
// the wrong shape. Its methods return zero values for such members, and for members that
// are absent or null.
type document struct {
	root     *fastjson.Value
	exchange *exchange // for planted faults; nil: none are planted
	wait     *wait     // what the client waits for
	cache    *expression.Cache
	words    *attribute.Words
	memory   *memory // nil for a part of a request
	err      error
	// outer is the document that contains this one, at place. It is nil for the whole
	// request, and only that one has constraints.
	outer *document
	place string
	constraints
}

// inner returns a part of the document, which has an error of its own.
func (d *document) inner(v *fastjson.Value, place string) *document {
	return &document{root: v, cache: d.cache, words: d.words, outer: d, place: place}
}

// member returns nil if there is no such member, or if it is null.
func (d *document) member(name string) *fastjson.Value {
	v := d.root.Get(name)
	if v == nil || v.Type() == fastjson.TypeNull {
		return nil
	}
	return v
}

func (d *document) wrong(name string, v *fastjson.Value) {
	d.keep(fail(serialization, "the field "+name+" cannot be a JSON "+v.Type().String()))
}

// keep keeps the first problem, but JSON of the wrong shape before any other:
// AWS reads the whole request before it looks at values.
func (d *document) keep(err error) {
	if d.err == nil || !isShape(d.err) && isShape(err) {
		d.err = err
	}
}

func isShape(err error) bool { return asFailure(err).kind == serialization }

// keepOf keeps the error of a part of the document.
func (d *document) keepOf(part *document) {
	if part.err != nil {
		d.keep(part.err)
	}
}

// text returns "" for a member that is not given.
func (d *document) text(name string) string {
	v := d.member(name)
	if v == nil {
		return ""
	}
	return d.textOf(name, v)
}

// textOf returns the text of the member with the given name.
func (d *document) textOf(name string, v *fastjson.Value) string {
	if v.Type() != fastjson.TypeString {
		d.wrong(name, v)
		return ""
	}
	return d.words.Text(v.GetStringBytes())
}

// optionalText returns nil for a member that is not given.
func (d *document) optionalText(name string) *string {
	v := d.member(name)
	if v == nil {
		return nil
	}
	text := d.textOf(name, v)
	return &text
}

func (d *document) truth(name string) bool {
	v := d.member(name)
	if v == nil {
		return false
	}
	truth, err := v.Bool()
	if err != nil {
		d.wrong(name, v)
	}
	return truth
}

// whole returns the whole number of a member, or nil if the member is not given.
func (d *document) whole(name string) *int {
	v := d.member(name)
	if v == nil {
		return nil
	}
	if v.Type() != fastjson.TypeNumber {
		d.wrong(name, v)
		return nil
	}
	n, err := v.Int()
	if err != nil {
		d.keep(fail(serialization, "the field "+name+" cannot be a number that is not whole"))
	}
	return &n
}

// item returns nil for a member that is not given.
func (d *document) item(name string) attribute.Item { return d.itemIn(nil, name) }

// key is item for the key of a request that has exactly one. It is valid until the end of
// the request.
func (d *document) key(name string) attribute.Item { return d.itemIn(d.memory.keys, name) }

// itemIn is item in the given memory; nil is none.
func (d *document) itemIn(memory attribute.Item, name string) attribute.Item {
	v := d.member(name)
	if v == nil {
		return nil
	}
	if v.Type() != fastjson.TypeObject {
		d.wrong(name, v)
		return nil
	}
	item := memory
	if item == nil {
		item = make(attribute.Item, v.GetObject().Len())
	}
	if err := attribute.DecodeInto(item, v, d.words); err != nil {
		d.keep(err)
	}
	return item
}

// items returns nil for a member that is not given. An item that is null in the JSON is
// nil in the result.
func (d *document) items(name string) []attribute.Item {
	v := d.member(name)
	if v == nil {
		return nil
	}
	members, err := v.Array()
	if err != nil {
		d.wrong(name, v)
		return nil
	}
	items := make([]attribute.Item, len(members))
	for i, member := range members {
		if member.Type() == fastjson.TypeNull {
			continue
		}
		if items[i], err = attribute.DecodeItem(member); err != nil {
			d.keep(err)
		}
	}
	return items
}

// expressions are the parameters that all requests with expressions share.
type expressions struct {
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues map[string]attribute.Value
	cache                     *expression.Cache
	memory                    *expression.Placeholders // memory to use again; nil: none
}

func (e *expressions) decode(d *document) {
	var names map[string]string
	var values map[string]attribute.Value
	if d.memory.take() {
		names, values, e.memory = d.memory.names, d.memory.values, &d.memory.placeholders
	}
	e.decodeNames(d, names)
	e.decodeValues(d, values)
}

// decodeNames reads the names into the given memory; nil is none.
func (e *expressions) decodeNames(d *document, memory map[string]string) {
	e.cache = d.cache
	e.ExpressionAttributeNames = decodeMembers(d, memory, "ExpressionAttributeNames", func(key string, v *fastjson.Value) (string, error) {
		if v.Type() != fastjson.TypeString {
			return "", fail(serialization, "the name of "+key+" cannot be a JSON "+v.Type().String())
		}
		return d.words.Text(v.GetStringBytes()), nil
	})
}

// decodeValues reads the values into the given memory; nil is none.
func (e *expressions) decodeValues(d *document, memory map[string]attribute.Value) {
	e.ExpressionAttributeValues = decodeMembers(d, memory, "ExpressionAttributeValues", func(key string, v *fastjson.Value) (attribute.Value, error) {
		value, err := attribute.Decode(v)
		if refused := (*attribute.ValidationError)(nil); errors.As(err, &refused) {
			err = invalid("ExpressionAttributeValues contains invalid value: " + refused.Message + " for key " + key)
		}
		return value, err
	})
}

// decodeMembers reads an object whose members are all of one kind, into the given map or, if
// that is nil, into a new one. It returns nil for an object that is not given.
func decodeMembers[V any](d *document, members map[string]V, name string, decode func(key string, v *fastjson.Value) (V, error)) map[string]V {
	v := d.member(name)
	if v == nil {
		return nil
	}
	object, err := v.Object()
	if err != nil {
		d.wrong(name, v)
		return nil
	}
	if members == nil {
		members = make(map[string]V, object.Len())
	}
	object.Visit(func(raw []byte, member *fastjson.Value) {
		key := d.words.Text(raw)
		value, err := decode(key, member)
		if err != nil {
			d.keep(err)
		}
		members[key] = value
	})
	return members
}

// parameter is a parameter that holds an expression; text is nil if it is not given.
type parameter struct {
	name string
	text *string
}

// placeholders checks the shared parameters of a request with the given expression
// parameters.
func (e *expressions) placeholders(parameters ...parameter) (*expression.Placeholders, error) {
	return e.placeholdersOf(parameters, parameters)
}

// placeholdersOf is placeholders for a request in which only the expressions withValues
// may use values.
func (e *expressions) placeholdersOf(parameters, withValues []parameter) (*expression.Placeholders, error) {
	isGiven := func(p parameter) bool { return p.text != nil }
	switch {
	case e.ExpressionAttributeNames != nil && !slices.ContainsFunc(parameters, isGiven):
		return nil, errNamesAlone()
	case e.ExpressionAttributeValues != nil && !slices.ContainsFunc(withValues, isGiven):
		return nil, invalid("ExpressionAttributeValues can only be specified when using expressions: " + areNull(withValues))
	}
	p, err := e.unchecked()
	if err == nil {
		p.CheckLater()
	}
	return p, err
}

// given checks the shared parameters, even if there are no expressions.
func (e *expressions) given() (*expression.Placeholders, error) {
	p, err := e.unchecked()
	if err != nil {
		return nil, err
	}
	return p, p.Check()
}

func (e *expressions) unchecked() (*expression.Placeholders, error) {
	switch {
	case e.ExpressionAttributeNames != nil && len(e.ExpressionAttributeNames) == 0:
		return nil, invalid("ExpressionAttributeNames must not be empty")
	case e.ExpressionAttributeValues != nil && len(e.ExpressionAttributeValues) == 0:
		return nil, invalid("ExpressionAttributeValues must not be empty")
	}
	p := e.memory
	if p == nil {
		p = &expression.Placeholders{}
	}
	p.Again(e.ExpressionAttributeNames, e.ExpressionAttributeValues, e.cache)
	return p, nil
}

func errNamesAlone() error {
	return invalid("ExpressionAttributeNames can only be specified when using expressions")
}

func areNull(parameters []parameter) string {
	if len(parameters) == 1 {
		return parameters[0].name + " is null"
	}
	names := make([]string, len(parameters))
	for i, p := range parameters {
		names[i] = p.name
	}
	return strings.Join(names, " and ") + " are null"
}

// unsupported refuses the parameters that this server does not support and must not
// ignore.
func (d *document) unsupported(names ...string) {
	for _, name := range names {
		if d.member(name) != nil {
			d.keep(invalid("the parameter " + name + " is not supported by this server"))
		}
	}
}

// supported refuses all parameters but the named ones.
func (d *document) supported(names ...string) {
	d.root.GetObject().Visit(func(name []byte, _ *fastjson.Value) {
		if !slices.Contains(names, string(name)) {
			d.unsupported(string(name))
		}
	})
}
