package attribute

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep lists and maps may nest.
const maxDepth = 32

// The messages of values that DynamoDB refuses.
const (
	emptyValue  = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
	manyTypes   = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
	falseNull   = "One or more parameter values were invalid: Null attribute value types must have the value of true"
	tooDeep     = "Nesting Levels have exceeded supported limits: Attributes with nesting levels greater than 32 are not supported."
	unreadable  = "The value cannot be converted to the type of its descriptor"
	emptyBinary = "One or more parameter values were invalid: Binary sets should not be empty"
)

// UnmarshalJSON reads the wire form, such as {"N":"1"}. The error is a
// [*ValidationError] or a [*SerializationError].
func (v *Value) UnmarshalJSON(text []byte) error {
	decoded, err := decode(text, 0)
	*v = decoded
	return err
}

func decode(text []byte, depth int) (Value, error) {
	if depth > maxDepth {
		return Value{}, invalid(tooDeep)
	}
	descriptor, payload, err := split(text)
	if err != nil {
		return Value{}, err
	}
	kind, known := ParseKind(descriptor)
	if !known || bytes.Equal(payload, []byte("null")) {
		return Value{}, invalid(emptyValue)
	}
	return decodeKind(kind, payload, depth)
}

// split takes the one member of a value's object apart.
func split(text []byte) (descriptor string, payload []byte, err error) {
	if descriptor, payload, ok := splitPlain(text); ok {
		return descriptor, payload, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return "", nil, malformed(unreadable)
	}
	known := 0
	for name, member := range members {
		if _, ok := ParseKind(name); ok {
			known++
			descriptor, payload = name, member
		}
	}
	switch known {
	case 0:
		return "", nil, invalid(emptyValue)
	case 1:
		return descriptor, payload, nil
	}
	return "", nil, invalid(manyTypes)
}

// splitPlain knows the form that every SDK sends for a scalar, {"N":"1"}, and
// spares it the general decoder. text is valid JSON.
func splitPlain(text []byte) (descriptor string, payload []byte, ok bool) {
	rest, ok := bytes.CutPrefix(text, []byte(`{"`))
	if !ok {
		return "", nil, false
	}
	name, rest, ok := bytes.Cut(rest, []byte(`":"`))
	if !ok || len(name) != 1 {
		return "", nil, false
	}
	end := bytes.IndexByte(rest, '"')
	if end < 0 || bytes.IndexByte(rest[:end], '\\') >= 0 || !bytes.Equal(rest[end:], []byte(`"}`)) {
		return "", nil, false
	}
	payload = text[len(text)-len(rest)-1 : len(text)-1]
	switch name[0] {
	case 'S':
		return "S", payload, true
	case 'N':
		return "N", payload, true
	case 'B':
		return "B", payload, true
	}
	return "", nil, false
}

func decodeKind(kind Kind, payload []byte, depth int) (Value, error) {
	switch kind {
	case Bool, Null:
		return decodeTruth(kind, payload)
	case StringSet, NumberSet, BinarySet:
		return decodeSet(kind, payload)
	case List:
		return decodeList(payload, depth)
	case Map:
		return decodeMap(payload, depth)
	}
	text, err := decodeText(payload)
	if err != nil {
		return Value{}, err
	}
	return scalar(kind, text)
}

// decodeText reads a JSON string, and like DynamoDB a bare number as its text.
func decodeText(payload []byte) (string, error) {
	if n := len(payload); n >= 2 && payload[0] == '"' && bytes.IndexByte(payload, '\\') < 0 && utf8.Valid(payload) {
		return string(payload[1 : n-1]), nil
	}
	var text string
	if err := json.Unmarshal(payload, &text); err == nil {
		return text, nil
	}
	var number json.Number
	if err := json.Unmarshal(payload, &number); err != nil {
		return "", malformed(unreadable)
	}
	return number.String(), nil
}

func scalar(kind Kind, text string) (Value, error) {
	switch kind {
	case Number:
		d, err := ParseDecimal(text)
		return Value{Kind: Number, Num: d}, err
	case Binary:
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return Value{}, malformed("Base64 encoded length is unexpected or the text is not Base64")
		}
		return Value{Kind: Binary, Text: string(raw)}, nil
	}
	return Value{Kind: kind, Text: text}, nil
}

func decodeTruth(kind Kind, payload []byte) (Value, error) {
	var truth bool
	if err := json.Unmarshal(payload, &truth); err != nil {
		return Value{}, malformed(unreadable)
	}
	if kind == Null && !truth {
		return Value{}, invalid(falseNull)
	}
	return Value{Kind: kind, Bool: truth}, nil
}

func decodeSet(kind Kind, payload []byte) (Value, error) {
	var members []json.RawMessage
	if err := json.Unmarshal(payload, &members); err != nil {
		return Value{}, malformed(unreadable)
	}
	if len(members) == 0 {
		return Value{}, invalid(emptySet(kind))
	}
	set := Value{Kind: kind}
	var texts []string
	for _, member := range members {
		text, err := decodeText(member)
		if err != nil {
			return Value{}, err
		}
		element, err := scalar(kind.Element(), text)
		if err != nil {
			return Value{}, err
		}
		texts = append(texts, text)
		set.Elements = append(set.Elements, element)
	}
	if hasDuplicates(set.Elements) {
		return Value{}, invalid(duplicates(kind, texts))
	}
	return set, nil
}

func hasDuplicates(elements []Value) bool {
	seen := make(map[string]bool, len(elements))
	for _, e := range elements {
		key := e.Text
		if e.Kind == Number {
			key = e.Num.String()
		}
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}

func emptySet(kind Kind) string {
	name := map[Kind]string{StringSet: "string", NumberSet: "number"}[kind]
	if name == "" {
		return emptyBinary
	}
	return fmt.Sprintf("One or more parameter values were invalid: An %s set  may not be empty", name)
}

func duplicates(kind Kind, texts []string) string {
	switch kind {
	case StringSet:
		return fmt.Sprintf("One or more parameter values were invalid: Input collection [%s] contains duplicates", strings.Join(texts, ", "))
	case BinarySet:
		return "One or more parameter values were invalid: Input collection of type BS contains duplicates."
	}
	return "Input collection contains duplicates"
}

func decodeList(payload []byte, depth int) (Value, error) {
	var members []json.RawMessage
	if err := json.Unmarshal(payload, &members); err != nil {
		return Value{}, malformed(unreadable)
	}
	list := Value{Kind: List, Elements: make([]Value, len(members))}
	for i, member := range members {
		var err error
		if list.Elements[i], err = decode(member, depth+1); err != nil {
			return Value{}, err
		}
	}
	return list, nil
}

func decodeMap(payload []byte, depth int) (Value, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(payload, &members); err != nil {
		return Value{}, malformed(unreadable)
	}
	fields := make(Item, len(members))
	for name, member := range members {
		value, err := decode(member, depth+1)
		if err != nil {
			return Value{}, err
		}
		fields[name] = value
	}
	return Value{Kind: Map, Fields: fields}, nil
}

// AppendItem appends the wire form of an item.
func AppendItem(dst []byte, item Item) []byte {
	dst = append(dst, '{')
	for name, value := range item {
		dst = AppendText(dst, name)
		dst = append(dst, ':')
		dst = value.AppendJSON(dst)
		dst = append(dst, ',')
	}
	return closed(dst, '}')
}

// closed ends an object or array, over the comma after its last member.
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
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, []byte(v.Text))
		return append(dst, '"')
	case Bool, Null:
		return fmt.Appendf(dst, "%t", v.Bool)
	case StringSet, NumberSet, BinarySet, List:
		return v.appendElements(dst)
	case Map:
		return AppendItem(dst, v.Fields)
	}
	return AppendText(dst, v.Text)
}

func (v Value) appendElements(dst []byte) []byte {
	dst = append(dst, '[')
	for _, e := range v.Elements {
		if v.Kind == List {
			dst = e.AppendJSON(dst)
		} else {
			dst = e.appendPayload(dst)
		}
		dst = append(dst, ',')
	}
	return closed(dst, ']')
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
