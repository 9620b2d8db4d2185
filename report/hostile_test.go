package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"regexp"
	"runtime/debug"
	"slices"
	"testing"
)

// notNumbers are what a number that is none is written as. The report that is made
// hostile has no such word elsewhere.
var notNumbers = regexp.MustCompile(`\b(NaN|[+-]?Inf|nan|%!)`)

// renderAll writes a report in every form, and a comparison and a table of it.
func renderAll(t *testing.T, r *Report, what string) string {
	t.Helper()
	var b bytes.Buffer
	must := func(err error) {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	must(HTML(&b, r))
	for _, width := range []int{40, 200} {
		must(Text(&b, r, TextOptions{Width: width}))
	}
	must(HGRM(&b, r))
	must(r.Encode(&b))
	v := VariantRuns{Settings: []Setting{{"retry.policy", "none"}}, Runs: []ComparedRun{
		ComparedRun{Folder: "a", Report: r}.Digest(nil), ComparedRun{Folder: "b", Report: r}.Digest(nil)}}
	c := Compare([]VariantRuns{v, v}, CompareOptions{})
	must(c.HTML(&b))
	must(c.Text(&b, TextOptions{Width: 100}))
	must(c.CSV(&b))
	must(c.Encode(&b))
	m := &Matrix{Variants: []Variant{NewVariant(nil, "", r)}}
	must(m.Text(&b, TextOptions{Width: 100}))
	return b.String()
}

var hostile = flag.Int("hostile", 1, "of the hostile values, how many are put in the place of each value of a report")

// TestAHostileReportIsAnErrorOrAPageOfNumbers: whatever somebody wrote in place of
// any one value of the file. Each place gets its turn of the hostile values, with
// -hostile 16 all of them.
func TestAHostileReportIsAnErrorOrAPageOfNumbers(t *testing.T) {
	instead := []any{nil, -1, 0, 1e308, -1e308, 1e20, -1e20, 5e-324, json.Number("1e999"), json.Number("9223372036854775807"),
		json.Number("-9223372036854775808"), "x", []any{}, []any{nil, nil}, map[string]any{}, false}
	refused, rendered, turn := 0, 0, 0
	var tree any
	if err := json.Unmarshal(encoded(t, failed()), &tree); err != nil {
		t.Fatal(err)
	}
	eachValue(tree, map[string]bool{}, "", func(path string, set func(any), old any) {
		for range *hostile {
			value := instead[turn%len(instead)]
			turn++
			set(value)
			text, err := json.Marshal(tree)
			if err != nil {
				t.Fatal(err)
			}
			r, err := Decode(bytes.NewReader(text))
			if err != nil {
				refused++
				continue
			}
			rendered++
			if found := rendering(t, r, fmt.Sprintf("%s = %v", path, value)); found != "" {
				t.Errorf("%s = %v: the page holds %q", path, value, found)
			}
		}
		set(old)
	})
	if least := turn / 10; refused < least || rendered < least {
		t.Errorf("%d are refused and %d rendered", refused, rendered)
	}
}

// rendering gives what is no number in any form of a report. what is told with a
// panic.
func rendering(t *testing.T, r *Report, what string) (found string) {
	t.Helper()
	defer func() {
		if problem := recover(); problem != nil {
			t.Errorf("%s: panic: %v\n%s", what, problem, debug.Stack())
		}
	}()
	text := renderAll(t, r, what)
	if at := notNumbers.FindStringIndex(text); at != nil {
		return text[max(at[0]-60, 0):min(at[1]+20, len(text))]
	}
	return ""
}

// eachValue visits the values of a tree, of lists only the first.
func eachValue(tree any, seen map[string]bool, path string, visit func(path string, set func(any), old any)) {
	inner := func(path string, set func(any), old any) {
		if seen[path] {
			return
		}
		seen[path] = true
		visit(path, set, old)
		eachValue(old, seen, path, visit)
	}
	switch node := tree.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			inner(path+"."+key, func(v any) { node[key] = v }, node[key])
		}
	case []any:
		if len(node) > 0 {
			inner(path+"[0]", func(v any) { node[0] = v }, node[0])
		}
	}
}
