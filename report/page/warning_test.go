package page

import (
	"fmt"
	"strings"
	"testing"

	"contend/report/reporttest"
)

// Every warning of the kinds of runs leads to a section of its page.
func TestWarningsLeadToWhatTheyAreAbout(t *testing.T) {
	seen := 0
	for name, r := range reporttest.Fixtures() {
		d := documentOf(r)
		page := runPage(t, r)
		for _, w := range d.Linked() {
			if name == "huge" { // its warnings say nothing
				continue
			}
			seen++
			if w.Section == nil {
				t.Errorf("%s: nothing is said to show %q", name, w.Text)
				continue
			}
			if link := fmt.Sprintf(`<a href="#%s">%s</a></li>`, w.Section.ID, w.Section.Title); !strings.Contains(page, link) {
				t.Errorf("%s: lacks %s for %q", name, link, w.Text)
			}
			if !strings.Contains(page, fmt.Sprintf(`<section id="%s"`, w.Section.ID)) {
				t.Errorf("%s: the section %q of %q is not there", name, w.Section.ID, w.Text)
			}
		}
	}
	if seen == 0 {
		t.Error("there was no warning")
	}
}

func TestTheSubjectOfAWarning(t *testing.T) {
	sections := []section{{ID: "latency"}, {ID: "time"}, {ID: "contention"}, {ID: "scenario"}}
	for _, c := range []struct{ warning, want string }{
		{"p99.9 of 100 applied operations is just the maximum: it needs at least 1000", "latency"},
		{"throughput drifted from 5/s in the first third of the run to 9/s in the last", "time"},
		{"none of 5 update attempts met a conflict: the run says nothing about contention", "contention"},
		{"reads: eventual has no effect: there are no read operations", "scenario"},
		{"no operation succeeded after 2.8 s", "time"},
		{"something else", ""},
	} {
		got := ""
		if s := sectionFor(c.warning, sections); s != nil {
			got = s.ID
		}
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.warning, got, c.want)
		}
	}
}
