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

// appendCapacities appends a reply's ConsumedCapacity of all tables, with a
// comma before it if the reply has others. The units are of one side, "Read" or
// "Write".
func (r reporting) appendCapacities(dst []byte, all []*participant, side string) []byte {
	if r.ReturnConsumedCapacity != "TOTAL" && r.ReturnConsumedCapacity != "INDEXES" {
		return dst
	}
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	dst = append(dst, `"ConsumedCapacity":[`...)
	for i, total := range totals(all) {
		if i > 0 {
			dst = append(dst, ',')
		}
		units := fmt.Sprintf(`"CapacityUnits":%.1f,"%sCapacityUnits":%.1f`, total.units, side, total.units)
		dst = append(dst, `{"TableName":`...)
		dst = attribute.AppendText(dst, total.table)
		dst = append(dst, ',')
		dst = append(dst, units...)
		if r.ReturnConsumedCapacity == "INDEXES" {
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
