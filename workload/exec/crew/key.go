package crew

import (
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter/layout"
)

// elements are the attributes of a counter's key, in their order.
func elements(key layout.Key, name string) (names []string, values []types.AttributeValue) {
	if key.IsZero() {
		key = layout.Default
	}
	all := key.Of(name)
	for _, e := range key.Elements() {
		names, values = append(names, e.Attribute), append(values, all[e.Attribute])
	}
	return names, values
}

// keyTexts are the texts of a counter's key as the proxy names them.
func keyTexts(key layout.Key, name string) []string {
	_, values := elements(key, name)
	var texts []string
	for _, v := range values {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			texts = append(texts, v.Value)
		case *types.AttributeValueMemberN:
			texts = append(texts, v.Value)
		}
	}
	return texts
}

// plainKey is a counter's key as plain JSON, for the program.
func plainKey(key layout.Key, name string) map[string]any {
	plain := map[string]any{}
	names, values := elements(key, name)
	for i, v := range values {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			plain[names[i]] = v.Value
		case *types.AttributeValueMemberN:
			plain[names[i]] = json.Number(v.Value)
		}
	}
	return plain
}
