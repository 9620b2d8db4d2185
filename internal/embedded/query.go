package embedded

import (
	"iter"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
	"contend/internal/embedded/throughput"
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
	r.Select = d.oneOf("Select", selections...)
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

var selections = []string{"SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"}

func (r *queryRequest) take(in *intake, i *dynamodb.QueryInput) {
	in.demand(i.IndexName == nil && i.KeyConditions == nil && i.QueryFilter == nil && i.AttributesToGet == nil && i.ConditionalOperator == "")
	*r = queryRequest{
		TableName:              in.table(i.TableName),
		KeyConditionExpression: in.text(i.KeyConditionExpression),
		FilterExpression:       in.text(i.FilterExpression),
		ProjectionExpression:   in.text(i.ProjectionExpression),
		Select:                 chosen(in, i.Select, selections),
		ConsistentRead:         isTrue(i.ConsistentRead),
		backward:               i.ScanIndexForward != nil && !*i.ScanIndexForward,
		expressions:            in.expressions(i.ExpressionAttributeNames, i.ExpressionAttributeValues),
		reporting:              in.reporting(i.ReturnConsumedCapacity),
	}
	if i.ExclusiveStartKey != nil {
		r.ExclusiveStartKey = in.item(i.ExclusiveStartKey)
	}
	if i.Limit != nil {
		limit := int(*i.Limit)
		in.demand(limit > 0)
		r.Limit = &limit
	}
}

// query is a Query that was checked.
type query struct {
	*queryRequest
	table      *table
	hash       attribute.Value
	keys       keyRange
	filter     *expression.Condition  // nil: all pass
	projection *expression.Projection // nil: whole items
	read       *throughput.Collection // what is read, by partition
}

func (s *Server) query(r *queryRequest) (found, error) {
	t, err := s.table(r.TableName)
	if err != nil {
		return found{}, err
	}
	q, err := r.prepare(t)
	if err != nil {
		return found{}, err
	}
	p := t.lookAt(q.hash)
	q.read = t.throughput.Collection(keyText(q.hash))
	page := q.page(p.within(q.keys, r.backward))
	defer t.leave(spot{partition: p})
	units := readUnits(page.bytes, r.ConsistentRead)
	if short := t.takeCollection(p, q.read, units); short != throughput.None {
		return found{}, t.throttled("Read", short)
	}
	return q.found(page, units), nil
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
		item, size := c.read(q.ConsistentRead, q.table.lag)
		switch {
		case item == nil:
			continue
		case p.bytes >= maxPageBytes:
			p.last = latest
			return p
		}
		latest = item
		p.scanned++
		p.bytes += size
		q.read.Add(keyText(item[q.table.sort.name]), size)
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

// found is the answer to a Query.
type found struct {
	items          []attribute.Item
	isCount        bool // the items are not shown
	count, scanned int
	last           attribute.Item // the key after which there may be more; nil: there are none
	consumed
}

// found shows a page as the request wants it.
func (q *query) found(p page, units float64) found {
	f := found{
		items: p.items, isCount: q.Select == "COUNT", count: len(p.items), scanned: p.scanned,
		consumed: consumed{q.reporting, q.TableName, units},
	}
	if !f.isCount {
		f.items = projected(p.items, q.projection)
	}
	if p.last != nil {
		f.last = q.table.keyOf(p.last)
	}
	return f
}

// projected replaces items by what a projection shows of them; a nil one shows them whole.
func projected(items []attribute.Item, projection *expression.Projection) []attribute.Item {
	if projection != nil {
		for i, item := range items {
			items[i] = projection.Apply(item)
		}
	}
	return items
}

func (f found) appendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	if !f.isCount {
		dst = append(dst, `"Items":`...)
		dst = appendItems(dst, f.items)
		dst = append(dst, ',')
	}
	dst = append(dst, `"Count":`...)
	dst = strconv.AppendInt(dst, int64(f.count), 10)
	dst = append(dst, `,"ScannedCount":`...)
	dst = strconv.AppendInt(dst, int64(f.scanned), 10)
	if f.last != nil {
		dst = append(dst, `,"LastEvaluatedKey":`...)
		dst = attribute.AppendItem(dst, f.last)
	}
	return append(f.appendMember(dst), '}')
}

func appendItems(dst []byte, items []attribute.Item) []byte {
	dst = append(dst, '[')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = attribute.AppendItem(dst, item)
	}
	return append(dst, ']')
}
