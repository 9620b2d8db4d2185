package embedded

import (
	"strconv"

	"contend/internal/embedded/attribute"
)

// result is the answer to a request that was carried out. Each door writes it in its own
// form.
type result interface {
	// appendJSON appends the body of the HTTP answer.
	appendJSON(dst []byte) []byte
}

// reporting says how a request wants its consumed capacity reported.
type reporting struct{ ReturnConsumedCapacity string }

func (r *reporting) decode(d *document) {
	r.ReturnConsumedCapacity = d.oneOf("ReturnConsumedCapacity", capacityReports...)
}

var capacityReports = []string{"INDEXES", "TOTAL", "NONE"}

func (r reporting) isAsked() bool {
	return r.ReturnConsumedCapacity == "TOTAL" || r.ReturnConsumedCapacity == "INDEXES"
}

// consumed is what a request consumed of one table.
type consumed struct {
	reporting
	table string
	units float64
}

// appendMember appends a reply's ConsumedCapacity if it is asked for, with a comma before
// it if the reply has other members.
func (c consumed) appendMember(dst []byte) []byte {
	if !c.isAsked() {
		return dst
	}
	return c.appendJSON(append(separated(dst), `"ConsumedCapacity":`...))
}

func (c consumed) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"TableName":`...)
	dst = attribute.AppendText(dst, c.table)
	dst = append(dst, `,"CapacityUnits":`...)
	dst = appendUnits(dst, c.units)
	if c.ReturnConsumedCapacity == "INDEXES" {
		dst = append(dst, `,"Table":{"CapacityUnits":`...)
		dst = append(appendUnits(dst, c.units), '}')
	}
	return append(dst, '}')
}

// appendUnits appends capacity units, which are always multiples of a half.
func appendUnits(dst []byte, units float64) []byte {
	return strconv.AppendFloat(dst, units, 'f', 1, 64)
}

// separated appends the comma that separates a member of an object from the one before
// it, if there is one.
func separated(dst []byte) []byte {
	if dst[len(dst)-1] == '{' {
		return dst
	}
	return append(dst, ',')
}
