package embedded

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/valyala/fastjson"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
	"contend/internal/embedded/throughput"
)

type batchGetItemRequest struct {
	tables []*batchedTable // in the request's order
	reporting
	exchange *exchange

	// What came of the keys until now.
	bytes     int   // of the items that were read
	read      int   // keys
	throttled error // of one that was; nil: none
}

// batchedTable is what a BatchGetItem asks of one table, and what it has of it.
type batchedTable struct {
	name                 string
	Keys                 []attribute.Item // nil ones were null
	ConsistentRead       bool
	ProjectionExpression *string
	expressions

	table       *table
	projection  *expression.Projection // nil: whole items
	items       []attribute.Item
	unprocessed []attribute.Item // keys
	units       float64
}

func (r *batchGetItemRequest) decode(d *document) {
	r.reporting.decode(d)
	r.exchange = d.exchange
	const member = "RequestItems"
	if !d.demandMember(member) {
		return
	}
	v := d.member(member)
	if v.Type() != fastjson.TypeObject {
		d.wrong(member, v)
		return
	}
	demandTableKeys(d, member, v)
	v.GetObject().Visit(func(name []byte, member *fastjson.Value) {
		b, of := &batchedTable{name: string(name)}, d.inner(member, "requestItems."+string(name)+".member")
		b.decode(of)
		d.keepOf(of)
		r.tables = append(r.tables, b)
	})
}

// take takes the tables in the order of their names, because the SDK has none.
func (r *batchGetItemRequest) take(in *intake, i *dynamodb.BatchGetItemInput) {
	r.reporting, r.exchange = in.reporting(i.ReturnConsumedCapacity), in.exchange
	in.demand(len(i.RequestItems) > 0)
	for _, name := range slices.Sorted(maps.Keys(i.RequestItems)) {
		of := i.RequestItems[name]
		in.demand(validTableName(name) && of.AttributesToGet == nil && len(of.Keys) > 0 && len(of.Keys) <= maxBatchKeys)
		b := &batchedTable{
			name: name, Keys: make([]attribute.Item, len(of.Keys)), ConsistentRead: isTrue(of.ConsistentRead),
			ProjectionExpression: in.text(of.ProjectionExpression), expressions: in.expressions(of.ExpressionAttributeNames, nil),
		}
		for i, key := range of.Keys {
			b.Keys[i] = in.item(key)
		}
		r.tables = append(r.tables, b)
	}
}

// demandTableKeys demands that there are tables, and that what names them can.
func demandTableKeys(d *document, member string, v *fastjson.Value) {
	tables := v.GetObject()
	if tables.Len() == 0 {
		d.demandUnshown(member, atLeast("length", 1))
		return
	}
	allowed := true
	tables.Visit(func(name []byte, _ *fastjson.Value) { allowed = allowed && validTableName(string(name)) })
	if !allowed {
		d.demand(member, quoted(string(v.MarshalTo(nil))), fmt.Sprintf("Map keys must satisfy constraint: [%s, %s, Member must satisfy regular expression pattern: %s]",
			atMost("length", maxTableName), atLeast("length", minTableName), tableNamePattern))
	}
}

// demandKeys demands a list of keys that is neither empty nor too long.
func (b *batchedTable) demandKeys(d *document) {
	const member = "Keys"
	if !d.demandMember(member) {
		return
	}
	v, place := d.member(member), "RequestItems."+b.name+".member."+member
	if v.Type() != fastjson.TypeArray {
		return
	}
	switch n := len(v.GetArray()); {
	case n == 0:
		d.demandUnshown(place, atLeast("length", 1))
	case n > maxBatchKeys:
		d.demandUnshown(place, atMost("length", maxBatchKeys))
	}
}

func (b *batchedTable) decode(d *document) {
	if d.root.Type() != fastjson.TypeNull && d.root.Type() != fastjson.TypeObject {
		d.wrong(b.name, d.root)
		return
	}
	b.demandKeys(d)
	b.Keys = d.items("Keys")
	b.ConsistentRead = d.truth("ConsistentRead")
	b.ProjectionExpression = d.optionalText("ProjectionExpression")
	b.decodeNames(d, nil)
	d.unsupported("AttributesToGet")
}

// The limits of one BatchGetItem.
const (
	maxBatchKeys  = 100
	maxBatchBytes = 16 << 20
)

func (s *Server) batchGetItem(r *batchGetItemRequest) (*batchGetItemRequest, error) {
	if err := s.prepareBatch(r); err != nil {
		return nil, err
	}
	for _, b := range r.tables {
		for _, key := range b.Keys {
			if !s.readBatched(r, b, key) {
				b.unprocessed = append(b.unprocessed, key)
			}
		}
	}
	if r.read == 0 && r.throttled != nil {
		return nil, r.throttled
	}
	for _, b := range r.tables {
		b.items = projected(b.items, b.projection)
	}
	return r, nil
}

// readBatched reads one key, and reports false for one that is left.
func (s *Server) readBatched(r *batchGetItemRequest, b *batchedTable, key attribute.Item) bool {
	at := b.table.look(key)
	defer b.table.leave(at)
	item, size := at.cell.read(b.ConsistentRead, b.table.lag)
	if r.bytes+size > maxBatchBytes {
		r.bytes = maxBatchBytes // nothing smaller is let past
		return false
	}
	units := readUnits(size, b.ConsistentRead)
	if short := b.table.takeReads(at.partition, at.sort, units); short != throughput.None {
		r.throttled = b.table.exceeded("Read", short)
		return false
	}
	if r.exchange != nil && b.ConsistentRead {
		item = s.planted.read(at.cell, r.exchange)
	}
	r.read++
	r.bytes += size
	b.take(item, units)
	return true
}

// take adds an item, nil for none, to what was read.
func (b *batchedTable) take(item attribute.Item, units float64) {
	b.units += units
	if item != nil {
		b.items = append(b.items, item)
	}
}

// prepareBatch checks everything that does not depend on stored items, in
// DynamoDB's order: each check of all tables before the next.
func (s *Server) prepareBatch(r *batchGetItemRequest) error {
	if err := r.checkKeys(); err != nil {
		return err
	}
	for _, b := range r.tables {
		var err error
		if b.table, err = s.table(b.name); err != nil {
			return err
		}
	}
	for _, b := range r.tables {
		for _, key := range b.Keys {
			if err := b.table.checkKey(key); err != nil {
				return err
			}
		}
	}
	for _, b := range r.tables {
		if err := b.parse(); err != nil {
			return err
		}
	}
	return nil
}

// checkKeys checks what needs no table.
func (r *batchGetItemRequest) checkKeys() error {
	count := 0
	for _, b := range r.tables {
		if b.ExpressionAttributeNames != nil && b.ProjectionExpression == nil {
			return errNamesAlone()
		}
		if slices.ContainsFunc(b.Keys, func(key attribute.Item) bool { return key == nil }) {
			return invalid("The list of keys in RequestItems for BatchGetItem may not contain null or empty values: " + b.name + " has one or more empty keys")
		}
		if b.hasDuplicates() {
			return invalid("Provided list of item keys contains duplicates")
		}
		count += len(b.Keys)
	}
	if count > maxBatchKeys {
		return invalid("Too many items requested for the BatchGetItem call")
	}
	return nil
}

func (b *batchedTable) hasDuplicates() bool {
	for i, key := range b.Keys {
		if slices.ContainsFunc(b.Keys[:i], func(other attribute.Item) bool { return same(key, other) }) {
			return true
		}
	}
	return false
}

// parse reads the projection.
func (b *batchedTable) parse() error {
	placeholders, err := b.placeholders(parameter{"ProjectionExpression", b.ProjectionExpression})
	if err != nil {
		return err
	}
	if b.projection, err = parseProjection(b.ProjectionExpression, placeholders); err != nil {
		return err
	}
	if err := placeholders.Unused(); err != nil || b.projection == nil {
		return err
	}
	return b.table.checkScalars(b.projection.Uses())
}

// appendJSON appends the answer to the request.
func (r *batchGetItemRequest) appendJSON(reply []byte) []byte {
	reply = append(reply, `{"Responses":{`...)
	for i, b := range r.tables {
		reply = appendName(reply, i, b.name)
		reply = appendItems(reply, b.items)
	}
	reply = append(reply, `},"UnprocessedKeys":{`...)
	reply = r.appendUnprocessed(reply)
	reply = append(reply, '}')
	if r.isAsked() {
		reply = append(reply, `,"ConsumedCapacity":[`...)
		for i, b := range r.tables {
			if i > 0 {
				reply = append(reply, ',')
			}
			reply = consumed{r.reporting, b.name, b.units}.appendJSON(reply)
		}
		reply = append(reply, ']')
	}
	return append(reply, '}')
}

// appendUnprocessed appends the tables with keys that are left, as a request
// for them has them.
func (r *batchGetItemRequest) appendUnprocessed(dst []byte) []byte {
	tables := 0
	for _, b := range r.tables {
		if len(b.unprocessed) == 0 {
			continue
		}
		dst = appendName(dst, tables, b.name)
		dst = b.appendRequest(dst)
		tables++
	}
	return dst
}

func (b *batchedTable) appendRequest(dst []byte) []byte {
	dst = append(dst, `{"Keys":`...)
	dst = appendItems(dst, b.unprocessed)
	if b.ConsistentRead {
		dst = append(dst, `,"ConsistentRead":true`...)
	}
	if b.ProjectionExpression != nil {
		dst = append(dst, `,"ProjectionExpression":`...)
		dst = attribute.AppendText(dst, *b.ProjectionExpression)
	}
	if b.ExpressionAttributeNames != nil {
		dst = append(dst, `,"ExpressionAttributeNames":{`...)
		i := 0
		for placeholder, name := range b.ExpressionAttributeNames {
			dst = appendName(dst, i, placeholder)
			dst = attribute.AppendText(dst, name)
			i++
		}
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

// appendName begins member i of an object.
func appendName(dst []byte, i int, name string) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	return append(attribute.AppendText(dst, name), ':')
}
