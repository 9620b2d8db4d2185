package attribute

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// AppendItem appends the wire form of an item.
func AppendItem(dst []byte, item Item) []byte {
	dst = append(dst, '{')
	for name, value := range item {
		dst = appendField(dst, name, value)
	}
	return closed(dst, '}')
}

// AppendSome appends the wire form of an item with only the named attributes of another
// one.
func AppendSome(dst []byte, item Item, names []string) []byte {
	dst = append(dst, '{')
	for _, name := range names {
		if value, ok := item[name]; ok {
			dst = appendField(dst, name, value)
		}
	}
	return closed(dst, '}')
}

func appendField(dst []byte, name string, value Value) []byte {
	dst = AppendText(dst, name)
	dst = append(dst, ':')
	return append(value.AppendJSON(dst), ',')
}

// closed ends an object or array, and replaces the comma after its last member.
func closed(dst []byte, end byte) []byte {
	if last := len(dst) - 1; dst[last] == ',' {
		dst = dst[:last]
	}
	return append(dst, end)
}

// AppendJSON appends the wire form of a value.
func (v Value) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{', '"')
	dst = append(dst, v.Kind.String()...)
	dst = append(dst, '"', ':')
	return append(v.appendPayload(dst), '}')
}

func (v Value) appendPayload(dst []byte) []byte {
	switch v.Kind {
	case Number:
		return append(v.Num.appendTo(append(dst, '"')), '"')
	case Binary:
		return appendBinary(dst, v.Text)
	case Bool, Null:
		return fmt.Appendf(dst, "%t", v.Bool)
	case StringSet, NumberSet, BinarySet:
		return v.appendSet(dst)
	case List:
		return v.appendList(dst)
	case Map:
		return AppendItem(dst, v.Fields())
	}
	return AppendText(dst, v.Text)
}

func (v Value) appendList(dst []byte) []byte {
	dst = append(dst, '[')
	for _, e := range v.Elements() {
		dst = append(e.AppendJSON(dst), ',')
	}
	return closed(dst, ']')
}

func (v Value) appendSet(dst []byte) []byte {
	dst = append(dst, '[')
	for text := range v.Set().all() {
		dst = append(appendElement(dst, v.Kind, text), ',')
	}
	return closed(dst, ']')
}

// appendElement appends an element of a set of the given kind. A number's text needs no
// escapes.
func appendElement(dst []byte, kind Kind, text string) []byte {
	if kind == BinarySet {
		return appendBinary(dst, text)
	}
	return AppendText(dst, text)
}

func appendBinary(dst []byte, raw string) []byte {
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, []byte(raw))
	return append(dst, '"')
}

// AppendText appends a JSON string.
func AppendText(dst []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(text) // a string always marshals
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, text...)
	return append(dst, '"')
}
