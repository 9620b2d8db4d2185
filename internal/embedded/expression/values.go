package expression

import (
	"iter"

	"contend/internal/embedded/attribute"
)

// Values are the values of a request's placeholders. The zero value has none, and so has
// a nil *Values.
//
// Most requests have a few values, and finding one among few takes less time than a hash.
type Values struct {
	bound []binding
	index map[string]int // the places in bound, if there are many; nil: there are few
}

type binding struct {
	placeholder string
	value       attribute.Value
}

// few is how many values are searched one after another.
const few = 16

// ValuesOf returns the values of a map.
func ValuesOf(values map[string]attribute.Value) *Values {
	v := &Values{}
	for placeholder, value := range values {
		v.Set(placeholder, value)
	}
	return v
}

// Set gives a placeholder a value, in place of the one that it has.
func (v *Values) Set(placeholder string, value attribute.Value) {
	if at := v.at(placeholder); at >= 0 {
		v.bound[at].value = value
		return
	}
	v.bound = append(v.bound, binding{placeholder, value})
	switch n := len(v.bound); {
	case v.index != nil:
		v.index[placeholder] = n - 1
	case n > few:
		v.index = make(map[string]int, 2*n)
		for i, b := range v.bound {
			v.index[b.placeholder] = i
		}
	}
}

// at returns the place of a placeholder's value; -1 if it has none.
func (v *Values) at(placeholder string) int {
	if v.index != nil {
		if at, ok := v.index[placeholder]; ok {
			return at
		}
		return -1
	}
	for i := range v.bound {
		if v.bound[i].placeholder == placeholder {
			return i
		}
	}
	return -1
}

// Get returns the value of a placeholder; ok is false if it has none.
func (v *Values) Get(placeholder string) (value attribute.Value, ok bool) {
	if v == nil {
		return attribute.Value{}, false
	}
	at := v.at(placeholder)
	if at < 0 {
		return attribute.Value{}, false
	}
	return v.bound[at].value, true
}

// Len returns the number of values.
func (v *Values) Len() int {
	if v == nil {
		return 0
	}
	return len(v.bound)
}

// All returns the placeholders and their values, in the order in which they were set.
func (v *Values) All() iter.Seq2[string, attribute.Value] {
	return func(yield func(string, attribute.Value) bool) {
		if v == nil {
			return
		}
		for _, b := range v.bound {
			if !yield(b.placeholder, b.value) {
				return
			}
		}
	}
}

// placeholders yields the placeholders that have a value.
func (v *Values) placeholders(yield func(string) bool) {
	for placeholder := range v.All() {
		if !yield(placeholder) {
			return
		}
	}
}

// Clear removes all values and keeps their memory.
func (v *Values) Clear() {
	clear(v.bound)
	v.bound, v.index = v.bound[:0], nil
}
