package text

import "testing"

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		rendered string
		width    int
		want     []string
	}{
		{"", 10, []string{""}},
		{"  one  two ", 10, []string{"one two"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"abcdefgh ij", 3, []string{"abc", "def", "gh", "ij"}},
		{"a abcdefgh", 4, []string{"a", "abcd", "efgh"}},
		{"计数器 x", 4, []string{"计数", "器 x"}},
		{"a\x1b[31mb\nc", 20, []string{"a\ufffd[31mb c"}},
	} {
		got := wrap(c.rendered, c.width)
		if len(got) != len(c.want) {
			t.Errorf("%q: got %q, want %q", c.rendered, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%q: got %q, want %q", c.rendered, got, c.want)
			}
		}
	}
}
