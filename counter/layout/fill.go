package layout

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// FillItem returns a copy of an item in which the places in strings are replaced for a
// counter. The copy shares no map or list with the item.
func FillItem(item Item, name string) Item {
	filled := make(Item, len(item))
	for attribute, value := range item {
		filled[attribute] = fillValue(value, name)
	}
	return filled
}

func fillValue(value types.AttributeValue, name string) types.AttributeValue {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return &types.AttributeValueMemberS{Value: Fill(v.Value, name)}
	case *types.AttributeValueMemberM:
		return &types.AttributeValueMemberM{Value: FillItem(v.Value, name)}
	case *types.AttributeValueMemberL:
		list := &types.AttributeValueMemberL{}
		for _, element := range v.Value {
			list.Value = append(list.Value, fillValue(element, name))
		}
		return list
	}
	return value
}
