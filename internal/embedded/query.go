package embedded

import (
	"iter"
	"strconv"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

type queryRequest struct {
	TableName              string
	KeyConditionExpression *string
	FilterExpression       *string
	ProjectionExpression   *string
	ExclusiveStartKey      attribute.Item
	Select                 string
	Limit                  *int
	ConsistentRead         bool
	backward               bool // the wire's ScanIndexForward is false
	expressions
	reporting
}

func (r *queryRequest) decode(d *document) {
	r.Select = d.oneOf("Select", "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
	r.reporting.decode(d)
	r.TableName = d.tableOfItems()
	r.Limit = d.limit()
	r.KeyConditionExpression = d.optionalText("KeyConditionExpression")
	r.FilterExpression = d.optionalText("FilterExpression")
	r.ProjectionExpression = d.optionalText("ProjectionExpression")
	r.ExclusiveStartKey = d.item("ExclusiveStartKey")
	r.ConsistentRead = d.truth("ConsistentRead")
	r.backward = d.member("ScanIndexForward") != nil && !d.truth("ScanIndexForward")
	r.expressions.decode(d)
	d.unsupported("IndexName", "KeyConditions", "QueryFilter", "AttributesToGet", "ConditionalOperator")
}

// query is a Query that was checked.
type query struct {
	*queryRequest
	table      *table
	hash       attribute.Value
	keys       keyRange
	filter     *expression.Condition  // nil: all pass
	projection *expression.Projection // nil: whole items
}

func (s *Server) query(r *queryRequest, reply []byte) ([]byte, error) {
	t, err := s.table(r.TableName)
	if err != nil {
		return reply, err
	}
	q, err := r.prepare(t)
	if err != nil {
		return reply, err
	}
	p := t.lookAt(q.hash)
	page := q.page(p.within(q.keys, r.backward))
	defer t.leave(spot{partition: p})
	units := readUnits(page.bytes, r.ConsistentRead)
	if short := t.takeReads(p, units); short != enough {
		return reply, t.throttled("Read", short)
	}
	return q.answer(reply, page, units), nil
}

// page is the answer to one Query.
type page struct {
	items   []attribute.Item // that pass the filter
	scanned int              // items evaluated
	bytes   int              // of them
	last    attribute.Item   // one after which there may be more; nil: there are none
}

// maxPageBytes: a page ends with the item that makes it so large.
const maxPageBytes = 1 << 20

// page evaluates items until it is full. Each item is read separately: a Query is not a
// snapshot.
func (q *query) page(cells iter.Seq[*cell]) page {
	p, latest := page{}, attribute.Item(nil)
	for c := range cells {
		q.table.expire(c)
		item := c.read(q.ConsistentRead, q.table.lag)
		switch {
		case item == nil:
			continue
		case p.bytes >= maxPageBytes:
			p.last = latest
			return p
		}
		latest = item
		p.scanned++
		p.bytes += attribute.Size(item)
		if q.filter == nil || q.filter.Match(item) {
			p.items = append(p.items, item)
		}
		if q.Limit != nil && p.scanned == *q.Limit {
			if !q.ends(item) {
				p.last = item
			}
			return p
		}
	}
	return p
}

// ends reports whether no item can follow.
func (q *query) ends(item attribute.Item) bool {
	sort := q.table.sort.name
	return sort == "" || q.keys.ends(item[sort], q.backward)
}

func (q *query) answer(reply []byte, p page, units float64) []byte {
	reply = append(reply, '{')
	if q.Select != "COUNT" {
		reply = append(reply, `"Items":`...)
		reply = appendItems(reply, p.items, q.projection)
		reply = append(reply, ',')
	}
	reply = append(reply, `"Count":`...)
	reply = strconv.AppendInt(reply, int64(len(p.items)), 10)
	reply = append(reply, `,"ScannedCount":`...)
	reply = strconv.AppendInt(reply, int64(p.scanned), 10)
	if p.last != nil {
		reply = append(reply, `,"LastEvaluatedKey":`...)
		reply = attribute.AppendItem(reply, q.table.keyOf(p.last))
	}
	reply = q.appendCapacity(reply, q.TableName, units)
	return append(reply, '}')
}

// appendItems appends a list of items; a nil projection shows them whole.
func appendItems(dst []byte, items []attribute.Item, projection *expression.Projection) []byte {
	dst = append(dst, '[')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		if projection != nil {
			item = projection.Apply(item)
		}
		dst = attribute.AppendItem(dst, item)
	}
	return append(dst, ']')
}
