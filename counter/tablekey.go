package counter

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// key returns the key of a table for the design.
func (t Traits) key() []types.KeySchemaElement {
	key := []types.KeySchemaElement{{AttributeName: aws.String(attributeID), KeyType: types.KeyTypeHash}}
	if t.SortKey {
		key = append(key, types.KeySchemaElement{AttributeName: aws.String(attributeEvent), KeyType: types.KeyTypeRange})
	}
	return key
}

// keyWords describes the key in words.
func (t Traits) keyWords() string {
	if t.SortKey {
		return fmt.Sprintf("the string attribute %q with the sort key %q, a string", attributeID, attributeEvent)
	}
	return fmt.Sprintf("the string attribute %q alone", attributeID)
}

func sameElement(a, b types.KeySchemaElement) bool {
	return aws.ToString(a.AttributeName) == aws.ToString(b.AttributeName) && a.KeyType == b.KeyType
}

// stringAttributes defines each attribute of a key as a string.
func stringAttributes(key []types.KeySchemaElement) []types.AttributeDefinition {
	var definitions []types.AttributeDefinition
	for _, k := range key {
		definitions = append(definitions, types.AttributeDefinition{AttributeName: k.AttributeName, AttributeType: types.ScalarAttributeTypeS})
	}
	return definitions
}

// areStrings reports whether a table defines each attribute of a key as a string.
func areStrings(key []types.KeySchemaElement, definitions []types.AttributeDefinition) bool {
	strings := map[string]bool{}
	for _, d := range definitions {
		strings[aws.ToString(d.AttributeName)] = d.AttributeType == types.ScalarAttributeTypeS
	}
	for _, k := range key {
		if !strings[aws.ToString(k.AttributeName)] {
			return false
		}
	}
	return true
}
