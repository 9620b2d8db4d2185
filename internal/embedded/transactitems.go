package embedded

import (
	"fmt"

	"github.com/valyala/fastjson"

	"contend/internal/embedded/attribute"
)

// Limits of transactions (Developer Guide, "Quotas").
const (
	maxTransactItems    = 100
	maxTransactionBytes = 4 << 20
)

// objects are the elements of a list of objects, each a document with an error
// of its own; nil if the list was not given.
func (d *document) objects(name string) []*document {
	v := d.member(name)
	if v == nil {
		return nil
	}
	elements, err := v.Array()
	if err != nil {
		d.wrong(name, v)
		return nil
	}
	all := make([]*document, len(elements))
	for i, element := range elements {
		if element.Type() != fastjson.TypeObject {
			d.wrong(name, element)
			return nil
		}
		all[i] = d.inner(element, memberPlace(name, i))
	}
	return all
}

// object is a member that is one, a document with an error of its own; nil if
// it was not given.
func (d *document) object(name string) *document {
	v := d.member(name)
	if v == nil {
		return nil
	}
	if v.Type() != fastjson.TypeObject {
		d.wrong(name, v)
		return nil
	}
	return d.inner(v, lowerFirst(name))
}

// decodeObjects reads a list of objects; it is nil if the list was not given.
func decodeObjects[T any](d *document, name string, decode func(*document) T) []T {
	objects := d.objects(name)
	if objects == nil {
		return nil
	}
	all := make([]T, len(objects))
	for i, o := range objects {
		all[i] = decode(o)
		d.keepOf(o)
	}
	return all
}

// demandActions demands a list of actions that is neither empty nor too long.
// Of one that is too long AWS shows nothing, or the names that its objects have
// in memory; it is told in the words that can be known.
func demandActions(d *document) {
	const member = "TransactItems"
	if !d.demandMember(member) {
		return
	}
	v := d.member(member)
	if v.Type() != fastjson.TypeArray {
		return
	}
	switch n := len(v.GetArray()); {
	case n == 0:
		d.demand(member, "'[]'", atLeast("length", 1))
	case n > maxTransactItems:
		d.demandUnshown(member, atMost("length", maxTransactItems))
	}
}

// consumedOfAll is what a transaction consumed.
type consumedOfAll struct {
	reporting
	tables []tableUnits // nil if nobody asks
	side   string       // "Read" or "Write"
}

// consumedOf returns what a transaction consumed for its items.
func (r reporting) consumedOf(all []*participant, side string) consumedOfAll {
	c := consumedOfAll{reporting: r, side: side}
	if r.isAsked() {
		c.tables = totals(all)
	}
	return c
}

// appendMember appends a reply's ConsumedCapacity if it is asked for, with a comma before
// it if the reply has other members.
func (c consumedOfAll) appendMember(dst []byte) []byte {
	if !c.isAsked() {
		return dst
	}
	dst = append(separated(dst), `"ConsumedCapacity":[`...)
	for i, total := range c.tables {
		if i > 0 {
			dst = append(dst, ',')
		}
		units := fmt.Sprintf(`"CapacityUnits":%.1f,"%sCapacityUnits":%.1f`, total.units, c.side, total.units)
		dst = append(dst, `{"TableName":`...)
		dst = attribute.AppendText(dst, total.table)
		dst = append(dst, ',')
		dst = append(dst, units...)
		if c.ReturnConsumedCapacity == "INDEXES" {
			dst = append(dst, `,"Table":{`+units+`}`...)
		}
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

type tableUnits struct {
	table string
	units float64
}

// totals are the units by table, in the order in which the tables are met.
func totals(all []*participant) []tableUnits {
	var sums []tableUnits
	at := map[string]int{}
	for _, p := range all {
		name := p.table.description.TableName
		i, known := at[name]
		if !known {
			i = len(sums)
			at[name] = i
			sums = append(sums, tableUnits{table: name})
		}
		sums[i].units += p.units
	}
	return sums
}
