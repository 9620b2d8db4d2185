package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"contend/internal/format"
)

// fieldOf returns the path of the first value in a JSON text that is wrong, as in
// "seconds[3].p99_ms"; "" if none is. Fields are visited in the order of their names.
// alone is a text that contains this value and nothing else of the file.
func fieldOf(text []byte, wrong func(value any, alone []byte) bool) string {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return ""
	}
	return fieldIn(tree, "", func(v any) any { return v }, wrong)
}

// fieldIn searches below one value of the tree. within wraps a value in what surrounds
// this one.
func fieldIn(node any, path string, within func(any) any, wrong func(any, []byte) bool) string {
	switch node := node.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			inner := func(v any) any { return within(map[string]any{key: v}) }
			if found := fieldIn(node[key], strings.TrimPrefix(path+"."+key, "."), inner, wrong); found != "" {
				return found
			}
		}
	case []any:
		for i, v := range node {
			inner := func(v any) any { return within([]any{v}) }
			if found := fieldIn(v, fmt.Sprintf("%s[%d]", path, i), inner, wrong); found != "" {
				return found
			}
		}
	}
	alone, err := json.Marshal(within(node)) // a list or an object may be wrong although its elements are right
	if err == nil && wrong(node, alone) {
		return format.Shorten(path, 200)
	}
	return ""
}
