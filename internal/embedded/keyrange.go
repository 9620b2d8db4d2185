package embedded

import (
	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

// keyRange is the sort keys that a key condition admits. The zero value is all
// of them.
type keyRange struct {
	low, high *bound // nil: none
	// closed: a page that ends at an inclusive bound is known to be the last.
	// Of "=" and of begins_with DynamoDB does not know.
	closed bool
}

// bound is an end of a range.
type bound struct {
	value     attribute.Value
	inclusive bool
}

// compare orders a sort key and the bound. Keys that are unset, in a table
// without sort key, are all the same.
func (b *bound) compare(sort attribute.Value) int {
	order, _ := attribute.Compare(sort, b.value)
	return order
}

func (r keyRange) contains(sort attribute.Value) bool {
	return r.low.admits(sort, +1) && r.high.admits(sort, -1)
}

// admits reports whether a key is on the side of the bound that is +1 for what
// is above it and -1 for what is below.
func (b *bound) admits(sort attribute.Value, side int) bool {
	if b == nil {
		return true
	}
	order := b.compare(sort) * side
	return order > 0 || order == 0 && b.inclusive
}

// ends reports whether a key is known to be the last of the range.
func (r keyRange) ends(sort attribute.Value, backward bool) bool {
	far := r.high
	if backward {
		far = r.low
	}
	return r.closed && far != nil && far.inclusive && far.compare(sort) == 0
}

// after is the part of the range that follows a key.
func (r keyRange) after(sort attribute.Value, backward bool) keyRange {
	if backward {
		r.high = &bound{value: sort}
	} else {
		r.low = &bound{value: sort}
	}
	return r
}

// rangeOf is what a comparison admits.
func rangeOf(c expression.Comparison) keyRange {
	first := c.Values[0]
	switch c.Operator {
	case "<":
		return keyRange{high: &bound{value: first}}
	case "<=":
		return keyRange{high: &bound{first, true}, closed: true}
	case ">":
		return keyRange{low: &bound{value: first}}
	case ">=":
		return keyRange{low: &bound{first, true}, closed: true}
	case "BETWEEN":
		return keyRange{low: &bound{first, true}, high: &bound{c.Values[1], true}, closed: true}
	case "begins_with":
		return keyRange{low: &bound{first, true}, high: afterPrefix(first)}
	}
	return keyRange{low: &bound{first, true}, high: &bound{first, true}}
}

// afterPrefix is the bound above all keys that begin with a prefix, which is
// not empty: the first key that is greater and does not begin with it.
func afterPrefix(prefix attribute.Value) *bound {
	text := []byte(prefix.Text)
	for len(text) > 0 && text[len(text)-1] == 0xff {
		text = text[:len(text)-1]
	}
	if len(text) == 0 {
		return nil
	}
	text[len(text)-1]++
	prefix.Text = string(text)
	return &bound{value: prefix}
}
