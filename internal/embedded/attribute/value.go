// Package attribute holds DynamoDB attribute values: their wire form, their
// 38-digit numbers, their order and their size.
package attribute

import (
	"slices"
	"strings"
)

// Kind is the type of a value. The zero value is [Unset]; no stored value has it.
type Kind uint8

const (
	Unset Kind = iota
	String
	Number
	Binary
	Bool
	Null
	StringSet
	NumberSet
	BinarySet
	List
	Map
)

// descriptors are the wire names of the kinds, in their order.
var descriptors = [...]string{"", "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"}

// String is the wire's type descriptor, such as "N".
func (k Kind) String() string { return descriptors[k] }

// ParseKind is the inverse of [Kind.String].
func ParseKind(descriptor string) (Kind, bool) {
	i := slices.Index(descriptors[1:], descriptor)
	return Kind(i + 1), i >= 0
}

// Element returns the kind of a set's elements; [Unset] if k is not a set.
func (k Kind) Element() Kind {
	switch k {
	case StringSet:
		return String
	case NumberSet:
		return Number
	case BinarySet:
		return Binary
	}
	return Unset
}

// Value is one attribute value. It is immutable once built: values are shared
// between the versions of an item and between goroutines.
type Value struct {
	Kind Kind
	Bool bool
	Text string  // of a String; the bytes of a Binary; of a Number what Num's String is, or ""
	Num  Decimal // of a Number
	// content is what a set, list or map holds. Few values are one, and a value is copied
	// often, so it lies elsewhere.
	content *content
}

type content struct {
	set      *Set
	elements []Value
	fields   Item
}

// OfSet builds a set of the given kind, which is StringSet, NumberSet or BinarySet.
func OfSet(kind Kind, set *Set) Value { return Value{Kind: kind, content: &content{set: set}} }

// OfElements builds a List.
func OfElements(elements []Value) Value {
	return Value{Kind: List, content: &content{elements: elements}}
}

// OfFields builds a Map.
func OfFields(fields Item) Value { return Value{Kind: Map, content: &content{fields: fields}} }

// Set returns the elements of a set; nil if the value is not one.
func (v Value) Set() *Set {
	if v.content == nil {
		return nil
	}
	return v.content.set
}

// Elements returns the elements of a List; nil if the value is not one. The caller must
// not change them.
func (v Value) Elements() []Value {
	if v.content == nil {
		return nil
	}
	return v.content.elements
}

// Fields returns the fields of a Map; nil if the value is not one. The caller must not
// change them.
func (v Value) Fields() Item {
	if v.content == nil {
		return nil
	}
	return v.content.fields
}

// Item is a stored item, or the fields of a map. It is never changed in place.
type Item = map[string]Value

// Of builds a number from an integer.
func Of(n int64) Value { return Value{Kind: Number, Num: Decimal{small: n}} }

// Equal reports whether a and b are the same value. Numbers are equal if their
// values are, sets if their elements are in any order.
func Equal(a, b Value) bool {
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case Number:
		return a.Num.Compare(b.Num) == 0
	case Bool:
		return a.Bool == b.Bool
	case StringSet, NumberSet, BinarySet:
		return equalSets(a.Set(), b.Set())
	case List:
		return slices.EqualFunc(a.Elements(), b.Elements(), Equal)
	case Map:
		return equalFields(a.Fields(), b.Fields())
	}
	return a.Text == b.Text
}

func equalFields(a, b Item) bool {
	if len(a) != len(b) {
		return false
	}
	for name, value := range a {
		if other, ok := b[name]; !ok || !Equal(value, other) {
			return false
		}
	}
	return true
}

// Some returns an item with only the named attributes of another one. It is never nil.
func Some(item Item, names []string) Item {
	some := make(Item, len(names))
	for _, name := range names {
		if value, ok := item[name]; ok {
			some[name] = value
		}
	}
	return some
}

// Is reports whether a value is of a kind.
func (v Value) Is(k Kind) bool { return v.Kind == k }

// Compare orders two values of the same ordered kind: String by its UTF-8 bytes, Number
// by value, Binary by its unsigned bytes. order is negative if a comes first, 0 if they
// are equal, positive if b comes first. ok is false for all other values.
func Compare(a, b Value) (order int, ok bool) {
	if a.Kind != b.Kind {
		return 0, false
	}
	switch a.Kind {
	case Number:
		return a.Num.Compare(b.Num), true
	case String, Binary:
		return strings.Compare(a.Text, b.Text), true
	}
	return 0, false
}

// Contains reports whether a list or set has an element equal to v.
func (v Value) Contains(element Value) bool {
	if of := v.Kind.Element(); of != Unset {
		return element.Kind == of && v.Set().has(elementText(element))
	}
	return slices.ContainsFunc(v.Elements(), func(e Value) bool { return Equal(e, element) })
}

// Len returns the number of elements of a list or set, or of fields of a map.
func (v Value) Len() int {
	switch v.Kind {
	case List:
		return len(v.Elements())
	case Map:
		return len(v.Fields())
	}
	return v.Set().Len()
}

// Depth returns how deep lists and maps nest in a value: 0 for a value that is neither.
func (v Value) Depth() int {
	if v.Kind != List && v.Kind != Map {
		return 0
	}
	deepest := 0
	for _, element := range v.Elements() {
		deepest = max(deepest, element.Depth())
	}
	for _, field := range v.Fields() {
		deepest = max(deepest, field.Depth())
	}
	return deepest + 1
}
