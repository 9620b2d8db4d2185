package plainjson

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
)

// TestNothingSteersATerminal: each control character is escaped, and every text is
// read again as it was.
func TestNothingSteersATerminal(t *testing.T) {
	var all strings.Builder
	for r := range rune(0x110) {
		all.WriteRune(r)
	}
	for _, text := range []string{"", "plain", all.String(), "\u009b31m 计数器 🙂 <b>\u2028"} {
		var b bytes.Buffer
		if err := Write(&b, map[string]string{text: text}); err != nil {
			t.Fatal(err)
		}
		if at := strings.IndexFunc(b.String(), func(r rune) bool { return unicode.IsControl(r) && r != '\n' }); at >= 0 {
			t.Errorf("%q holds a control character at %d", b.String(), at)
		}
		var again map[string]string
		if err := json.Unmarshal(b.Bytes(), &again); err != nil || again[text] != text {
			t.Errorf("%q was read again as %q, %v", text, again, err)
		}
	}
}

func TestWriteReturnsErrors(t *testing.T) {
	if err := Write(&bytes.Buffer{}, func() {}); err == nil {
		t.Error("a function was written")
	}
}
