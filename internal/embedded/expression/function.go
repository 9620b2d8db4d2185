package expression

import (
	"slices"
	"strings"
	"unicode/utf8"

	"contend/internal/embedded/attribute"
)

// signature describes the operands of a function, and where it may stand.
type signature struct {
	operands int
	// pathFirst: the first operand must be a document path.
	pathFirst bool
	update    bool // allowed in update expressions; otherwise in conditions
	nests     bool // allowed as an operand of another function or a comparison
}

// place is where a function stands.
type place uint8

const (
	asCondition place = iota
	asAssigned        // the whole value that SET assigns
	asOperand
)

func signatureOf(function string) (signature, bool) {
	switch function {
	case "attribute_exists", "attribute_not_exists":
		return signature{operands: 1, pathFirst: true}, true
	case "size":
		return signature{operands: 1, nests: true}, true
	case "attribute_type", "begins_with", "contains":
		return signature{operands: 2}, true
	case "if_not_exists":
		return signature{operands: 2, pathFirst: true, update: true, nests: true}, true
	case "list_append":
		return signature{operands: 2, update: true}, true
	}
	return signature{}, false
}

// checkWords refuses reserved words and misplaced functions. DynamoDB does so from left
// to right, before it looks at any operand.
func (p *parser) checkWords(o *operand, at place) {
	switch {
	case o.kind == pathOperand:
		p.checkReserved(o.raw)
	case o.kind == functionOperand:
		p.checkPlace(o.word, at)
		for i := range o.operands {
			p.checkWords(&o.operands[i], asOperand)
		}
	}
}

func (p *parser) checkReserved(raw []rawStep) {
	for _, r := range raw {
		if r.kind == name && isReserved(r.text) {
			p.fail("Attribute name is a reserved keyword; reserved keyword: %s", r.text)
		}
	}
}

// checkPlace refuses functions that are unknown or misplaced. Function names are the
// only words of the grammar that are case sensitive.
func (p *parser) checkPlace(function string, at place) {
	s, known := signatureOf(function)
	switch {
	case !known:
		p.fail("Invalid function name; function: %s", function)
	case s.update && p.label != updateLabel:
		p.fail("The function is not allowed in a condition expression; function: %s", function)
	case !s.update && p.label == updateLabel:
		p.fail("The function is not allowed in an update expression; function: %s", function)
	case at == asOperand && !s.nests, at == asCondition && s.nests:
		p.fail("The function is not allowed to be used this way in an expression; function: %s", function)
	}
}

// checkFunction refuses calls whose operands cannot be valid for any item.
func (p *parser) checkFunction(o *operand) {
	s, _ := signatureOf(o.word)
	switch {
	case p.failed != nil || o.kind != functionOperand:
	case len(o.operands) != s.operands:
		p.fail("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", o.word, len(o.operands))
	case s.pathFirst && o.operands[0].kind != pathOperand:
		p.fail("Operator or function requires a document path; operator or function: %s", o.word)
	default:
		p.checkArguments(o)
	}
}

func (p *parser) checkArguments(o *operand) {
	for i := range o.operands {
		p.checkFunction(&o.operands[i])
	}
	switch o.word {
	case "attribute_type":
		p.checkDistinct(o.word, o.operands)
		p.checkValue(o.word, o.operands[1])
		p.checkKind(o.word, o.operands[1], attribute.String)
		p.checkTypeName(o.operands[1])
	case "begins_with":
		p.checkDistinct(o.word, o.operands)
		p.checkKind(o.word, o.operands[0], attribute.String, attribute.Binary)
		p.checkKind(o.word, o.operands[1], attribute.String, attribute.Binary)
	case "contains", "if_not_exists":
		p.checkDistinct(o.word, o.operands)
	case "size":
		p.checkKind(o.word, o.operands[0], attribute.String, attribute.Binary, attribute.StringSet,
			attribute.NumberSet, attribute.BinarySet, attribute.List, attribute.Map)
	case "list_append":
		p.checkKind(o.word, o.operands[0], attribute.List)
		p.checkKind(o.word, o.operands[1], attribute.List)
	}
}

// checkValue refuses a path where only a value may stand.
func (p *parser) checkValue(function string, o operand) {
	if o.kind == pathOperand {
		p.fail("Incorrect operand type for operator or function; operator or function: %s, operand type: {S,N,B,BOOL,NULL,SS,NS,BS,L,M}", function)
	}
}

func (p *parser) checkTypeName(o operand) {
	if p.failed != nil || o.kind != valueOperand {
		return
	}
	name := p.value(o).Text
	if _, ok := attribute.ParseKind(name); !ok {
		p.fail("Invalid attribute type name found; type: %s, valid types: {N,BS,L,B,NULL,M,S,SS,NS,BOOL}", name)
	}
}

// holds returns the result of a function that is a condition.
func (o operand) holds(s scope) bool {
	first, exists := o.operands[0].in(s)
	switch o.word {
	case "attribute_exists":
		return exists
	case "attribute_not_exists":
		return !exists
	}
	second, ok := o.operands[1].in(s)
	if !exists || !ok {
		return false
	}
	switch o.word {
	case "attribute_type":
		return first.Kind.String() == second.Text
	case "begins_with":
		return hasPrefix(first, second)
	}
	return contains(first, second)
}

func contains(whole, part attribute.Value) bool {
	switch whole.Kind {
	case attribute.String, attribute.Binary:
		return part.Kind == whole.Kind && strings.Contains(whole.Text, part.Text)
	case attribute.Map:
		return false
	}
	return whole.Contains(part)
}

// evaluate returns the value of size(…).
func (o operand) evaluate(s scope) (attribute.Value, bool) {
	v, ok := o.operands[0].in(s)
	if !ok || o.word != "size" {
		return attribute.Value{}, false
	}
	switch v.Kind {
	case attribute.String:
		return attribute.Of(int64(utf8.RuneCountInString(v.Text))), true
	case attribute.Binary:
		return attribute.Of(int64(len(v.Text))), true
	case attribute.Map, attribute.List, attribute.StringSet, attribute.NumberSet, attribute.BinarySet:
		return attribute.Of(int64(v.Len())), true
	}
	return attribute.Value{}, false
}

// appended returns the result of list_append.
func appended(a, b attribute.Value) attribute.Value {
	return attribute.OfElements(slices.Concat(a.Elements(), b.Elements()))
}
