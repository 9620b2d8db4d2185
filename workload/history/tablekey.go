package history

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter/layout"
)

// appendKey appends the key of a table, unless it is none.
func appendKey(dst []byte, key layout.Key) []byte {
	if key.IsZero() {
		return dst
	}
	dst = append(dst, `,"key":[`...)
	for i, e := range key.Elements() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendQuoted(append(dst, `{"attribute":`...), e.Attribute)
		dst = appendQuoted(append(dst, `,"type":`...), string(e.Type))
		dst = append(appendQuoted(append(dst, `,"value":`...), e.Template), '}')
	}
	return append(dst, ']')
}

// tableKey reads the key of a table, which may be absent.
func (m *members) tableKey() layout.Key {
	var elements []layout.Element
	given := m.each("key", func(inner members) error {
		inner.conform(elementShape)
		elements = append(elements, layout.Element{
			Attribute: inner.text("attribute"), Type: types.ScalarAttributeType(inner.text("type")), Template: inner.text("value"),
		})
		return inner.err
	})
	var key layout.Key
	switch {
	case !given || m.err != nil:
		return key
	case len(elements) == 0 || len(elements) > 2:
		m.fail("key: a table has one or two key attributes, not %d", len(elements))
		return key
	case len(elements) == 2:
		key.Sort = elements[1]
	}
	key.Partition = elements[0]
	if err := key.Check(); err != nil {
		m.fail("key: %w", err)
	}
	return key
}
