package expression

import (
	"slices"
	"strconv"
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
	// What the placeholders stand for, each once, in the order of their
	// places: the values' placeholders, the values, and the names.
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

// parsers are parsers that are not in use: they keep the memory of their tokens.
var parsers = sync.Pool{New: func() any { return new(parser) }}

// newParser returns a parser of a text, to be given back by [parser.release].
func newParser(label, text string, placeholders *Placeholders) (*parser, *Error) {
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

// syntaxError complains of the current token, and shows it between its
// neighbours. Parentheses before it are complained of first.
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
			from = 0 // there is nothing but white space
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

// finish returns the error of an expression that was read, or of what follows
// it.
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

// operandKind is what an operand is.
type operandKind uint8

const (
	pathOperand operandKind = iota
	valueOperand
	functionOperand
)

// operand is a path, a placeholder for a value, or a function of operands.
// Placeholders are resolved only once the syntax is known to be right.
type operand struct {
	kind     operandKind
	raw      []rawStep // of a path, until it is resolved
	path     path      // of a path
	word     string    // of a value's placeholder or a function's name
	slot     int       // of a value: its place among the values
	operands []operand // of a function
}

// rawStep is a step as written: a name, a placeholder of a name, or an index.
type rawStep struct {
	kind tokenKind
	text string
}

// isGrammarWord reports whether a word cannot be an attribute or a function.
func isGrammarWord(word string) bool {
	switch strings.ToUpper(word) {
	case "SET", "ADD", "DELETE", "REMOVE":
		return true
	case "AND", "OR", "NOT", "BETWEEN", "IN":
		return true
	}
	return false
}

// operand reads a path, a value, a function call, or one of these in
// parentheses.
func (p *parser) operand() operand {
	if p.depth++; p.depth > maxDepth {
		p.fail("The expression is nested too deeply;")
	}
	defer func() { p.depth-- }()
	t := p.peek()
	switch {
	case p.failed != nil:
	case t.kind == valuePlace:
		p.at++
		return operand{kind: valueOperand, word: p.word(t)}
	case p.take("("):
		opened := p.at
		inner := p.operand()
		p.expect(")")
		if p.failed == nil && p.wraps(opened, p.at-2) {
			p.doubled = true
		}
		return inner
	case t.kind == name && !isGrammarWord(p.word(t)) && p.isCall():
		return p.call()
	}
	return operand{kind: pathOperand, raw: p.path()}
}

func (p *parser) isCall() bool {
	following := p.tokens[p.at+1]
	return following.kind == symbol && p.word(following) == "("
}

// call reads name(operand, …).
func (p *parser) call() operand {
	function := operand{kind: functionOperand, word: p.word(p.peek())}
	p.at += 2
	p.operators++
	function.operands = p.operands()
	return function
}

// operands reads operand, … ).
func (p *parser) operands() []operand {
	var operands []operand
	for p.failed == nil {
		operands = append(operands, p.operand())
		if !p.take(",") {
			break
		}
	}
	p.expect(")")
	return operands
}

// path reads a.b[1].#c.
func (p *parser) path() []rawStep {
	raw := make([]rawStep, 0, 1)
	raw = p.pathName(raw)
	for p.failed == nil {
		switch {
		case p.take("."):
			raw = p.pathName(raw)
		case p.take("["):
			raw = p.pathIndex(raw)
		default:
			return raw
		}
	}
	return nil
}

func (p *parser) pathName(raw []rawStep) []rawStep {
	t := p.peek()
	if t.kind != namePlace && (t.kind != name || isGrammarWord(p.word(t))) {
		p.syntaxError()
		return raw
	}
	p.at++
	return append(raw, rawStep{t.kind, p.word(t)})
}

func (p *parser) pathIndex(raw []rawStep) []rawStep {
	t := p.peek()
	if p.failed == nil && t.kind != index {
		p.syntaxError()
		return raw
	}
	p.at++
	p.expect("]")
	return append(raw, rawStep{index, p.word(t)})
}

// resolveName returns what a placeholder stands for.
func (p *parser) resolveName(placeholder string) string {
	name, failed := p.placeholders.name(p.label, placeholder)
	if failed != nil {
		p.failed = failed
		return ""
	}
	if n := (naming{placeholder, name}); !slices.Contains(p.namings, n) {
		p.namings = append(p.namings, n)
	}
	return name
}

// resolve replaces the placeholders of an operand. It runs after the whole
// expression was read, because DynamoDB reports syntax errors first.
func (p *parser) resolve(o *operand) {
	switch o.kind {
	case pathOperand:
		o.path = p.resolvePath(o.raw)
	case valueOperand:
		if p.failed == nil {
			o.slot = p.resolveValue(o.word)
		}
	case functionOperand:
		for i := range o.operands {
			p.resolve(&o.operands[i])
		}
	}
}

// resolveValue returns the place of a placeholder's value.
func (p *parser) resolveValue(placeholder string) int {
	if slot := slices.Index(p.places, placeholder); slot >= 0 {
		return slot
	}
	value, failed := p.placeholders.value(p.label, placeholder)
	if failed != nil {
		p.failed = failed
		return 0
	}
	p.places, p.values = append(p.places, placeholder), append(p.values, value)
	return len(p.values) - 1
}

// value is what an operand stands for that is a value and was resolved; it is
// unset for others.
func (p *parser) value(o operand) attribute.Value {
	if o.kind != valueOperand || o.slot >= len(p.values) {
		return attribute.Value{}
	}
	return p.values[o.slot]
}

func (p *parser) resolvePath(raw []rawStep) path {
	if len(raw) > maxNesting {
		p.fail("The document path has too many nesting levels; nesting levels: %d", len(raw))
	}
	resolved := make(path, 0, len(raw))
	for _, r := range raw {
		if p.failed != nil {
			return nil
		}
		resolved = append(resolved, p.resolveStep(r))
	}
	return resolved
}

func (p *parser) resolveStep(r rawStep) step {
	s := step{name: r.text, index: -1}
	switch r.kind {
	case namePlace:
		s.name = p.resolveName(r.text)
	case index:
		n, err := strconv.ParseInt(r.text, 10, 64)
		if err != nil || n > maxIndex {
			p.fail("List index is not within the allowable range; index: [%s]", r.text)
		}
		s = step{index: int(n)}
	}
	return s
}
