package folder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"contend/internal/longtest"
	"contend/report"
	"contend/report/compare"
	"contend/report/page"
	"contend/report/reporttest"
	"contend/report/text"
)

var hostile = longtest.Flag("hostile", 1, len(hostileValues()), "of the hostile values, how many are put in the place of each value of a file")

// badDrawing matches a drawing with a value that is not a number.
var badDrawing = regexp.MustCompile(`="[^"]*(NaN|Inf)\b[^"]*"`)

// notNumber returns the place of the first word in the text that begins as NaN or an
// infinity is written, or as package fmt reports a wrong verb; −1 if there is none. The
// files that are made hostile have no such word elsewhere. A pattern would take a third
// of the test's time.
func notNumber(text string) int {
	for _, word := range []string{"NaN", "Inf", "nan", "%!"} {
		for from := 0; ; {
			at := strings.Index(text[from:], word)
			if at < 0 {
				break
			}
			if at += from; word == "%!" || at == 0 || !isWord(text[at-1]) {
				return at
			}
			from = at + len(word)
		}
	}
	return -1
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// hostileText steers a terminal (also by the control characters beyond ASCII), is a
// tag, and turns the direction of writing.
const hostileText = "\x1b[31m\x07\u009b31m\x7f\r\n<b>hostile</b>\"'&\u202e"

// hostileValues are put in the place of each value of a file.
func hostileValues() []any {
	return []any{nil, -1, 0, 1e308, -1e308, 1e20, -1e20, 5e-324, json.Number("1e999"), json.Number("9223372036854775807"),
		json.Number("-9223372036854775808"), "x", "", "NaN", "-Inf", "1e999", "5e-324", hostileText, []any{}, []any{nil, nil}, map[string]any{}, false}
}

// shown is a file in all its forms.
type shown struct{ html, text, data bytes.Buffer }

// report writes a report in every form, and a comparison and a table of it.
func (s *shown) report(t *testing.T, r *report.Report, what string) {
	t.Helper()
	s.write(t, what, page.Report(&s.html, r), text.HGRM(&s.text, r), r.Encode(&s.data))
	for _, width := range []int{40, 200} {
		s.write(t, what, text.Report(&s.text, r, text.Options{Width: width}))
	}
	v := compare.Candidate{Settings: []report.Setting{{Path: "retry.policy", Value: "none"}}, Runs: []compare.Run{
		compare.Run{Folder: "a", Report: r}.Digest(nil), compare.Run{Folder: "b", Report: r}.Digest(nil)}}
	s.comparison(t, compare.Compare([]compare.Candidate{v, v}, compare.Options{}), what)
	s.matrix(t, &report.Matrix{Variants: []report.MatrixRun{report.NewMatrixRun(nil, "", r)}}, what)
}

func (s *shown) comparison(t *testing.T, c *compare.Comparison, what string) {
	t.Helper()
	s.write(t, what, page.Comparison(&s.html, c), c.CSV(&s.data), c.Encode(&s.data))
	for _, width := range []int{40, 200} {
		s.write(t, what, text.Comparison(&s.text, c, text.Options{Width: width}))
	}
}

func (s *shown) matrix(t *testing.T, m *report.Matrix, what string) {
	t.Helper()
	s.write(t, what, m.Encode(&s.data))
	for _, width := range []int{40, 200} {
		s.write(t, what, text.Matrix(&s.text, m, text.Options{Width: width}))
	}
}

func (s *shown) write(t *testing.T, what string, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// controls are the characters that control a terminal, except line feed and tab.
var controls = sync.OnceValue(func() (all []string) {
	for r := range rune(0xa0) {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			all = append(all, string(r))
		}
	}
	return all
})

// wrong returns a flaw of a shown file that no form may have; "" if there is none. word
// is a text of the file that looks like a number that is not one.
func (s *shown) wrong(word string) string {
	all := s.html.String() + s.text.String() + s.data.String()
	for _, control := range controls() {
		if at := strings.Index(all, control); at >= 0 {
			return around(all, at)
		}
	}
	page := s.html.String()
	if at := strings.Index(page, "<b>hostile"); at >= 0 {
		return around(page, at)
	}
	if word != "" {
		return ""
	}
	if strings.Contains(page, "NaN") || strings.Contains(page, "Inf") {
		if at := badDrawing.FindStringIndex(page); at != nil {
			return around(page, at[0])
		}
	}
	if at := notNumber(all); at >= 0 {
		return around(all, at)
	}
	return ""
}

func around(text string, at int) string { return text[max(at-60, 0):min(at+20, len(text))] }

// tryHostile puts hostile values in the place of each value of a file, and the hostile
// text in the place of each text. Each place gets the next -hostile of the values in
// turn; 22 are all of them. Where tests have to be quick, only every sixth place gets
// values, and the place before it the text. read shows the file, or says why it is
// refused.
func tryHostile(t *testing.T, file []byte, read func(s *shown, text []byte, what string) error) {
	t.Helper()
	values := hostileValues()
	refused, rendered, turn := 0, 0, 0
	place, every := 0, longtest.Count(6, 1)
	var tree any
	if err := json.Unmarshal(file, &tree); err != nil {
		t.Fatal(err)
	}
	eachValue(tree, map[string]bool{}, "", func(path string, set func(any), old any) {
		var tried []any
		if place++; place%every == 0 {
			for range hostile() {
				tried = append(tried, values[turn%len(values)])
				turn++
			}
		}
		if _, isText := old.(string); isText && (place+1)%every == 0 {
			tried = append(tried, hostileText)
		}
		for _, value := range tried {
			set(value)
			text, err := json.Marshal(tree)
			if err != nil {
				t.Fatal(err)
			}
			what := fmt.Sprintf("%s = %q", path, fmt.Sprint(value))
			if err := tryOne(t, text, value, what, read); err != nil {
				refused++
				if !namesField(err.Error(), path) {
					t.Errorf("%s: the error does not name the field: %v", what, err)
				}
				continue
			}
			rendered++
		}
		set(old)
	})
	if least := turn / 10; refused < least || rendered < least {
		t.Errorf("%d are refused and %d rendered", refused, rendered)
	}
}

// namesField reports whether an error names the field, or the field that contains it.
func namesField(err, path string) bool {
	names := strings.Split(strings.ReplaceAll(path, "[0]", ""), ".")
	return slices.ContainsFunc(names[max(len(names)-2, 1):], func(name string) bool { return strings.Contains(err, name) })
}

// tryOne shows one file. If that panics, it reports what the file was.
func tryOne(t *testing.T, text []byte, value any, what string, read func(s *shown, text []byte, what string) error) error {
	t.Helper()
	defer func() {
		if problem := recover(); problem != nil {
			t.Errorf("%s: panic: %v\n%s", what, problem, debug.Stack())
		}
	}()
	var s shown
	if err := read(&s, text, what); err != nil {
		if wrong := strings.IndexFunc(err.Error(), unicode.IsControl); wrong >= 0 {
			t.Errorf("%s: the error holds a control character: %q", what, err)
		}
		return err
	}
	word, _ := value.(string)
	if !slices.Contains([]string{"NaN", "-Inf"}, word) {
		word = ""
	}
	if found := s.wrong(word); found != "" {
		t.Errorf("%s: a form holds %q", what, found)
	}
	return nil
}

// TestAHostileReportIsAnErrorOrAPageOfNumbers: any one value of the file may be
// replaced.
func TestAHostileReportIsAnErrorOrAPageOfNumbers(t *testing.T) {
	tryHostile(t, encoded(t, reporttest.Failed()), func(s *shown, text []byte, what string) error {
		r, err := report.Decode(bytes.NewReader(text))
		if err == nil {
			s.report(t, r, what)
		}
		return err
	})
}

// TestAHostileMatrixIsAnErrorOrATable: the matrix is shown alone, and in a comparison
// with intact reports.
func TestAHostileMatrixIsAnErrorOrATable(t *testing.T) {
	m := hostileMatrix()
	var file bytes.Buffer
	if err := m.Encode(&file); err != nil {
		t.Fatal(err)
	}
	tryHostile(t, file.Bytes(), func(s *shown, text []byte, what string) error {
		m, err := report.DecodeMatrix(bytes.NewReader(text))
		if err != nil {
			return err
		}
		s.matrix(t, m, what)
		s.comparison(t, compareMatrix(m), what)
		return nil
	})
}

// TestSettingsThatCannotBeCounted: the numbers of a plot's axis may be so near to
// each other, or to 0, that a loop over its ticks would not end.
func TestSettingsThatCannotBeCounted(t *testing.T) {
	for _, workers := range [][2]string{{"100000000000000000", "100000000000000016"}, {"5e-324", "1e-322"}, {"1e308", "-1e308"}, {"0", "1e17"}} {
		m := hostileMatrix()
		m.Variants = m.Variants[:2]
		for i, text := range workers {
			m.Variants[i].Settings[0].Value = text
		}
		var s shown
		s.comparison(t, compareMatrix(m), workers[0])
		if found := s.wrong(""); found != "" {
			t.Errorf("%v: a form holds %q", workers, found)
		}
	}
}

// hostileMatrix has everything that a matrix can have: numbers as settings, which plots
// are drawn from, a run that failed, and thresholds.
func hostileMatrix() *report.Matrix {
	m := &report.Matrix{Version: report.Version, ToolVersion: "v1", Scenario: "hot-key", Description: "two workers", Target: report.Target{Kind: "embedded"}, Planned: 3, Interrupted: true}
	for i, r := range []*report.Report{reporttest.Failed(), reporttest.Passing(), nil} {
		v := report.NewMatrixRun([]report.Setting{{Path: "load.workers", Value: fmt.Sprint(8 << i)}, {Path: "retry.policy", Value: "none"}}, fmt.Sprintf("run-%d", i), r)
		v.Repeat = i + 1
		m.Variants = append(m.Variants, v)
	}
	m.Variants[0].Thresholds = reporttest.Failed().Thresholds
	m.Variants[2].Error = "it could not be run"
	return m
}

// compareMatrix compares the runs of a matrix as "contend compare" does.
func compareMatrix(m *report.Matrix) *compare.Comparison {
	var groups []compare.Candidate
	for _, v := range m.Variants {
		run := compare.Run{Folder: v.Folder, Verdict: string(v.Verdict), Error: v.Error}
		if v.Verdict != "" {
			run.Report = reporttest.Passing()
		}
		run = run.Digest(m.Thresholds())
		groups = append(groups, compare.Candidate{Settings: v.Settings, Runs: []compare.Run{run, run}})
	}
	return compare.Compare(groups, compare.Options{})
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
