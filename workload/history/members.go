package history

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"
)

// members reads the members of a JSON object and keeps the first error. A member that
// is null counts as absent.
type members struct {
	object *fastjson.Object
	strict bool // as the history's header says
	err    error
}

func (m *members) get(name string) *fastjson.Value {
	v := m.object.Get(name)
	if v == nil || v.Type() == fastjson.TypeNull {
		return nil
	}
	return v
}

func (m *members) fail(format string, args ...any) {
	if m.err == nil {
		m.err = fmt.Errorf(format, args...)
	}
}

// integer is 0 if the member is absent.
func (m *members) integer(name string) (n int64, given bool) {
	v := m.get(name)
	if v == nil {
		return 0, false
	}
	n, err := v.Int64()
	if err != nil {
		m.fail("%s: %s is not an integer within int64", name, excerpt(v))
	}
	return n, true
}

// natural is an integer in [0, limit].
func (m *members) natural(name string, limit int64) int64 {
	n, _ := m.integer(name)
	if n < 0 || n > limit {
		m.fail("%s: %d is not within [0, %d]", name, n, limit)
	}
	return n
}

// latest bounds the times in a history, in ns: 146 years.
const latest = 1 << 62

// span reads the times of something that must have begun and may have no known end;
// then ended is NoEnd.
func (m *members) span(from, to string) (began, ended int64) {
	if m.get(to) != nil {
		return m.interval(from, to, true)
	}
	began, given := m.integer(from)
	switch {
	case !given:
		m.fail("%s is missing", from)
	case began < 0 || began > latest:
		m.fail("%s: %d is not within [0, %d]", from, began, int64(latest))
	}
	return began, NoEnd
}

// interval reads the times of something that begins and ends. Both are required or,
// unless required is set, may both be absent.
func (m *members) interval(from, to string, required bool) (began, ended int64) {
	began, hasBegan := m.integer(from)
	ended, hasEnded := m.integer(to)
	switch {
	case required && !hasBegan:
		m.fail("%s is missing", from)
	case hasBegan && !hasEnded:
		m.fail("%s is missing", to)
	case hasEnded && !hasBegan:
		m.fail("%s is missing", from)
	case began < 0:
		m.fail("%s: %d is negative", from, began)
	case ended < began:
		m.fail("%s: %d is before %s, %d", to, ended, from, began)
	case ended > latest:
		m.fail("%s: %d is not within [0, %d]", to, ended, int64(latest))
	}
	return began, ended
}

// bytes is a string's text, in memory that the parser reuses; nil if the member is
// absent.
func (m *members) bytes(name string) []byte {
	v := m.get(name)
	if v == nil {
		return nil
	}
	text, err := v.StringBytes()
	if err != nil {
		m.fail("%s: %s is not a string", name, excerpt(v))
	}
	return text
}

func (m *members) text(name string) string {
	return strings.ToValidUTF8(string(m.bytes(name)), "\uFFFD")
}

// truth is otherwise if the member is absent.
func (m *members) truth(name string, otherwise bool) bool {
	v := m.get(name)
	if v == nil {
		return otherwise
	}
	truth, err := v.Bool()
	if err != nil {
		m.fail("%s: %s is neither true nor false", name, excerpt(v))
	}
	return truth
}

// units is an amount of capacity.
func (m *members) units(name string) float64 {
	v := m.get(name)
	if v == nil {
		return 0
	}
	units, err := number(v)
	if err != nil || units < 0 || math.IsInf(units, 0) || math.IsNaN(units) {
		m.fail("%s: %s is not an amount of capacity units", name, excerpt(v))
	}
	return units
}

var errNotNumber = errors.New("not a number")

// number converts exactly, which fastjson's own conversion does not.
func number(v *fastjson.Value) (float64, error) {
	if v.Type() != fastjson.TypeNumber {
		return 0, errNotNumber
	}
	if n, err := v.Int64(); err == nil {
		return float64(n), nil
	}
	var room [32]byte
	return strconv.ParseFloat(string(v.MarshalTo(room[:0])), 64)
}

// nested is a member that is an object; ok is false if it is absent.
func (m *members) nested(name string) (inner members, ok bool) {
	v := m.get(name)
	if v == nil {
		return members{}, false
	}
	object, err := v.Object()
	if err != nil {
		m.fail("%s: %s is not an object", name, excerpt(v))
		return members{}, false
	}
	return members{object: object, strict: m.strict}, true
}

// each visits the objects of a list, up to the first error; given is false if
// there is no list.
func (m *members) each(name string, visit func(inner members) error) (given bool) {
	v := m.get(name)
	if v == nil {
		return false
	}
	list, err := v.Array()
	if err != nil {
		m.fail("%s: %s is not a list", name, excerpt(v))
		return true
	}
	for i, element := range list {
		object, err := element.Object()
		if err != nil {
			m.fail("%s[%d]: %s is not an object", name, i, excerpt(element))
			return true
		}
		if err := visit(members{object: object, strict: m.strict}); err != nil {
			m.fail("%s[%d]: %w", name, i, err)
			return true
		}
	}
	return true
}

// state is unknown if the member is absent.
func (m *members) state(name string) State {
	inner, ok := m.nested(name)
	if !ok {
		return State{}
	}
	inner.conform(stateShape)
	s := inner.valueAndVersion("value", "version")
	if !s.Known {
		inner.fail("value is missing")
	}
	if inner.err != nil {
		m.fail("%s: %w", name, inner.err)
	}
	return s
}

// valueAndVersion is unknown if there is no value.
func (m *members) valueAndVersion(value, version string) State {
	var s State
	if s.Value, s.Known = m.integer(value); s.Known {
		s.Version, _ = m.integer(version)
	}
	return s
}

// excerpt is a value's text for a message.
func excerpt(v *fastjson.Value) string {
	const most = 40
	text := strings.ToValidUTF8(v.String(), "\uFFFD")
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
