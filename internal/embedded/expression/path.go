package expression

import (
	"cmp"
	"strconv"
	"strings"

	"contend/internal/embedded/attribute"
)

// step is one part of a document path: a name, or an index into a list.
type step struct {
	name  string
	index int // -1 for a name
}

func (s step) isIndex() bool { return s.index >= 0 }

func (s step) String() string {
	if s.isIndex() {
		return "[" + strconv.Itoa(s.index) + "]"
	}
	return s.name
}

// path leads to an attribute or to a part of one.
type path []step

// top is the attribute that the path starts with.
func (p path) top() string { return p[0].name }

// String is the form of error messages: [a, b, [1]].
func (p path) String() string {
	parts := make([]string, len(p))
	for i, s := range p {
		parts[i] = s.String()
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// find returns the value at the path in an item.
func (p path) find(item attribute.Item) (attribute.Value, bool) {
	value, ok := item[p[0].name]
	for _, s := range p[1:] {
		if !ok {
			return attribute.Value{}, false
		}
		value, ok = child(value, s)
	}
	return value, ok
}

func child(value attribute.Value, s step) (attribute.Value, bool) {
	if !s.isIndex() {
		found, ok := value.Fields()[s.name]
		return found, ok
	}
	if value.Kind != attribute.List || s.index >= len(value.Elements()) {
		return attribute.Value{}, false
	}
	return value.Elements()[s.index], true
}

// fits reports whether an item has the map or list that the path's last step
// belongs to. The attribute itself may be new.
func (p path) fits(item attribute.Item) bool {
	if len(p) == 1 {
		return true
	}
	parent, ok := p[:len(p)-1].find(item)
	if p.last().isIndex() {
		return ok && parent.Kind == attribute.List
	}
	return ok && parent.Kind == attribute.Map
}

func (p path) last() step { return p[len(p)-1] }

// backward orders paths so that later elements of a list, and everything in them, come
// before earlier ones.
func backward(a, b path) int {
	for i := range min(len(a), len(b)) {
		if order := cmp.Or(b[i].index-a[i].index, strings.Compare(a[i].name, b[i].name)); order != 0 {
			return order
		}
	}
	return 0
}

// collide refuses two paths of one expression if one contains the other, or if one
// needs a map where the other needs a list.
func collide(label string, paths []path) *Error {
	for i := len(paths) - 1; i >= 0; i-- { // of several pairs DynamoDB names the last
		one := paths[i]
		for _, two := range paths[i+1:] {
			n, at, what := min(len(one), len(two)), 0, ""
			for at < n && one[at] == two[at] {
				at++
			}
			switch {
			case at == n:
				what = "overlap"
			case one[at].isIndex() != two[at].isIndex():
				what = "conflict"
			default:
				continue
			}
			return refuse("Invalid %s: Two document paths %s with each other; must remove or rewrite one of these paths; path one: %s, path two: %s",
				label, what, one, two)
		}
	}
	return nil
}
