package layout

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Schema is the key as CreateTable takes it.
func (k Key) Schema() ([]types.KeySchemaElement, []types.AttributeDefinition) {
	var schema []types.KeySchemaElement
	var definitions []types.AttributeDefinition
	for i, e := range k.Elements() {
		schema = append(schema, types.KeySchemaElement{AttributeName: aws.String(e.Attribute), KeyType: keyTypes[i]})
		definitions = append(definitions, types.AttributeDefinition{AttributeName: aws.String(e.Attribute), AttributeType: e.Type})
	}
	return schema, definitions
}

var keyTypes = [...]types.KeyType{types.KeyTypeHash, types.KeyTypeRange}

// Differences says in which ways a table's key is another one, each in a clause such as
// `its sort key is "SK", a string, not "range", a number`; nil if it is the same.
func (k Key) Differences(found *types.TableDescription) []string {
	have := [2]Element{}
	for _, element := range found.KeySchema {
		place := 0
		if element.KeyType == types.KeyTypeRange {
			place = 1
		}
		have[place].Attribute = aws.ToString(element.AttributeName)
		for _, d := range found.AttributeDefinitions {
			if aws.ToString(d.AttributeName) == have[place].Attribute {
				have[place].Type = d.AttributeType
			}
		}
	}
	var differences []string
	for i, want := range [2]Element{k.Partition, k.Sort} {
		if have[i].Attribute != want.Attribute || want.Attribute != "" && have[i].Type != want.Type {
			differences = append(differences, fmt.Sprintf("its %s is %s, not %s", [2]string{"partition key", "sort key"}[i], have[i], want))
		}
	}
	return differences
}

// String describes the attribute, without its value.
func (e Element) String() string {
	if e.Attribute == "" {
		return "none"
	}
	kind := map[types.ScalarAttributeType]string{
		types.ScalarAttributeTypeS: "a string", types.ScalarAttributeTypeN: "a number", types.ScalarAttributeTypeB: "binary",
	}[e.Type]
	return fmt.Sprintf("%q, %s", e.Attribute, kind)
}
