package attribute

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ToSDK returns an item as the SDK's client would return it; nil for a nil item.
func ToSDK(item Item) map[string]types.AttributeValue {
	if item == nil {
		return nil
	}
	out, room := make(map[string]types.AttributeValue, len(item)), scalars{}
	for name, value := range item {
		out[name] = value.toSDK(&room)
	}
	return out
}

// SomeToSDK is [ToSDK] for the named attributes of an item; nil if it has none of them.
func SomeToSDK(item Item, names []string) map[string]types.AttributeValue {
	var out map[string]types.AttributeValue
	room := scalars{}
	for _, name := range names {
		value, ok := item[name]
		if !ok {
			continue
		}
		if out == nil {
			out = make(map[string]types.AttributeValue, len(names))
		}
		out[name] = value.toSDK(&room)
	}
	return out
}

// scalars provides memory for the strings and numbers of an item, and allocates it for
// several of them at once.
type scalars struct{ few *fewScalars }

type fewScalars struct {
	strings      [3]types.AttributeValueMemberS
	numbers      [3]types.AttributeValueMemberN
	usedS, usedN int
}

func (s *scalars) text(text string) types.AttributeValue {
	if s.few == nil || s.few.usedS == len(s.few.strings) {
		s.few = &fewScalars{}
	}
	v := &s.few.strings[s.few.usedS]
	s.few.usedS++
	v.Value = text
	return v
}

func (s *scalars) number(text string) types.AttributeValue {
	if s.few == nil || s.few.usedN == len(s.few.numbers) {
		s.few = &fewScalars{}
	}
	v := &s.few.numbers[s.few.usedN]
	s.few.usedN++
	v.Value = text
	return v
}

func (v Value) toSDK(room *scalars) types.AttributeValue {
	switch v.Kind {
	case String:
		return room.text(v.Text)
	case Number:
		if v.Text != "" {
			return room.number(v.Text)
		}
		return room.number(v.Num.String())
	case Binary:
		return &types.AttributeValueMemberB{Value: []byte(v.Text)}
	case Bool:
		return &types.AttributeValueMemberBOOL{Value: v.Bool}
	case Null:
		return &types.AttributeValueMemberNULL{Value: true}
	}
	return v.containerToSDK()
}

// containerToSDK is toSDK for sets, lists and maps.
func (v Value) containerToSDK() types.AttributeValue {
	switch v.Kind {
	case StringSet:
		return &types.AttributeValueMemberSS{Value: v.Set().list()}
	case NumberSet:
		return &types.AttributeValueMemberNS{Value: v.Set().list()}
	case BinarySet:
		blobs := make([][]byte, 0, v.Set().Len())
		for text := range v.Set().all() {
			blobs = append(blobs, []byte(text))
		}
		return &types.AttributeValueMemberBS{Value: blobs}
	case List:
		list, room := make([]types.AttributeValue, len(v.Elements())), scalars{}
		for i, e := range v.Elements() {
			list[i] = e.toSDK(&room)
		}
		return &types.AttributeValueMemberL{Value: list}
	}
	return &types.AttributeValueMemberM{Value: ToSDK(v.Fields())}
}

// list returns the elements' texts in their order.
func (s *Set) list() []string {
	return slices.AppendSeq(make([]string, 0, s.Len()), s.all())
}
