package probe

import (
	"strings"
	"testing"
	"unicode"
)

// TestAServersWordsDoNotSteerTheTerminal: control characters of a server's messages are
// in no text of the table.
func TestAServersWordsDoNotSteerTheTerminal(t *testing.T) {
	const hostile = "a\x1b[2J\x1b]0;pass\a b\rright\u009b31m \u202eabc\u2066 d\x00\xff\u2028e"
	r := &Report{Endpoint: hostile, Rows: []Row{
		{Name: "row", Verdict: NotJudged, Finding: hostile, Evidence: []string{hostile, hostile}},
	}}
	for _, width := range []int{20, 80, 1000} {
		var b strings.Builder
		if err := r.Text(&b, width); err != nil {
			t.Fatal(err)
		}
		for _, c := range b.String() {
			if c != '\n' && !unicode.IsPrint(c) {
				t.Errorf("width %d: %q in %q", width, c, b.String())
				break
			}
		}
		if n := strings.Count(b.String(), "[2J"); n != 4 {
			t.Errorf("width %d: the rest of the text is shown %d times", width, n)
		}
	}
}
