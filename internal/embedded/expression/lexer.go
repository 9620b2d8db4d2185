package expression

import "unicode/utf8"

// tokenKind is what a token is. Keywords of the grammar are names: which names
// are keywords depends on where they stand.
type tokenKind uint8

const (
	endOfText  tokenKind = iota
	name                 // abc
	namePlace            // #abc
	valuePlace           // :abc
	index                // 12
	symbol               // = <> < <= > >= ( ) [ ] , . + -
	notAToken            // any other character
)

type token struct {
	kind       tokenKind
	start, end int // in the text
}

// lex splits text into tokens, the last of which is endOfText. It appends to
// tokens.
func lex(tokens []token, text string) []token {
	for at := 0; ; {
		for at < len(text) && isSpace(text[at]) {
			at++
		}
		if at == len(text) {
			return append(tokens, token{endOfText, at, at})
		}
		t := next(text, at)
		tokens = append(tokens, t)
		at = t.end
	}
}

// next reads the token at a position that is not white space.
func next(text string, at int) token {
	c := text[at]
	switch {
	case isLetter(c):
		return token{name, at, wordEnd(text, at+1)}
	case c == '#' || c == ':':
		end := wordEnd(text, at+1)
		switch {
		case end == at+1:
			return token{notAToken, at, end}
		case c == '#':
			return token{namePlace, at, end}
		}
		return token{valuePlace, at, end}
	case isDigit(c):
		return token{index, at, indexEnd(text, at)}
	}
	kind := symbolKind(c)
	if kind == notAToken {
		_, size := utf8.DecodeRuneInString(text[at:])
		return token{notAToken, at, at + size}
	}
	return token{kind, at, at + symbolLength(text[at:])}
}

// indexEnd is the end of a number without leading zeros.
func indexEnd(text string, at int) int {
	end := at + 1
	for text[at] != '0' && end < len(text) && isDigit(text[end]) {
		end++
	}
	return end
}

func wordEnd(text string, at int) int {
	for at < len(text) && (isLetter(text[at]) || isDigit(text[at]) || text[at] == '_') {
		at++
	}
	return at
}

func symbolKind(c byte) tokenKind {
	switch c {
	case '=', '<', '>', '(', ')', '[', ']', ',', '.', '+', '-':
		return symbol
	}
	return notAToken
}

func symbolLength(text string) int {
	if len(text) > 1 {
		switch text[:2] {
		case "<>", "<=", ">=":
			return 2
		}
	}
	return 1
}

func isSpace(c byte) bool  { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
