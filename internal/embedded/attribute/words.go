package attribute

import "strings"

// Words are texts that requests repeat, such as the names of attributes. Each is kept
// once, so that reading it again allocates nothing. The zero value keeps none yet; a nil
// *Words never keeps any. It is for one goroutine at a time.
type Words struct{ kept map[string]string }

// How many words are kept, and how long they may be. They are forgotten when there are
// more, because then some of them are not repeated.
const (
	maxWords   = 256
	maxWordLen = 512
)

// Text returns the text of bytes that a parser has read.
func (w *Words) Text(raw []byte) string {
	if w == nil || len(raw) > maxWordLen {
		return string(raw)
	}
	if text, ok := w.kept[string(raw)]; ok {
		return text
	}
	if w.kept == nil || len(w.kept) == maxWords {
		w.kept = map[string]string{}
	}
	text := string(raw)
	w.kept[text] = text
	return text
}

// name returns the name of an attribute. Bytes that are not UTF-8 become U+FFFD.
func (w *Words) name(raw []byte) string { return strings.ToValidUTF8(w.Text(raw), "\uFFFD") }
