package observe

import (
	"encoding/json"
	"slices"
)

// span is the part [from, to) of a text.
type span struct{ from, to int }

// member is a member of a JSON object: where it is, with its name, and where its value
// is.
type member struct {
	name         []byte
	whole, value span
}

// usualMembers is enough for the objects of most requests.
const usualMembers = 8

// members lists the members of the JSON object at a place in a text. ok is false if there
// is no object, or if a name occurs twice.
func members(text []byte, at span) (list []member, ok bool) {
	i, ok := opened(text, at, '{')
	for ok && i < at.to && text[i] != '}' {
		from := i
		end, isString := skipString(text, i)
		if !isString {
			return nil, false
		}
		name, good := unquoted(text[from:end])
		i = skipSpace(text, end)
		if !good || i >= at.to || text[i] != ':' {
			return nil, false
		}
		value, good := skipValue(text, skipSpace(text, i+1))
		if _, twice := find(list, string(name)); !good || twice {
			return nil, false
		}
		if list == nil {
			list = make([]member, 0, usualMembers)
		}
		list = append(list, member{name, span{from, value.to}, value})
		i, ok = following(text, value.to, '}')
	}
	return list, ok && i < at.to
}

// elements lists the elements of the JSON array at a place in a text.
func elements(text []byte, at span) (list []span, ok bool) {
	i, ok := opened(text, at, '[')
	for ok && i < at.to && text[i] != ']' {
		value, good := skipValue(text, i)
		if !good {
			return nil, false
		}
		list = append(list, value)
		i, ok = following(text, value.to, ']')
	}
	return list, ok && i < at.to
}

// opened returns where the first part of an object or array begins.
func opened(text []byte, at span, bracket byte) (int, bool) {
	i := skipSpace(text, at.from)
	if i >= at.to || text[i] != bracket {
		return 0, false
	}
	return skipSpace(text, i+1), true
}

// following returns where the next part begins, or the closing bracket stands.
func following(text []byte, i int, closing byte) (int, bool) {
	i = skipSpace(text, i)
	switch {
	case i >= len(text):
		return i, false
	case text[i] == ',':
		i = skipSpace(text, i+1)
		return i, i < len(text) && text[i] != closing
	}
	return i, text[i] == closing
}

func find(list []member, name string) (member, bool) {
	for _, m := range list {
		if string(m.name) == name {
			return m, true
		}
	}
	return member{}, false
}

func unquoted(quoted []byte) ([]byte, bool) {
	if !slices.Contains(quoted, '\\') {
		return quoted[1 : len(quoted)-1], true
	}
	var text string
	err := json.Unmarshal(quoted, &text)
	return []byte(text), err == nil
}

func skipSpace(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
		i++
	}
	return i
}

func skipString(text []byte, i int) (end int, ok bool) {
	if i >= len(text) || text[i] != '"' {
		return i, false
	}
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1, true
		}
	}
	return i, false
}

// skipValue returns where the value at a place ends. It checks brackets and strings only.
func skipValue(text []byte, from int) (at span, ok bool) {
	depth, i := 0, from
	for i < len(text) {
		switch c := text[i]; c {
		case '"':
			if i, ok = skipString(text, i); !ok {
				return at, false
			}
			i--
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return span{from, i}, i > from
			}
		case ',', ':', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return span{from, i}, i > from
			}
		}
		if i++; depth == 0 && (text[i-1] == '"' || text[i-1] == '}' || text[i-1] == ']') {
			return span{from, i}, true
		}
	}
	return span{from, i}, depth == 0 && i > from
}

// edit replaces a part of a text.
type edit struct {
	at span
	by string
}

// apply returns the text with the edits, which must not overlap. Everything else stays as
// it is, byte for byte.
func apply(text []byte, edits []edit) []byte {
	if len(edits) == 0 {
		return text
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return a.at.from - b.at.from })
	room, done := len(text), 0
	for _, e := range edits {
		room += len(e.by)
	}
	changed := make([]byte, 0, room)
	for _, e := range edits {
		changed = append(append(changed, text[done:e.at.from]...), e.by...)
		done = e.at.to
	}
	return append(changed, text[done:]...)
}

// without returns the edits that take members out of their object, each with one comma: the
// one before it, if a member before it stays, otherwise the one after it.
func without(list []member, names []string) (edits []edit) {
	stays := false
	for i := range list {
		whole := list[i].whole
		switch {
		case !slices.Contains(names, string(list[i].name)):
			stays = true
			continue
		case stays:
			whole.from = list[i-1].whole.to
		case i+1 < len(list):
			whole.to = list[i+1].whole.from
		}
		edits = append(edits, edit{at: whole})
	}
	return edits
}

// with returns the edit that gives a member of an object a text as its value.
func with(text []byte, o *object, set [2]string) edit {
	value := `"` + set[1] + `"`
	if m, given := find(o.list, set[0]); given {
		return edit{m.value, value}
	}
	added := `"` + set[0] + `":` + value
	if len(o.list) == 0 {
		at := skipSpace(text, o.at.from) + 1
		return edit{span{at, at}, added}
	}
	end := o.list[len(o.list)-1].whole.to
	return edit{span{end, end}, "," + added}
}
