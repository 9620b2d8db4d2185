package counter

import "fmt"

// Schema is what a counter's item looks like. The zero value is the schema of
// this package: value, version and updated. Any other is that of another
// program, of which strategies know one attribute: they read and write nothing
// else beside the key, so that a [State] has neither version nor time.
type Schema struct {
	// Attribute holds the number. "" is the schema of this package; "value" is
	// that of a program which happens to use the same name.
	Attribute string
}

// maxAttributeBytes is DynamoDB's limit for names of attributes that are keys or
// projected (Developer Guide, "Quotas"). Others may be longer, but not in an
// item below a kilobyte.
const maxAttributeBytes = 255

// Check says why the attribute cannot hold the number; the error goes on where
// the caller names the attribute.
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

// isOurs: the items have version and time.
func (s Schema) isOurs() bool { return s.Attribute == "" }

// attribute is the name of the attribute that holds the number.
func (s Schema) attribute() string {
	if s.isOurs() {
		return attributeValue
	}
	return s.Attribute
}
