package layout

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Key is the key of a table whose items are counters: its attributes, and how the key of
// one counter follows from its name. The zero value is no key.
type Key struct {
	Partition Element
	Sort      Element // its Attribute is "" if the table has no sort key
}

// Element is one attribute of a key.
type Element struct {
	Attribute string
	Type      types.ScalarAttributeType // S or N
	// Template is the attribute's value. In it, [CounterPlace] stands for a counter's
	// name, and [NumberPlace] for the number at the end of the name. An attribute of type
	// N may have the second only.
	Template string
}

// The places in a template.
const (
	CounterPlace = "{counter}"
	NumberPlace  = "{number}"
)

// partMark begins, in a counter's name, the name of a further item of the counter.
const partMark = "#"

// Default is the key of the tables that package counter makes: the string attribute "id",
// with the counter's name.
var Default = Key{Partition: Element{Attribute: "id", Type: types.ScalarAttributeTypeS, Template: CounterPlace}}

// Elements lists the attributes of the key, the partition key first.
func (k Key) Elements() []Element {
	if k.Sort.Attribute == "" {
		return []Element{k.Partition}
	}
	return []Element{k.Partition, k.Sort}
}

// IsZero reports whether it is no key.
func (k Key) IsZero() bool { return k == Key{} }

// DiffersByCounter reports whether the keys of a run's counters differ.
func (k Key) DiffersByCounter() bool { return k.Partition.place() != "" || k.Sort.place() != "" }

// TakesParts reports whether a counter may have further items. Each of these needs a key of
// its own, which only a string with a place can have (see [Key.Of]).
func (k Key) TakesParts() bool {
	for _, e := range k.Elements() {
		if e.place() != "" && e.Type == types.ScalarAttributeTypeS {
			return true
		}
	}
	return false
}

// Has reports whether an attribute is part of the key.
func (k Key) Has(attribute string) bool {
	return attribute != "" && (attribute == k.Partition.Attribute || attribute == k.Sort.Attribute)
}

// Of returns the key of a counter's item. The name of a further item of a counter is the
// counter's name, "#" and the item's own name, such as "counter-0#3"; its key has "#3" after
// the counter's name or number. If the name of a counter has no number, and the key needs
// one, DynamoDB refuses the key.
func (k Key) Of(name string) Item {
	item := Item{}
	for _, e := range k.Elements() {
		item[e.Attribute] = e.of(name)
	}
	return item
}

func (e Element) of(name string) types.AttributeValue {
	text := name
	if e.Template != CounterPlace { // a replacer takes longer to build than a simulated request
		text = strings.NewReplacer(CounterPlace, name, NumberPlace, numberOf(name)).Replace(e.Template)
	}
	if e.Type == types.ScalarAttributeTypeN {
		return &types.AttributeValueMemberN{Value: text}
	}
	return &types.AttributeValueMemberS{Value: text}
}

// Fill returns a text with the places replaced for a counter.
func Fill(text, name string) string {
	return Element{Template: text}.of(name).(*types.AttributeValueMemberS).Value
}

// numberOf returns the digits at the end of a counter's name, with the name of a further
// item if there is one.
func numberOf(name string) string {
	counter, part, isPart := strings.Cut(name, partMark)
	number := counter[len(strings.TrimRight(counter, "0123456789")):]
	if isPart {
		number += partMark + part
	}
	return number
}

// place returns the place in the template; "" if it has none.
func (e Element) place() string {
	for _, place := range []string{CounterPlace, NumberPlace} {
		if strings.Contains(e.Template, place) {
			return place
		}
	}
	return ""
}

// maxDigits is the precision of DynamoDB's numbers.
const maxDigits = 38

// Check returns an error if the element cannot be part of a key. The error is written to
// follow the name of the attribute: "must have a value".
func (e Element) Check() error {
	places := strings.Count(e.Template, CounterPlace) + strings.Count(e.Template, NumberPlace)
	rest := strings.NewReplacer(CounterPlace, "", NumberPlace, "").Replace(e.Template)
	switch {
	case e.Attribute == "":
		return errors.New("must have a name")
	case len(e.Attribute) > maxNameBytes:
		return fmt.Errorf("must have a name of at most %d bytes, not %d", maxNameBytes, len(e.Attribute))
	case e.Template == "":
		return errors.New("must have a value: DynamoDB takes no empty keys")
	case places > 1:
		return fmt.Errorf("must have %s or %s at most once", CounterPlace, NumberPlace)
	case strings.ContainsAny(rest, "{}"):
		return fmt.Errorf("must have no braces but those of %s and %s", CounterPlace, NumberPlace)
	case len(e.Template) > 512:
		return fmt.Errorf("must have at most 512 bytes, not %d", len(e.Template))
	case e.Type == types.ScalarAttributeTypeS:
		return nil
	case e.Type != types.ScalarAttributeTypeN:
		return fmt.Errorf("must be a string or a number, not of the type %s", e.Type)
	case strings.Contains(e.Template, CounterPlace):
		return fmt.Errorf("must have %s in place of %s, as it is a number", NumberPlace, CounterPlace)
	}
	digits := strings.TrimPrefix(rest, "-")
	if strings.Trim(digits, "0123456789") != "" || digits == "" && places == 0 || len(digits) > maxDigits-7 || strings.HasPrefix(digits, "0") && len(digits) > 1 {
		return fmt.Errorf("must be a whole number such as 17 or 17%s", NumberPlace)
	}
	return nil
}

// Check returns an error if tables cannot have the key.
func (k Key) Check() error {
	for _, e := range k.Elements() {
		if err := e.Check(); err != nil {
			return fmt.Errorf("%s %w", e.Attribute, err)
		}
	}
	if k.Partition.Attribute == k.Sort.Attribute {
		return fmt.Errorf("%s must not be both the partition key and the sort key", k.Sort.Attribute)
	}
	return nil
}
