package expression

import (
	"strings"
	"sync"

	"contend/internal/embedded/attribute"
)

// parser reads one expression. The first error ends it: the methods below
// return zero values once failed is set.
type parser struct {
	label        string
	text         string
	tokens       []token
	at           int
	placeholders *Placeholders
	failed       *Error
	depth        int
	// doubled is set where parentheses stand directly inside parentheses,
	// which DynamoDB calls redundant unless the syntax is wrong before they
	// end.
	doubled bool
	// operators counts operators and functions.
	operators int
	// The meanings of the placeholders, each once, in the order of their places:
	// the placeholders of values, the values, and the names.
	places  []string
	values  []attribute.Value
	namings []naming
}

// Published limits: of operators and functions in one expression, of steps in
// one path, and of values in one list of values. maxDepth bounds recursion; it
// is above what expressions of legal length reach with operators, so that only
// piled-up parentheses meet it.
const (
	maxOperators = 300
	maxNesting   = 32
	maxListed    = 100
	maxDepth     = maxLength / len("NOT ")
	// maxIndex is the last index of a list that an expression may name, found
	// by trying; no list is so long.
	maxIndex = 1<<32 - 2
)

// parsers holds parsers that are not in use; they keep the memory of their tokens.
var parsers = sync.Pool{New: func() any { return new(parser) }}

// newParser returns a parser of a text. [parser.release] gives it back.
func newParser(label, text string, placeholders *Placeholders) (*parser, *Error) {
	if failed := placeholders.checkNow(); failed != nil {
		return nil, failed
	}
	switch {
	case text == "":
		return nil, refuse("Invalid %s: The expression can not be empty;", label)
	case len(text) > maxLength:
		return nil, refuse("Invalid %s: Expression size has exceeded the maximum allowed size; expression size: %d", label, len(text))
	}
	p := parsers.Get().(*parser)
	*p = parser{label: label, text: text, placeholders: placeholders, tokens: lex(p.tokens[:0], text)}
	return p, nil
}

func (p *parser) release() {
	*p = parser{tokens: p.tokens[:0]}
	parsers.Put(p)
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) word(t token) string { return p.text[t.start:t.end] }

func (p *parser) fail(format string, args ...any) {
	if p.failed == nil {
		p.failed = refuse("Invalid "+p.label+": "+format, args...)
	}
}

// syntaxError reports the current token, and shows it between its neighbours. Redundant
// parentheses before it are reported first.
func (p *parser) syntaxError() {
	if p.doubled {
		p.fail("The expression has redundant parentheses;")
	}
	bad := p.peek()
	from, to, word := bad.start, bad.end, p.word(bad)
	if p.at > 0 {
		from = p.tokens[p.at-1].start
	}
	if bad.kind == endOfText {
		word = "<EOF>"
		if p.at == 0 {
			from = 0 // only white space is there
		}
	} else if following := p.tokens[p.at+1]; following.kind != endOfText {
		to = following.end
	}
	p.fail("Syntax error; token: \"%s\", near: \"%s\"", word, p.text[from:to])
}

// take consumes the current token if it is that symbol.
func (p *parser) take(text string) bool {
	if t := p.peek(); t.kind != symbol || p.word(t) != text {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(text string) bool {
	if p.failed == nil && !p.take(text) {
		p.syntaxError()
	}
	return p.failed == nil
}

// takeKeyword consumes the current token if it is that keyword, in any case.
func (p *parser) takeKeyword(keyword string) bool {
	if !p.isKeyword(keyword) {
		return false
	}
	p.at++
	return true
}

func (p *parser) isKeyword(keyword string) bool {
	t := p.peek()
	return t.kind == name && strings.EqualFold(p.word(t), keyword)
}

// finish returns the error of the expression that was read, or of text that follows it.
func (p *parser) finish() *Error {
	if p.failed == nil && p.peek().kind != endOfText {
		p.syntaxError()
	}
	if p.doubled {
		p.fail("The expression has redundant parentheses;")
	}
	if p.operators > maxOperators {
		p.fail("The expression contains too many operators; operator count: %d", maxOperators+1)
	}
	return p.failed
}
