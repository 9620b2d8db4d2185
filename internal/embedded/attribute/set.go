package attribute

import (
	"iter"

	"github.com/tidwall/btree"
)

// Set is the elements of a StringSet, NumberSet or BinarySet. It is immutable:
// a changed set shares with the old one all that did not change, so that one
// more element costs the same in a set of ten and in one of ten thousand.
//
// An element is kept as its text: of a number the spelling of
// [Decimal.String], which equal numbers share. A nil Set is empty.
type Set struct {
	texts *btree.BTreeG[string]
	bytes int // of the elements, see [Size]
}

// setDegree: a change copies one node of each level.
const setDegree = 16

func newSet() *Set {
	less := func(a, b string) bool { return a < b }
	return &Set{texts: btree.NewBTreeGOptions(less, btree.Options{Degree: setDegree})}
}

// clone returns a set that can be changed. It may be called by several
// goroutines at once, also while others read s.
func (s *Set) clone() *Set {
	if s == nil {
		return newSet()
	}
	return &Set{texts: s.texts.Copy(), bytes: s.bytes}
}

// add reports false if there is such an element already. It is for sets that
// nobody else has yet.
func (s *Set) add(text string, bytes int) bool {
	if _, replaced := s.texts.Set(text); replaced {
		return false
	}
	s.bytes += bytes
	return true
}

// remove is for sets that nobody else has yet.
func (s *Set) remove(text string, bytes int) {
	if _, found := s.texts.Delete(text); found {
		s.bytes -= bytes
	}
}

// Len is the number of elements.
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

// elementText is what a set keeps of an element.
func elementText(v Value) string {
	if v.Kind == Number {
		return v.Num.String()
	}
	return v.Text
}

// elementBytes is the size of an element that a set keeps.
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

// Union is a set with the elements of both; both are sets of one kind.
func Union(a, b Value) Value {
	union := a.Set.clone()
	for text := range b.Set.all() {
		union.add(text, a.Kind.elementBytes(text))
	}
	return Value{Kind: a.Kind, Set: union}
}

// Difference is a set with the elements of a that b has not; it may be empty,
// which no stored set is.
func Difference(a, b Value) Value {
	difference := a.Set.clone()
	for text := range b.Set.all() {
		difference.remove(text, a.Kind.elementBytes(text))
	}
	return Value{Kind: a.Kind, Set: difference}
}
