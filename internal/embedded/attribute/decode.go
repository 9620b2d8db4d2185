package attribute

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"
)

// maxDepth is how deep lists and maps may nest. An attribute of the item is at depth 0;
// the item itself counts as the first of the 32 published levels.
const maxDepth = 31

// The messages of values that DynamoDB refuses.
const (
	emptyValue  = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
	manyTypes   = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
	falseNull   = "One or more parameter values were invalid: Null attribute value types must have the value of true"
	tooDeep     = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
	unreadable  = "The value cannot be converted to the type of its descriptor"
	emptyName   = "Empty attribute name"
	longName    = "Attribute name is too large, must be less than 65536 bytes"
	nullValue   = "The supplied Item contains a null AttributeValue"
	nullString  = "One or more parameter values were invalid: An string set may not have a null string as a member"
	emptyBinary = "One or more parameter values were invalid: Binary sets should not be empty"
)

// Decode reads the wire form of a value, such as {"N":"1"}. The error is a
// [*ValidationError] or a [*SerializationError]. The value keeps no reference to v,
// whose memory the parser uses again.
func Decode(v *fastjson.Value) (Value, error) { return decode(v, 0) }

// DecodeItem reads an object of values. The errors are those of [Decode].
func DecodeItem(v *fastjson.Value) (Item, error) { return decodeFields(v, 0) }

// DecodeInto is [DecodeItem] into an item that nobody uses yet. Its names are words.
func DecodeInto(fields Item, v *fastjson.Value, words *Words) error {
	return addFields(fields, v, 0, words)
}

func decode(v *fastjson.Value, depth int) (Value, error) {
	if depth > maxDepth {
		return Value{}, invalid(tooDeep)
	}
	kind, payload, err := split(v)
	if err != nil {
		return Value{}, err
	}
	switch kind {
	case Bool, Null:
		return decodeTruth(kind, payload)
	case StringSet, NumberSet, BinarySet:
		return decodeSet(kind, payload)
	case List:
		return decodeList(payload, depth)
	case Map:
		fields, err := decodeFields(payload, depth+1)
		return OfFields(fields), err
	}
	if n, ok := decodeWhole(kind, payload); ok {
		return Of(n), nil
	}
	text, err := decodeText(payload)
	if err != nil {
		return Value{}, err
	}
	return scalar(kind, text)
}

// decodeWhole reads the usual number, which is whole and short, without allocating its
// text. ok is false for all other values.
func decodeWhole(kind Kind, payload *fastjson.Value) (n int64, ok bool) {
	if kind != Number || payload.Type() != fastjson.TypeString {
		return 0, false
	}
	n, err := strconv.ParseInt(string(payload.GetStringBytes()), 10, 64)
	return n, err == nil
}

// split returns the kind and the payload of a value's object, which must have exactly
// one known member.
func split(v *fastjson.Value) (kind Kind, payload *fastjson.Value, err error) {
	object := v.GetObject()
	if object == nil {
		if v.Type() == fastjson.TypeNull {
			return Unset, nil, invalid(nullValue)
		}
		return Unset, nil, malformed(unreadable)
	}
	object.Visit(func(name []byte, member *fastjson.Value) {
		k, known := ParseKind(string(name))
		switch {
		case !known || member.Type() == fastjson.TypeNull:
		case kind != Unset:
			err = invalid(manyTypes)
		default:
			kind, payload = k, member
		}
	})
	if kind == Unset {
		err = invalid(emptyValue)
	}
	return kind, payload, err
}

// decodeText reads a JSON string. Like DynamoDB, it also accepts a bare number, as its
// text.
func decodeText(v *fastjson.Value) (string, error) {
	switch v.Type() {
	case fastjson.TypeString:
		return Text(v.GetStringBytes()), nil
	case fastjson.TypeNumber:
		return string(v.MarshalTo(nil)), nil
	}
	return "", malformed(unreadable)
}

// Text copies a text that a parser has read. Bytes that are not UTF-8 become U+FFFD.
func Text(raw []byte) string { return strings.ToValidUTF8(string(raw), "\uFFFD") }

func scalar(kind Kind, text string) (Value, error) {
	switch kind {
	case Number:
		d, err := ParseDecimal(text)
		return Value{Kind: Number, Num: d}, err
	case Binary:
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return Value{}, malformed("the text is not Base64")
		}
		return Value{Kind: Binary, Text: string(raw)}, nil
	}
	return Value{Kind: kind, Text: text}, nil
}

func decodeTruth(kind Kind, v *fastjson.Value) (Value, error) {
	truth, err := v.Bool()
	if err != nil {
		return Value{}, malformed(unreadable)
	}
	if kind == Null && !truth {
		return Value{}, invalid(falseNull)
	}
	return Value{Kind: kind, Bool: truth}, nil
}

func decodeSet(kind Kind, v *fastjson.Value) (Value, error) {
	members, err := v.Array()
	if err != nil {
		return Value{}, malformed(unreadable)
	}
	if len(members) == 0 {
		return Value{}, invalid(emptySet(kind))
	}
	set, texts, repeated := newSet(), make([]string, len(members)), false
	for i, member := range members {
		if member.Type() == fastjson.TypeNull {
			return Value{}, invalid(nullElement(kind))
		}
		if texts[i], err = decodeText(member); err != nil {
			return Value{}, err
		}
		element, err := scalar(kind.Element(), texts[i])
		if err != nil {
			return Value{}, err
		}
		repeated = !set.add(elementText(element), element.size()) || repeated
	}
	if repeated {
		return Value{}, invalid(duplicates(kind, texts))
	}
	return OfSet(kind, set), nil
}

func nullElement(kind Kind) string {
	switch kind {
	case StringSet:
		return nullString
	case NumberSet:
		return notNumber
	}
	return nullValue
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

func decodeList(v *fastjson.Value, depth int) (Value, error) {
	members, err := v.Array()
	if err != nil {
		return Value{}, malformed(unreadable)
	}
	elements := make([]Value, len(members))
	for i, member := range members {
		if elements[i], err = decode(member, depth+1); err != nil {
			return Value{}, err
		}
	}
	return OfElements(elements), nil
}

func decodeFields(v *fastjson.Value, depth int) (Item, error) {
	object, err := v.Object()
	if err != nil {
		return nil, malformed(unreadable)
	}
	fields := make(Item, object.Len())
	return fields, addFields(fields, v, depth, nil)
}

// addFields adds the members of an object.
func addFields(fields Item, v *fastjson.Value, depth int, words *Words) error {
	object, err := v.Object()
	if err != nil {
		return malformed(unreadable)
	}
	object.Visit(func(name []byte, member *fastjson.Value) {
		if err != nil {
			return
		}
		if member.Type() == fastjson.TypeNull {
			err = invalid(nullValue + ": " + string(name) + " is null")
			return
		}
		key := words.name(name)
		if err = CheckName(key); err != nil {
			return
		}
		var value Value
		if value, err = decode(member, depth); err == nil {
			fields[key] = value
		}
	})
	return err
}

// CheckName refuses names that no attribute can have. The error is a
// [*ValidationError].
func CheckName(name string) error {
	const tooLong = 1 << 16
	switch {
	case len(name) == 0:
		return invalid(emptyName)
	case len(name) >= tooLong:
		return invalid(longName)
	}
	return nil
}
