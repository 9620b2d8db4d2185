package format

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// Columns is the width of a text on a terminal.
func Columns(s string) int { return uniseg.StringWidth(s) }

// Chop cuts a word that is too long for a line.
func Chop(word string, width int) []string {
	var pieces []string
	var piece strings.Builder
	for word != "" {
		cluster, rest, wide, _ := uniseg.FirstGraphemeClusterInString(word, -1)
		if piece.Len() > 0 && Columns(piece.String())+wide > width {
			pieces = append(pieces, piece.String())
			piece.Reset()
		}
		piece.WriteString(cluster)
		word = rest
	}
	return append(pieces, piece.String())
}

// Shorten cuts a text that is too long for its place.
func Shorten(text string, width int) string {
	text = Printable(text)
	if Columns(text) <= width {
		return text
	}
	return Chop(text, max(width-1, 1))[0] + "…"
}

// Printable replaces the characters of a text from elsewhere that would move the
// cursor.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return '�'
		}
		return r
	}, text)
}

// OneLine puts a message on one line, and replaces control characters that a server or
// a file has put into it.
func OneLine(message string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.Join(strings.Fields(message), " "))
}

// Listed shortens a list of names for a sentence.
func Listed(names []string, most int) []string {
	if len(names) <= most {
		return names
	}
	return append(slices.Clone(names[:most]), fmt.Sprintf("and %d more", len(names)-most))
}
