package counter

import "fmt"

// Schema says which attributes a counter's item has. The zero value is the schema of
// this package: value, version and updated. Any other schema is for items of another
// program: strategies read and write one attribute and nothing else beside the key,
// so that a [State] has neither version nor time.
type Schema struct {
	// Attribute is the name of the attribute that holds the number. "" is the
	// schema of this package; "value" is the schema of another program that uses
	// the same name.
	Attribute string
}

// maxAttributeBytes is DynamoDB's limit for names of attributes that are keys or
// projected (Developer Guide, "Quotas"). Other names may be longer, but not in an
// item that is to stay below a kilobyte.
const maxAttributeBytes = 255

// Check returns an error if the attribute cannot hold the number. The message is the
// rest of a sentence that begins with the attribute: "must not be …".
func (s Schema) Check() error {
	switch s.Attribute {
	case attributeID:
		return fmt.Errorf("must not be %q, which is the key", s.Attribute)
	case attributeVersion, attributeUpdated:
		return fmt.Errorf("must not be %q, which holds something else in the items of contend", s.Attribute)
	}
	if len(s.Attribute) > maxAttributeBytes {
		return fmt.Errorf("must have at most %d bytes, not %d", maxAttributeBytes, len(s.Attribute))
	}
	return nil
}

// isOurs reports whether the items have version and time.
func (s Schema) isOurs() bool { return s.Attribute == "" }

// attribute returns the name of the attribute that holds the number.
func (s Schema) attribute() string {
	if s.isOurs() {
		return attributeValue
	}
	return s.Attribute
}
