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

// Names reports whether the keys of counters with different names differ.
func (k Key) Names() bool { return k.Partition.place() != "" || k.Sort.place() != "" }

// TakesParts reports whether a counter may have further items: each needs a key of its
// own, with a name after the counter's.
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

// Of returns the key of a counter. A further item of a counter is asked for by the
// counter's name, "#" and the item's own name; that stands in the key as it stands in the
// name. Of leaves a number without digits for DynamoDB to refuse.
func (k Key) Of(name string) Item {
	item := Item{}
	for _, e := range k.Elements() {
		item[e.Attribute] = e.of(name)
	}
	return item
}

func (e Element) of(name string) types.AttributeValue {
	text := strings.NewReplacer(CounterPlace, name, NumberPlace, numberOf(name)).Replace(e.Template)
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

// NameOf is the inverse of [Key.Of]: it returns the name of the counter that has a key,
// which may be that of a whole item. If the key has only the number of the name, the name
// is that number. ok is false if no counter has the key. A key without a place has the
// name "".
func (k Key) NameOf(key Item) (name string, ok bool) {
	named := false
	for _, e := range k.Elements() {
		text, fits := e.textOf(key[e.Attribute])
		if !fits {
			return "", false
		}
		part, fits := e.match(text)
		if !fits {
			return "", false
		}
		if e.place() == "" {
			continue
		}
		switch {
		case !named:
			name, named = part, true
		case name != part && numberOf(name) != part && name != numberOf(part):
			return "", false
		case len(part) > len(name):
			name = part
		}
	}
	return name, true
}

// textOf returns the text of a value of the element's type.
func (e Element) textOf(value types.AttributeValue) (text string, ok bool) {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return v.Value, e.Type == types.ScalarAttributeTypeS
	case *types.AttributeValueMemberN:
		text = v.Value
		if trimmed := strings.TrimLeft(text, "0"); trimmed != "" {
			return trimmed, e.Type == types.ScalarAttributeTypeN
		}
		return "0", e.Type == types.ScalarAttributeTypeN
	}
	return "", false
}

// match returns the text that stands in the template's place.
func (e Element) match(text string) (part string, ok bool) {
	place := e.place()
	if place == "" {
		return "", text == e.Template
	}
	before, after, _ := strings.Cut(e.Template, place)
	part, ok = strings.CutPrefix(text, before)
	if !ok {
		return "", false
	}
	part, ok = strings.CutSuffix(part, after)
	isNumber := part != "" && strings.Trim(part, "0123456789") == ""
	return part, ok && part != "" && (place == CounterPlace || isNumber)
}

// place is the one of the template; "" if it has none.
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

// Check returns an error if the element cannot be part of a key. The message is the rest
// of a sentence that begins with the element: "must …".
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
	if strings.Trim(digits, "0123456789") != "" || rest == "" && places == 0 || len(digits) > maxDigits-7 || strings.HasPrefix(digits, "0") && len(digits) > 1 {
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
