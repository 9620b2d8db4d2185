package embedded

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/valyala/fastjson"
)

// constraints collects the constraints of AWS's model of the API that a request
// violates. AWS checks them before anything else, and reports all of them in one
// message.
type constraints struct {
	absent error    // reported alone, before the others; nil if nothing is absent
	unmet  []string // in the model's order of members
}

// maxUnmet is how many of them AWS reports at most.
const maxUnmet = 10

// err returns nil if no constraint is violated.
func (c *constraints) err() error {
	switch n := len(c.unmet); {
	case c.absent != nil:
		return c.absent
	case n == 0:
		return nil
	case n == 1:
		return invalid("1 validation error detected: " + c.unmet[0])
	default:
		return invalid(fmt.Sprintf("%d validation errors detected: %s", n, strings.Join(c.unmet, "; ")))
	}
}

// checked returns the document's first problem in AWS's order: JSON of the wrong shape,
// then constraints, then anything else.
func (d *document) checked() error {
	if d.err != nil && isShape(d.err) {
		return d.err
	}
	if err := d.constraints.err(); err != nil {
		return err
	}
	return d.err
}

// demand records that a member violates a constraint. The value is in the form in which
// the message shows it.
func (d *document) demand(name, value, constraint string) {
	d.note("Value " + value + " at '" + d.path() + lowerFirst(name) + "' failed to satisfy constraint: " + constraint)
}

// demandUnshown is demand for a value that the message does not show. AWS
// spells the names in such messages as the request does.
func (d *document) demandUnshown(name, constraint string) {
	d.note("Value at '" + name + "' failed to satisfy constraint: " + constraint)
}

func (d *document) note(problem string) {
	for d.outer != nil {
		d = d.outer
	}
	if len(d.unmet) < maxUnmet {
		d.unmet = append(d.unmet, problem)
	}
}

// path is where a part of the document is, with a full stop at its end; "" for
// the whole. Its members' names are spelled as AWS's messages spell them.
func (d *document) path() string {
	if d.outer == nil {
		return ""
	}
	return d.outer.path() + d.place + "."
}

func memberPlace(list string, i int) string {
	return lowerFirst(list) + "." + strconv.Itoa(i+1) + ".member"
}

func lowerFirst(name string) string {
	_, size := utf8.DecodeRuneInString(name)
	return strings.ToLower(name[:size]) + name[size:]
}

func quoted(value string) string { return "'" + value + "'" }

// demandMember demands that a member is given, and reports whether it is.
func (d *document) demandMember(name string) bool {
	given := d.member(name) != nil
	if !given {
		d.demand(name, "null", "Member must not be null")
	}
	return given
}

// given is the text of a member; ok is false for one that was not given, or is
// not a string.
func (d *document) given(name string) (text string, ok bool) {
	v := d.member(name)
	if v == nil || v.Type() != fastjson.TypeString {
		return "", false
	}
	return string(v.GetStringBytes()), true
}

// oneOf is the text of a member that may have those values alone; "" for one
// that was not given. They are in the order in which AWS lists them.
func (d *document) oneOf(name string, allowed ...string) string {
	v := d.member(name)
	if v == nil {
		return ""
	}
	text := d.textOf(name, v)
	if v.Type() != fastjson.TypeString {
		return ""
	}
	if !slices.Contains(allowed, text) {
		d.demand(name, quoted(text), "Member must satisfy enum value set: ["+strings.Join(allowed, ", ")+"]")
	}
	return text
}

// demandText is a text that must be given; it may be empty.
func (d *document) demandText(name string) string {
	d.demandMember(name)
	return d.text(name)
}

// demandOneOf is a text that must be given, and be one of those.
func (d *document) demandOneOf(name string, allowed ...string) string {
	d.demandMember(name)
	return d.oneOf(name, allowed...)
}

// demandUnits is a throughput that must be given, and be 1 at least.
func (d *document) demandUnits(name string) int64 {
	d.demandMember(name)
	n := d.whole(name)
	if n == nil {
		return 0
	}
	d.valueFromOne(name, *n)
	return int64(*n)
}

func (d *document) valueFromOne(name string, n int) {
	if n < 1 {
		d.demand(name, quoted(strconv.Itoa(n)), atLeast("value", 1))
	}
}

// lengthBetween demands a length of a text that was given.
func (d *document) lengthBetween(name string, least, most int) {
	text, ok := d.given(name)
	if !ok {
		return
	}
	switch n := utf8.RuneCountInString(text); {
	case n < least:
		d.demand(name, quoted(text), atLeast("length", least))
	case n > most:
		d.demand(name, quoted(text), atMost("length", most))
	}
}

func atLeast(what string, least int) string {
	return fmt.Sprintf("Member must have %s greater than or equal to %d", what, least)
}

func atMost(what string, most int) string {
	return fmt.Sprintf("Member must have %s less than or equal to %d", what, most)
}

// Lengths of the names of tables.
const (
	minTableName = 3
	maxTableName = 255
)

const tableNamePattern = "[a-zA-Z0-9_.-]+"

func (d *document) nameOfPattern(name string) {
	text, ok := d.given(name)
	if ok && (text == "" || !isTableText(text)) {
		d.demand(name, quoted(text), "Member must satisfy regular expression pattern: "+tableNamePattern)
	}
}

func isTableText(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-', c == '.':
		default:
			return false
		}
	}
	return true
}

// tableOfItems is the name of the table whose items an operation concerns. A
// name that is too short for a table is no problem here: no table has it.
func (d *document) tableOfItems() string {
	const member = "TableName"
	name := d.text(member)
	if name != "" && len(name) <= maxTableName && isTableText(name) {
		return name
	}
	d.demandMember(member)
	if name != "" {
		d.nameOfPattern(member)
	}
	d.lengthBetween(member, 1, maxTableName)
	return name
}

// table returns the name of the table that a table operation is about. If it is absent,
// AWS reports that alone, in other words than for other members.
func (d *document) table() string {
	const member = "TableName"
	if d.member(member) == nil {
		d.absent = invalid("The parameter 'TableName' is required but was not present in the request")
		return ""
	}
	d.demandTableName(member)
	return d.text(member)
}

// demandTableName demands that a text that was given can name a table.
func (d *document) demandTableName(member string) {
	d.nameOfPattern(member)
	d.lengthBetween(member, minTableName, maxTableName)
}

// limit is the member Limit, nil if it was not given; it is 1 at least.
func (d *document) limit() *int {
	limit := d.whole("Limit")
	if limit != nil {
		d.valueFromOne("Limit", *limit)
	}
	return limit
}
