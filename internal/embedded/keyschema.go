package embedded

import (
	"slices"

	"contend/internal/embedded/attribute"
)

// takeKeys reads a table's key schema.
func (t *table) takeKeys(r *createTableRequest) error {
	if err := r.checkDefinitions(); err != nil {
		return err
	}
	if err := r.checkSchema(); err != nil {
		return err
	}
	var ok bool
	if t.hash, ok = r.key(0); !ok {
		return invalid("Hash Key not specified in Attribute Definitions.  Type unknown.")
	}
	if len(r.KeySchema) == 2 {
		if t.sort, ok = r.key(1); !ok {
			return invalid("Range Key not specified in Attribute Definitions.  Type unknown.")
		}
	}
	if len(r.AttributeDefinitions) != len(r.KeySchema) {
		return invalid("The number of attributes in key schema must match the number of attributes defined in attribute definitions.")
	}
	return nil
}

func (r *createTableRequest) checkDefinitions() error {
	for i, d := range r.AttributeDefinitions {
		if slices.ContainsFunc(r.AttributeDefinitions[:i], func(other attributeDefinition) bool { return other.AttributeName == d.AttributeName }) {
			return invalid("Cannot have two attributes with the same name")
		}
	}
	return nil
}

func (r *createTableRequest) checkSchema() error {
	keys := r.KeySchema
	isHash := func(k keyElement) bool { return k.KeyType == "HASH" }
	switch {
	case !slices.ContainsFunc(keys, isHash):
		return invalid("No Hash Key specified in schema.  All Dynamo DB tables must have exactly one hash key")
	case !isHash(keys[0]):
		return invalid("Invalid key order. Hash Key must be specified first in key schema, Range Key must be specifed second")
	case len(keys) == 2 && keys[1].KeyType != "RANGE":
		return invalid("Too many hash keys specified.  All Dynamo DB tables must have exactly one hash key")
	case len(keys) == 2 && keys[0].AttributeName == keys[1].AttributeName:
		return invalid("Two keys can not have the same name")
	}
	for _, k := range keys {
		if k.AttributeName == "" || len(k.AttributeName) > maxKeyName {
			return invalid("Names of key attributes and attributes projected into an index must be between 1 and 255 characters, inclusive")
		}
	}
	return nil
}

// maxKeyName is the longest name of a key attribute, in bytes.
const maxKeyName = 255

func (r *createTableRequest) key(i int) (keyAttribute, bool) {
	name := r.KeySchema[i].AttributeName
	at := slices.IndexFunc(r.AttributeDefinitions, func(d attributeDefinition) bool { return d.AttributeName == name })
	if at < 0 {
		return keyAttribute{}, false
	}
	kind, _ := attribute.ParseKind(r.AttributeDefinitions[at].AttributeType)
	return keyAttribute{name, kind}, true
}
