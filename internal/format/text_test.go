package format

import "testing"

// What a server says must not clear the screen, or write a verdict of its own.
func TestAMessageDoesNotSteerTheTerminal(t *testing.T) {
	for message, want := range map[string]string{
		"a\n b":               "a b",
		"\x1b[2Jpass":         "\uFFFD[2Jpass",
		"\u009b31m \u202eabc": "\uFFFD31m \uFFFDabc",
		"µs, ≤ 5":             "µs, ≤ 5",
	} {
		if got := OneLine(message); got != want {
			t.Errorf("%q: got %q, want %q", message, got, want)
		}
	}
}
