package report_test

import (
	"bytes"
	"errors"
	"html"
	"strings"
	"testing"

	"contend/report"
	"contend/report/junit"
	"contend/report/markdown"
	"contend/report/page"
	"contend/report/reporttest"
	"contend/report/text"
)

// TestEveryFormSaysWhatARunIsNot: that something ended it early, or that it is a part of a
// run, is in the text, the page, the Markdown and the JUnit XML.
func TestEveryFormSaysWhatARunIsNot(t *testing.T) {
	for name, want := range map[string]func(*report.Report) string{
		"ended-early":  func(r *report.Report) string { return r.EndedEarly.Sentence() },
		"cost-reached": func(r *report.Report) string { return r.CostReached.Sentence() },
		"merged":       func(r *report.Report) string { return r.CostReached.Sentence() },
		"part":         func(r *report.Report) string { return r.Part.Sentence() },
	} {
		r := reporttest.Fixtures()[name]
		for form, got := range forms(t, r) {
			if !strings.Contains(words(got), words(want(r))) {
				t.Errorf("%s: the %s does not say %q:\n%s", name, form, want(r), got)
			}
		}
	}
}

// TestEveryFormNamesALostMachine checks the reason why the run does not pass.
func TestEveryFormNamesALostMachine(t *testing.T) {
	r := reporttest.Merged()
	for form, got := range forms(t, r) {
		if want := r.Machines[2].Sentence(); !strings.Contains(words(got), words(want)) {
			t.Errorf("the %s does not say %q:\n%s", form, want, got)
		}
	}
}

// words leaves out where lines break, and how characters are escaped.
func words(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(html.UnescapeString(s), `\`, "")), " ")
}

func forms(t *testing.T, r *report.Report) map[string]string {
	t.Helper()
	var inText, inPage, inMarkdown, inJUnit bytes.Buffer
	err := errors.Join(text.Report(&inText, r, text.Options{}), page.Report(&inPage, r), markdown.Report(&inMarkdown, r),
		junit.Write(&inJUnit, []junit.Suite{junit.SuiteOf("", r)}))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"text": inText.String(), "page": inPage.String(), "Markdown": inMarkdown.String(), "JUnit XML": inJUnit.String()}
}
