package attribute

import (
	"fmt"
	"strings"
	"testing"
)

func TestWordsAreKept(t *testing.T) {
	var w Words
	raw := []byte("#value")
	first := w.Text(raw)
	copy(raw, "#other") // as a parser does with its memory
	if first != "#value" || w.Text(raw) != "#other" {
		t.Fatalf("texts %q and %q", first, w.Text(raw))
	}
	if n := testing.AllocsPerRun(100, func() { _ = w.Text(raw) }); n != 0 {
		t.Errorf("a repeated word allocates %v times", n)
	}
}

func TestWordsAreBounded(t *testing.T) {
	var w Words
	for i := range 10 * maxWords {
		if text := fmt.Sprint("word ", i); w.Text([]byte(text)) != text {
			t.Fatalf("%q became another text", text)
		}
		if len(w.kept) > maxWords {
			t.Fatalf("%d words are kept", len(w.kept))
		}
	}
	before := len(w.kept)
	if long := strings.Repeat("x", maxWordLen+1); w.Text([]byte(long)) != long || len(w.kept) != before {
		t.Errorf("a text of %d bytes became another, or was kept", len(long))
	}
	if text := (*Words)(nil).Text([]byte("any")); text != "any" {
		t.Errorf("without words, a text became %q", text)
	}
}
