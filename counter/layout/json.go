package layout

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// MarshalItem returns an item as the AWS CLI takes it: {"PK": {"S": "x"}, …}.
func MarshalItem(item Item) (json.RawMessage, error) {
	plain, err := plainItem(item)
	if err != nil {
		return nil, err
	}
	return json.Marshal(plain)
}

func plainItem(item Item) (map[string]any, error) {
	plain := make(map[string]any, len(item))
	for name, value := range item {
		inner, err := plainValue(value)
		if err != nil {
			return nil, fmt.Errorf("attribute %q: %w", name, err)
		}
		plain[name] = inner
	}
	return plain, nil
}

func plainValue(value types.AttributeValue) (map[string]any, error) {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}, nil
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}, nil
	case *types.AttributeValueMemberB:
		return map[string]any{"B": v.Value}, nil
	case *types.AttributeValueMemberSS:
		return map[string]any{"SS": v.Value}, nil
	case *types.AttributeValueMemberNS:
		return map[string]any{"NS": v.Value}, nil
	case *types.AttributeValueMemberBS:
		return map[string]any{"BS": v.Value}, nil
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}, nil
	case *types.AttributeValueMemberNULL:
		return map[string]any{"NULL": v.Value}, nil
	case *types.AttributeValueMemberM:
		inner, err := plainItem(v.Value)
		return map[string]any{"M": inner}, err
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, element := range v.Value {
			inner, err := plainValue(element)
			if err != nil {
				return nil, err
			}
			list[i] = inner
		}
		return map[string]any{"L": list}, nil
	}
	return nil, fmt.Errorf("has the unknown type %T", value)
}

// UnmarshalItem is the inverse of [MarshalItem].
func UnmarshalItem(text []byte) (Item, error) { return unmarshalItem(text, 0) }

func unmarshalItem(text []byte, depth int) (Item, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, err
	}
	if raw == nil {
		return nil, errors.New("is no item")
	}
	item := make(Item, len(raw))
	for name, value := range raw {
		inner, err := unmarshalValue(value, depth)
		if err != nil {
			return nil, fmt.Errorf("attribute %q: %w", name, err)
		}
		item[name] = inner
	}
	return item, nil
}

// unmarshalValue reads a value with its type, such as {"N": "7"}.
func unmarshalValue(text []byte, depth int) (types.AttributeValue, error) {
	var typed map[string]json.RawMessage
	if err := json.Unmarshal(text, &typed); err != nil {
		return nil, err
	}
	if len(typed) != 1 {
		return nil, errors.New("must have exactly one type")
	}
	if depth > maxLevels {
		return nil, errors.New("has too many levels")
	}
	for kind, value := range typed {
		return unmarshalTyped(kind, value, depth)
	}
	return nil, nil
}

func unmarshalTyped(kind string, text []byte, depth int) (types.AttributeValue, error) {
	switch kind {
	case "S":
		v := &types.AttributeValueMemberS{}
		return v, json.Unmarshal(text, &v.Value)
	case "N":
		v := &types.AttributeValueMemberN{}
		return v, json.Unmarshal(text, &v.Value)
	case "B":
		v := &types.AttributeValueMemberB{}
		return v, json.Unmarshal(text, &v.Value)
	case "SS":
		v := &types.AttributeValueMemberSS{}
		return v, json.Unmarshal(text, &v.Value)
	case "NS":
		v := &types.AttributeValueMemberNS{}
		return v, json.Unmarshal(text, &v.Value)
	case "BS":
		v := &types.AttributeValueMemberBS{}
		return v, json.Unmarshal(text, &v.Value)
	case "BOOL":
		v := &types.AttributeValueMemberBOOL{}
		return v, json.Unmarshal(text, &v.Value)
	case "NULL":
		v := &types.AttributeValueMemberNULL{}
		return v, json.Unmarshal(text, &v.Value)
	case "M":
		inner, err := unmarshalItem(text, depth+1)
		return &types.AttributeValueMemberM{Value: inner}, err
	case "L":
		return unmarshalList(text, depth+1)
	}
	return nil, errors.New("has the unknown type " + strconv.Quote(kind))
}

func unmarshalList(text []byte, depth int) (types.AttributeValue, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, err
	}
	list := &types.AttributeValueMemberL{Value: make([]types.AttributeValue, len(raw))}
	for i, element := range raw {
		inner, err := unmarshalValue(element, depth)
		if err != nil {
			return nil, fmt.Errorf("element %d: %w", i, err)
		}
		list.Value[i] = inner
	}
	return list, nil
}
