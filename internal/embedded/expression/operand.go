package expression

import (
	"slices"
	"strconv"
	"strings"

	"contend/internal/embedded/attribute"
)

// operandKind is the kind of an operand.
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

// resolveName returns the name that a placeholder stands for.
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

// resolve replaces the placeholders of an operand. It runs after the whole expression
// was parsed, because DynamoDB reports syntax errors first.
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

// value returns the value of a resolved operand. It is unset for operands that are no
// value.
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
