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
	isPlain  bool      // it has no root: the request in the memory has been read, see [plain]
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
	ExpressionAttributeValues *expression.Values
	cache                     *expression.Cache
	memory                    *expression.Placeholders // memory to use again; nil: none
}

func (e *expressions) decode(d *document) {
	var names map[string]string
	var values *expression.Values
	if d.memory.take() {
		names, values, e.memory = d.memory.names, &d.memory.values, &d.memory.placeholders
	}
	e.decodeNames(d, names)
	e.decodeValues(d, values)
}

// decodeNames reads the names into the given memory; nil is none.
func (e *expressions) decodeNames(d *document, names map[string]string) {
	e.cache = d.cache
	if names == nil {
		names = map[string]string{}
	}
	given := d.visit("ExpressionAttributeNames", func(key string, v *fastjson.Value) {
		if v.Type() != fastjson.TypeString {
			d.keep(fail(serialization, "the name of "+key+" cannot be a JSON "+v.Type().String()))
		}
		names[key] = d.words.Text(v.GetStringBytes())
	})
	if given {
		e.ExpressionAttributeNames = names
	}
}

// decodeValues reads the values into the given memory; nil is none.
func (e *expressions) decodeValues(d *document, values *expression.Values) {
	if values == nil {
		values = &expression.Values{}
	}
	given := d.visit("ExpressionAttributeValues", func(key string, v *fastjson.Value) {
		value, err := attribute.Decode(v)
		if refused := (*attribute.ValidationError)(nil); errors.As(err, &refused) {
			err = invalid("ExpressionAttributeValues contains invalid value: " + refused.Message + " for key " + key)
		}
		if err != nil {
			d.keep(err)
		}
		values.Set(key, value)
	})
	if given {
		e.ExpressionAttributeValues = values
	}
}

// visit calls do for each member of an object. It reports false for an object that is not
// given.
func (d *document) visit(name string, do func(key string, v *fastjson.Value)) bool {
	v := d.member(name)
	if v == nil {
		return false
	}
	object, err := v.Object()
	if err != nil {
		d.wrong(name, v)
		return false
	}
	object.Visit(func(key []byte, member *fastjson.Value) { do(d.words.Text(key), member) })
	return true
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
	case e.ExpressionAttributeValues != nil && e.ExpressionAttributeValues.Len() == 0:
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
