package attribute

import (
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// FromSDK reads a value of the SDK's client. It is ok if the value is what [Decode] would
// make of its wire form; otherwise it is refused there, or changed on the way.
func FromSDK(v types.AttributeValue) (value Value, ok bool) { return fromSDK(v, 0) }

// ItemFromSDK is [FromSDK] for an item or a key.
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
			d, err := ParseDecimal(v.Value)
			return Value{Kind: Number, Num: d}, err == nil
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

// containerFromSDK is fromSDK for what has elements.
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
			return Value{Kind: Map, Fields: fields}, fieldsFromSDK(fields, v.Value, depth+1)
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
	return Value{Kind: kind, Set: set}, len(elements) > 0
}

func listFromSDK(elements []types.AttributeValue, depth int) (list Value, ok bool) {
	list = Value{Kind: List, Elements: make([]Value, len(elements))}
	for i, e := range elements {
		if list.Elements[i], ok = fromSDK(e, depth+1); !ok {
			return Value{}, false
		}
	}
	return list, true
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

// ToSDK returns an item as the SDK's client reads its wire form; nil for a nil one.
func ToSDK(item Item) map[string]types.AttributeValue {
	if item == nil {
		return nil
	}
	out := make(map[string]types.AttributeValue, len(item))
	for name, value := range item {
		out[name] = value.toSDK()
	}
	return out
}

func (v Value) toSDK() types.AttributeValue {
	switch v.Kind {
	case Number:
		return &types.AttributeValueMemberN{Value: v.Num.String()}
	case Binary:
		return &types.AttributeValueMemberB{Value: []byte(v.Text)}
	case Bool:
		return &types.AttributeValueMemberBOOL{Value: v.Bool}
	case Null:
		return &types.AttributeValueMemberNULL{Value: true}
	case StringSet:
		return &types.AttributeValueMemberSS{Value: v.Set.appendTo(make([]string, 0, v.Set.Len()))}
	case NumberSet:
		return &types.AttributeValueMemberNS{Value: v.Set.appendTo(make([]string, 0, v.Set.Len()))}
	case BinarySet:
		blobs := make([][]byte, 0, v.Set.Len())
		for text := range v.Set.all() {
			blobs = append(blobs, []byte(text))
		}
		return &types.AttributeValueMemberBS{Value: blobs}
	case List:
		list := make([]types.AttributeValue, len(v.Elements))
		for i, e := range v.Elements {
			list[i] = e.toSDK()
		}
		return &types.AttributeValueMemberL{Value: list}
	case Map:
		return &types.AttributeValueMemberM{Value: ToSDK(v.Fields)}
	}
	return &types.AttributeValueMemberS{Value: v.Text}
}

func (s *Set) appendTo(dst []string) []string {
	for text := range s.all() {
		dst = append(dst, text)
	}
	return dst
}
