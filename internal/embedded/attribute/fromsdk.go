package attribute

import (
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// FromSDK converts a value of the SDK. ok is true if [Decode] would make the same value
// of its wire form. If ok is false, [Decode] would refuse the wire form, or the value
// would change on the way.
func FromSDK(v types.AttributeValue) (value Value, ok bool) { return fromSDK(v, 0) }

// ItemFromSDK is [FromSDK] for an item or a key. It adds the attributes to dst.
func ItemFromSDK(dst Item, item map[string]types.AttributeValue) bool {
	return fieldsFromSDK(dst, item, 0)
}

func fromSDK(v types.AttributeValue, depth int) (value Value, ok bool) {
	if depth > maxDepth {
		return Value{}, false
	}
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		if v != nil {
			return Value{Kind: String, Text: v.Value}, utf8.ValidString(v.Value)
		}
	case *types.AttributeValueMemberN:
		if v != nil {
			return numberFromSDK(v.Value)
		}
	case *types.AttributeValueMemberB:
		if v != nil {
			return Value{Kind: Binary, Text: string(v.Value)}, v.Value != nil
		}
	case *types.AttributeValueMemberBOOL:
		if v != nil {
			return Value{Kind: Bool, Bool: v.Value}, true
		}
	case *types.AttributeValueMemberNULL:
		if v != nil {
			return Value{Kind: Null, Bool: true}, v.Value
		}
	}
	return containerFromSDK(v, depth)
}

// containerFromSDK is fromSDK for sets, lists and maps.
func containerFromSDK(v types.AttributeValue, depth int) (value Value, ok bool) {
	switch v := v.(type) {
	case *types.AttributeValueMemberSS:
		if v != nil {
			return setFromSDK(StringSet, v.Value)
		}
	case *types.AttributeValueMemberNS:
		if v != nil {
			return setFromSDK(NumberSet, v.Value)
		}
	case *types.AttributeValueMemberBS:
		if v != nil {
			return setFromSDK(BinarySet, v.Value)
		}
	case *types.AttributeValueMemberL:
		if v != nil {
			return listFromSDK(v.Value, depth)
		}
	case *types.AttributeValueMemberM:
		if v != nil {
			fields := make(Item, len(v.Value))
			return OfFields(fields), fieldsFromSDK(fields, v.Value, depth+1)
		}
	}
	return Value{}, false
}

func setFromSDK[E string | []byte](kind Kind, elements []E) (Value, bool) {
	set := newSet()
	for _, e := range elements {
		text, size := string(e), len(e)
		if kind == NumberSet {
			d, err := ParseDecimal(text)
			if err != nil {
				return Value{}, false
			}
			text, size = d.String(), d.size()
		}
		if kind == StringSet && !utf8.ValidString(text) || !set.add(text, size) {
			return Value{}, false
		}
	}
	return OfSet(kind, set), len(elements) > 0
}

func listFromSDK(elements []types.AttributeValue, depth int) (list Value, ok bool) {
	values := make([]Value, len(elements))
	for i, e := range elements {
		if values[i], ok = fromSDK(e, depth+1); !ok {
			return Value{}, false
		}
	}
	return OfElements(values), true
}

func fieldsFromSDK(dst Item, fields map[string]types.AttributeValue, depth int) bool {
	for name, v := range fields {
		value, ok := fromSDK(v, depth)
		if !ok || !utf8.ValidString(name) || CheckName(name) != nil {
			return false
		}
		dst[name] = value
	}
	return true
}

// numberFromSDK keeps the text of a number if [Decimal.String] would return the same
// text.
func numberFromSDK(text string) (Value, bool) {
	d, err := ParseDecimal(text)
	if err != nil {
		return Value{}, false
	}
	v := Value{Kind: Number, Num: d}
	if isPlainInteger(text) {
		v.Text = text
	}
	return v, true
}

// isPlainInteger reports whether the text of a number is a plain integer.
func isPlainInteger(text string) bool {
	if text == "0" {
		return true
	}
	text = strings.TrimPrefix(text, "-")
	const most = 18 // no number with so many digits is too large
	if len(text) > most || text[0] == '0' {
		return false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
