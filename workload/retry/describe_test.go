package retry

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// The README has every kind, in lines that fit a terminal.
func TestEveryKindIsDescribed(t *testing.T) {
	for _, kind := range Kinds() {
		d := Describe(kind)
		if len(d.Steps) == 0 || len(d.Steps) > 30 || d.Needs == "" || d.NotFor == "" {
			t.Errorf("%s: got %+v", kind, d)
		}
		for _, line := range d.Steps {
			if utf8.RuneCountInString(line) > 110 {
				t.Errorf("%s: %q is too long", kind, line)
			}
		}
		if needs := kind.Paces(); needs != (d.Needs != "nothing") {
			t.Errorf("%s: needs %q", kind, d.Needs)
		}
	}
	if got := Describe("other"); got.Steps != nil || got.Needs != "" {
		t.Errorf("a kind that there is not: got %+v", got)
	}
	_, kinds, _ := strings.Cut(Readme(), "\n## How each decides\n")
	if n := strings.Count(kinds, "\n## "); n != len(Kinds()) {
		t.Errorf("the README has %d kinds, want %d", n, len(Kinds()))
	}
}
