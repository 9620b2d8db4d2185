package observe

import (
	"fmt"
	"slices"
	"strings"

	"contend/counter/layout"
)

// Pattern says which attribute of which items is watched.
type Pattern struct {
	// Table is the table's name, in which a star stands for any text.
	Table string
	// Key is the pattern of the items' keys, see [Fits].
	Key string
	// Attribute is the path of names that leads to the number.
	Attribute []string
}

// ParsePattern reads TABLE/KEY-PATTERN:ATTRIBUTE, such as "visits/*:hits" or
// "shop/ORDER#*/TOTAL:stats.sold". A backslash takes the next character literally.
func ParsePattern(text string) (Pattern, error) {
	table, rest, hasKey := strings.Cut(text, "/")
	colon := strings.LastIndexByte(rest, ':')
	switch {
	case !hasKey || colon < 0:
		return Pattern{}, fmt.Errorf("%q must be TABLE/KEY-PATTERN:ATTRIBUTE, such as visits/*:hits", text)
	case table == "":
		return Pattern{}, fmt.Errorf("%q names no table", text)
	case rest[:colon] == "":
		return Pattern{}, fmt.Errorf("%q has no key pattern: use * for every key", text)
	}
	path, err := layout.ParsePath(rest[colon+1:])
	if err != nil {
		return Pattern{}, fmt.Errorf("%q: the attribute %w", text, err)
	}
	if trailingBackslash(rest[:colon]) {
		return Pattern{}, fmt.Errorf("%q: the key pattern ends with a backslash", text)
	}
	return Pattern{Table: table, Key: rest[:colon], Attribute: path}, nil
}

// attributeText is the inverse of [layout.ParsePath].
func attributeText(path []string) string { return layout.Path(path).String() }

// String is the text that [ParsePattern] reads.
func (p Pattern) String() string {
	return p.Table + "/" + p.Key + ":" + attributeText(p.Attribute)
}

// Watch is what is watched.
type Watch []Pattern

// Table reports whether items of a table are watched.
func (w Watch) Table(name string) bool {
	for i := range w {
		if fits(w[i].Table, name) {
			return true
		}
	}
	return false
}

// attributes returns the watched attributes of an item, each once.
func (w Watch) attributes(t *Target) [][]string {
	var found [][]string
	for i := range w {
		p := &w[i]
		isListed := slices.ContainsFunc(found, func(path []string) bool { return slices.Equal(path, p.Attribute) })
		if !isListed && fits(p.Table, t.Table) && Fits(p.Key, t) {
			found = append(found, p.Attribute)
		}
	}
	return found
}

// FitsTable reports whether the name of a table fits a pattern, in which a star stands for
// any text.
func FitsTable(pattern, name string) bool { return fits(pattern, name) }

// Fits reports whether an item's key fits a pattern. A star stands for any text, and a
// backslash takes the next character literally. For a table with a sort key, the pattern
// is PARTITION/SORT, or PARTITION alone for any sort key.
func Fits(pattern string, t *Target) bool {
	if !t.HasSort {
		return fits(pattern, t.Partition)
	}
	partition, sort, hasSort := cutUnescaped(pattern, '/')
	return fits(partition, t.Partition) && (!hasSort || fits(sort, t.Sort))
}

// cutUnescaped cuts a pattern at the first separator without a backslash before it.
func cutUnescaped(pattern string, separator byte) (before, after string, found bool) {
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case separator:
			return pattern[:i], pattern[i+1:], true
		}
	}
	return pattern, "", false
}

func trailingBackslash(pattern string) bool {
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '\\' {
			continue
		}
		if i++; i == len(pattern) {
			return true
		}
	}
	return false
}

// fits matches a text in time proportional to the lengths of pattern and text: after a
// mismatch, only the last star takes one more byte.
func fits(pattern, text string) bool {
	star, resume := -1, 0
	p, t := 0, 0
	for t < len(text) || p < len(pattern) {
		if p < len(pattern) && pattern[p] == '*' {
			star, resume = p, t
			p++
			continue
		}
		if literal, size := literalAt(pattern, p); size > 0 && t < len(text) && literal == text[t] {
			p, t = p+size, t+1
			continue
		}
		if star < 0 || resume >= len(text) {
			return false
		}
		resume++
		p, t = star+1, resume
	}
	return true
}

// literalAt returns the byte that a pattern demands at a place, and its length there; 0
// at the end.
func literalAt(pattern string, at int) (literal byte, size int) {
	switch {
	case at >= len(pattern):
		return 0, 0
	case pattern[at] == '\\' && at+1 < len(pattern):
		return pattern[at+1], 2
	}
	return pattern[at], 1
}
