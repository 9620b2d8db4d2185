package attribute

import (
	"iter"

	"github.com/tidwall/btree"
)

// Set holds the elements of a StringSet, NumberSet or BinarySet. It is immutable: a
// changed set shares everything unchanged with the old one, so one more element costs
// the same in a set of ten and in one of ten thousand. It is safe for use by several
// goroutines. A nil Set is empty.
//
// An element is kept as a text. For a number, that is the spelling of [Decimal.String],
// which equal numbers share.
type Set struct {
	texts *btree.BTreeG[string]
	bytes int // size of all elements; see [Size]
}

// setDegree is the degree of the tree. A change copies one node of each level.
const setDegree = 16

func newSet() *Set {
	less := func(a, b string) bool { return a < b }
	return &Set{texts: btree.NewBTreeGOptions(less, btree.Options{Degree: setDegree})}
}

// clone returns a set that may be changed. Several goroutines may call it at once, even
// while others read s.
func (s *Set) clone() *Set {
	if s == nil {
		return newSet()
	}
	return &Set{texts: s.texts.Copy(), bytes: s.bytes}
}

// add returns false if the set already has the element. The set must not be shared yet.
func (s *Set) add(text string, bytes int) bool {
	if _, replaced := s.texts.Set(text); replaced {
		return false
	}
	s.bytes += bytes
	return true
}

// remove removes an element. The set must not be shared yet.
func (s *Set) remove(text string, bytes int) {
	if _, found := s.texts.Delete(text); found {
		s.bytes -= bytes
	}
}

// Len returns the number of elements.
func (s *Set) Len() int {
	if s == nil {
		return 0
	}
	return s.texts.Len()
}

func (s *Set) has(text string) bool {
	if s == nil {
		return false
	}
	_, found := s.texts.Get(text)
	return found
}

// all yields the elements' texts in their order.
func (s *Set) all() iter.Seq[string] {
	return func(yield func(string) bool) {
		if s != nil {
			s.texts.Scan(yield)
		}
	}
}

// elementText is the text that a set keeps for an element.
func elementText(v Value) string {
	if v.Kind == Number {
		return v.Num.String()
	}
	return v.Text
}

// elementBytes is the size of an element, given the text that a set keeps for it.
func (k Kind) elementBytes(text string) int {
	if k != NumberSet {
		return len(text)
	}
	d, err := ParseDecimal(text)
	if err != nil {
		return len(text) // a stored number is one
	}
	return d.size()
}

// equalSets reports whether two sets have the same elements.
func equalSets(a, b *Set) bool {
	if a.Len() != b.Len() {
		return false
	}
	for text := range a.all() {
		if !b.has(text) {
			return false
		}
	}
	return true
}

// Union returns a set with the elements of both values, which must be sets of one kind.
func Union(a, b Value) Value {
	union := a.Set().clone()
	for text := range b.Set().all() {
		union.add(text, a.Kind.elementBytes(text))
	}
	return OfSet(a.Kind, union)
}

// Difference returns a set with the elements of a that b lacks. It may be empty,
// although no stored set is.
func Difference(a, b Value) Value {
	difference := a.Set().clone()
	for text := range b.Set().all() {
		difference.remove(text, a.Kind.elementBytes(text))
	}
	return OfSet(a.Kind, difference)
}
