package embedded

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf8"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

// plain reads the body of a usual request in one pass, without a tree of its JSON. It takes
// only bodies as the SDK writes them: no blanks, no escapes, no nulls, values that are
// strings or short whole numbers, and nothing that a constraint of the API refuses. All
// other bodies go by [document], so that the code that refuses requests exists only once.
type plain struct {
	rest    []byte // what is left of the body; nothing once it is unusual
	unusual bool
	buffer  *buffer
	cache   *expression.Cache
}

// readPlain reads the body into the request in b.memory, and reports whether it is plain. If
// it is not, the memory must be emptied.
func (b *buffer) readPlain(operation string, d *document) bool {
	isUsual := operation == "UpdateItem" || operation == "GetItem"
	if !isUsual || bytes.IndexByte(b.body, '\\') >= 0 || !utf8.Valid(b.body) {
		return false
	}
	p := plain{rest: b.body, buffer: b, cache: d.cache}
	if operation == "UpdateItem" {
		p.update(&b.memory.update)
		b.memory.update.exchange = d.exchange
	} else {
		p.get(&b.memory.get)
		b.memory.get.exchange = d.exchange
	}
	return !p.unusual && len(p.rest) == 0
}

func (p *plain) update(r *updateItemRequest) {
	*r = updateItemRequest{} // it may be used again
	metrics := ""
	for more := p.open(); more; more = p.another() {
		switch string(p.name()) {
		case "TableName":
			p.table(&r.TableName)
		case "Key":
			p.key(&r.Key)
		case "UpdateExpression":
			p.optional(&r.UpdateExpression, &p.buffer.texts[0])
		case "ConditionExpression":
			p.optional(&r.ConditionExpression, &p.buffer.texts[1])
		case "ExpressionAttributeNames":
			p.names(&r.expressions)
		case "ExpressionAttributeValues":
			p.values(&r.expressions)
		case "ReturnValues":
			p.chosen(&r.ReturnValues, returnValues)
		case "ReturnValuesOnConditionCheckFailure":
			p.chosen(&r.ReturnValuesOnConditionCheckFailure, returnedOnFailure)
		case "ReturnConsumedCapacity":
			p.chosen(&r.ReturnConsumedCapacity, capacityReports)
		case "ReturnItemCollectionMetrics":
			p.chosen(&metrics, metricsReports)
		default:
			p.demand(false)
		}
	}
	p.demand(r.TableName != "" && r.Key != nil)
	p.remember(&r.expressions)
}

func (p *plain) get(r *getItemRequest) {
	*r = getItemRequest{} // it may be used again
	knowsConsistent := false
	for more := p.open(); more; more = p.another() {
		switch string(p.name()) {
		case "TableName":
			p.table(&r.TableName)
		case "Key":
			p.key(&r.Key)
		case "ConsistentRead":
			p.demand(!knowsConsistent)
			knowsConsistent = true
			if r.ConsistentRead = p.take("true"); !r.ConsistentRead {
				p.expect("false")
			}
		case "ProjectionExpression":
			p.optional(&r.ProjectionExpression, &p.buffer.texts[0])
		case "ExpressionAttributeNames":
			p.names(&r.expressions)
		case "ReturnConsumedCapacity":
			p.chosen(&r.ReturnConsumedCapacity, capacityReports)
		default:
			p.demand(false)
		}
	}
	p.demand(r.TableName != "" && r.Key != nil)
	p.remember(&r.expressions)
}

// remember gives the expressions of a request the memory of its buffer.
func (p *plain) remember(e *expressions) {
	p.buffer.memory.take()
	e.cache, e.memory = p.cache, &p.buffer.memory.placeholders
}

// demand marks the body as unusual unless isPlain is true.
func (p *plain) demand(isPlain bool) {
	if !isPlain {
		p.unusual, p.rest = true, nil
	}
}

// take reads a text that may come next, and reports whether it did.
func (p *plain) take(text string) bool {
	if len(p.rest) < len(text) || string(p.rest[:len(text)]) != text {
		return false
	}
	p.rest = p.rest[len(text):]
	return true
}

func (p *plain) expect(text string) { p.demand(p.take(text)) }

// open begins an object, which must have members.
func (p *plain) open() bool {
	p.expect("{")
	return !p.unusual
}

// another goes on to the next member of an object. It returns false at the end.
func (p *plain) another() bool {
	if p.take(",") {
		return true
	}
	p.expect("}")
	return false
}

// text reads a string.
func (p *plain) text() []byte {
	p.expect(`"`)
	end := bytes.IndexByte(p.rest, '"')
	if end < 0 {
		p.demand(false)
		return nil
	}
	text := p.rest[:end]
	p.rest = p.rest[end+1:]
	return text
}

// name reads the name of a member.
func (p *plain) name() []byte {
	name := p.text()
	p.expect(":")
	return name
}

// word reads a string that requests repeat.
func (p *plain) word() string { return p.buffer.words.Text(p.text()) }

// The following methods read a member, which must not have been read before.

func (p *plain) table(name *string) {
	p.demand(*name == "")
	*name = p.word()
	p.demand(*name != "" && len(*name) <= maxTableName && isTableText(*name))
}

func (p *plain) optional(text **string, room *string) {
	p.demand(*text == nil)
	*room = p.word()
	*text = room
}

func (p *plain) chosen(value *string, allowed []string) {
	p.demand(*value == "")
	text := p.text()
	i := slices.IndexFunc(allowed, func(one string) bool { return one == string(text) })
	if p.demand(i >= 0); i >= 0 {
		*value = allowed[i]
	}
}

func (p *plain) key(key *attribute.Item) {
	p.demand(*key == nil)
	*key = p.buffer.memory.keys
	for more := p.open(); more; more = p.another() {
		name := p.buffer.words.Text(p.name())
		p.demand(attribute.CheckName(name) == nil)
		(*key)[name] = p.value()
	}
}

func (p *plain) names(e *expressions) {
	p.demand(e.ExpressionAttributeNames == nil)
	e.ExpressionAttributeNames = p.buffer.memory.names
	for more := p.open(); more; more = p.another() {
		placeholder := p.buffer.words.Text(p.name())
		e.ExpressionAttributeNames[placeholder] = p.word()
	}
}

func (p *plain) values(e *expressions) {
	p.demand(e.ExpressionAttributeValues == nil)
	e.ExpressionAttributeValues = &p.buffer.memory.values
	for more := p.open(); more; more = p.another() {
		placeholder := p.buffer.words.Text(p.name())
		e.ExpressionAttributeValues.Set(placeholder, p.value())
	}
}

// value reads the value of an attribute.
func (p *plain) value() (v attribute.Value) {
	switch {
	case p.take(`{"S":`):
		v = attribute.Value{Kind: attribute.String, Text: string(p.text())}
	case p.take(`{"N":`):
		n, err := strconv.ParseInt(string(p.text()), 10, 64)
		p.demand(err == nil)
		v = attribute.Of(n)
	default:
		p.demand(false)
	}
	p.expect("}")
	return v
}
