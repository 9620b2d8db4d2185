package markdown

import (
	"bytes"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"contend/report"
	"contend/report/compare"
	"contend/report/reporttest"
)

func rendered(t *testing.T, r *report.Report) string {
	t.Helper()
	var b strings.Builder
	if err := Report(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A report is a few lines and a table whose rows have as many cells as its head.
func TestReportsAreShort(t *testing.T) {
	for name, r := range reporttest.Fixtures() {
		text := rendered(t, r)
		if lines := strings.Count(text, "\n"); lines > 28 {
			t.Errorf("%s: %d lines:\n%s", name, lines, text)
		}
		checkTables(t, name, text)
	}
}

func checkTables(t *testing.T, name, text string) {
	t.Helper()
	cells := 0
	for line := range strings.Lines(text) {
		n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
		if cells > 0 && n > 0 && n != cells {
			t.Errorf("%s: %d bars, not %d: %s", name, n, cells, line)
		}
		cells = n
	}
}

func TestWhatDidNotPassIsSaid(t *testing.T) {
	text := rendered(t, reporttest.Failed())
	if !strings.HasPrefix(text, "**FAIL** · ") || !strings.Contains(text, "- **fail** exactly-once: ") {
		t.Errorf("got\n%s", text)
	}
	if text := rendered(t, reporttest.Passing()); !strings.Contains(text, "- passed: exactly-once, ") || strings.Contains(text, "**fail**") {
		t.Errorf("got\n%s", text)
	}
}

// Names come from files of other people. They must not act as markup on the page that
// shows them.
func TestHostileText(t *testing.T) {
	r := reporttest.Failed()
	r.Scenario, r.Error = "x`|<script>", "[a](http://x) @everyone <img src=x> | b\n# head"
	text := rendered(t, r)
	var page bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.Table)).Convert([]byte(text), &page); err != nil {
		t.Fatal(err)
	}
	for _, live := range []string{"<script", "<a ", "<img", "<h1", "raw HTML"} {
		if strings.Contains(page.String(), live) {
			t.Errorf("%q is live in\n%s\n%s", live, text, page.String())
		}
	}
	if want := "<code>x'¦&lt;script&gt;</code>"; !strings.Contains(page.String(), want) {
		t.Errorf("lacks %q:\n%s", want, page.String())
	}
	checkTables(t, "hostile", text)
}

func TestComparison(t *testing.T) {
	side := func(value string, r *report.Report) compare.Candidate {
		c := compare.Candidate{Settings: []report.Setting{{Path: "strategy", Value: value}}}
		for range 5 {
			c.Runs = append(c.Runs, compare.Run{Folder: ".", Verdict: string(r.Verdict.Status), Report: r})
		}
		return c
	}
	c := compare.Compare([]compare.Candidate{side("conditional", reporttest.Passing()), side("a|b", reporttest.Failed())}, compare.Options{})
	var b strings.Builder
	if err := Comparison(&b, c); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	checkTables(t, "comparison", text)
	for _, want := range []string{"| strategy | passed |", "| conditional | 5/5 |", `| a\|b | 0/5 |`} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
}
