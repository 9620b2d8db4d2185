package manifest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quoted is a text in double quotes, which YAML, JSON and comments take. It has only
// printable characters of ASCII.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r >= ' ' && r <= '~':
			b.WriteRune(r)
		case r > 0xffff:
			high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// literal is a text as a literal block of YAML, indented by so many spaces; in double quotes
// if such a block cannot hold it.
func literal(indent int, text string) string {
	if !plain(text) {
		return yamlQuoted(text)
	}
	const indicator = "|2" // by how much the lines are indented, if the first begins with a space
	var b strings.Builder
	b.WriteString(indicator)
	for line := range strings.Lines(strings.TrimRight(text, "\n")) {
		line = strings.TrimRight(line, "\n")
		b.WriteByte('\n')
		if line != "" {
			b.WriteString(strings.Repeat(" ", indent) + line)
		}
	}
	return b.String()
}

// plain reports whether a text has only characters that every reader of YAML takes as they
// are. Some readers end a line at U+0085, U+2028 and U+2029.
func plain(text string) bool {
	if strings.TrimSpace(text) == "" || !utf8.ValidString(text) {
		return false
	}
	for _, r := range text {
		if r != '\n' && !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

// yamlQuoted is a text in double quotes for YAML, in which a character beyond 16 bits has an
// escape of its own instead of two halves.
func yamlQuoted(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r > 0xffff {
			fmt.Fprintf(&b, `\U%08x`, r)
			continue
		}
		q := quoted(string(r))
		b.WriteString(q[1 : len(q)-1])
	}
	return `"` + b.String() + `"`
}

// shell is a word of a shell script.
func shell(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// terminator is the last line of a document within a shell script, which is no line of the
// text.
func terminator(text string) string {
	lines, word := strings.Split(text, "\n"), "END_OF_SCENARIO"
	for slices.Contains(lines, word) {
		word += "_"
	}
	return word
}

// delimiter is a text that another does not have.
func delimiter(text, word string) string {
	for strings.Contains(text, word) {
		word += word[len(word)-1:]
	}
	return word
}

// ended is a text that ends with one line break.
func ended(text string) string { return strings.TrimRight(text, "\n") + "\n" }
