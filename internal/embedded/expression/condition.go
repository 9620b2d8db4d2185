package expression

import (
	"slices"

	"contend/internal/embedded/attribute"
)

// Condition is a parsed condition or filter expression.
type Condition struct {
	root   *node
	values []attribute.Value
}

// ParseCondition parses a ConditionExpression. The error is an [*Error].
func ParseCondition(text string, placeholders *Placeholders) (*Condition, error) {
	return parseCondition(conditionLabel, text, placeholders)
}

// ParseFilter parses a FilterExpression, which is a condition under another name. The
// error is an [*Error].
func ParseFilter(text string, placeholders *Placeholders) (*Condition, error) {
	return parseCondition(filterLabel, text, placeholders)
}

func parseCondition(label, text string, placeholders *Placeholders) (*Condition, error) {
	if t, values := placeholders.reuse(source{label, text}); t != nil {
		return placeholders.conditionOf(t.root, values), nil
	}
	p, failed := newParser(label, text, placeholders)
	if failed != nil {
		return nil, failed
	}
	defer p.release()
	root := p.or()
	if failed := p.finish(); failed != nil {
		return nil, failed
	}
	p.checkNodeWords(root)
	p.check(root)
	if p.failed != nil {
		return nil, p.failed
	}
	p.keep(&template{root: root})
	return &Condition{root, p.values}, nil
}

// Match reports whether the condition holds for an item. A nil item means that it does
// not exist.
func (c *Condition) Match(item attribute.Item) bool { return c.root.match(scope{item, c.values}) }

// node is a part of a condition.
type node struct {
	// operator is "OR", "AND", "NOT", a comparator, "BETWEEN", "IN", or ""
	// for a function.
	operator string
	nodes    []*node   // of OR, AND and NOT
	operands []operand // of all others; a function is its own only operand
}

func (p *parser) or() *node {
	return p.chain("OR", func() *node { return p.chain("AND", p.not) })
}

// chain reads one or more parts with a keyword between them.
func (p *parser) chain(keyword string, part func() *node) *node {
	first := part()
	if p.failed != nil || !p.isKeyword(keyword) {
		return first
	}
	n := &node{operator: keyword, nodes: []*node{first}}
	for p.failed == nil && p.takeKeyword(keyword) {
		p.operators++
		n.nodes = append(n.nodes, part())
	}
	return n
}

func (p *parser) not() *node {
	if p.depth++; p.depth > maxDepth {
		p.fail("The expression is nested too deeply;")
	}
	defer func() { p.depth-- }()
	if p.failed == nil && p.takeKeyword("NOT") {
		p.operators++
		return &node{operator: "NOT", nodes: []*node{p.not()}}
	}
	return p.primary()
}

// primary reads a condition in parentheses, a comparison, or a function.
func (p *parser) primary() *node {
	if p.failed != nil {
		return nil
	}
	if t := p.peek(); t.kind == symbol && p.word(t) == "(" && !p.operandInParentheses() {
		return p.parenthesised()
	}
	left := p.operand()
	switch {
	case p.failed != nil:
		return nil
	case p.takeKeyword("BETWEEN"):
		p.operators++
		return p.between(left)
	case p.takeKeyword("IN"):
		p.operators++
		return p.in(left)
	}
	if operator, ok := p.comparator(); ok {
		p.operators++
		return &node{operator: operator, operands: []operand{left, p.operand()}}
	}
	if left.kind != functionOperand {
		p.syntaxError()
	}
	return &node{operands: []operand{left}}
}

func (p *parser) parenthesised() *node {
	opened := p.at
	p.at++
	inner := p.or()
	closed := p.at
	p.expect(")")
	if p.failed == nil && p.wraps(opened+1, closed-1) {
		p.doubled = true
	}
	return inner
}

// wraps reports whether one pair of parentheses spans all the tokens from first
// to last.
func (p *parser) wraps(first, last int) bool {
	if p.word(p.tokens[first]) != "(" || p.word(p.tokens[last]) != ")" {
		return false
	}
	open := 0
	for i := first; i <= last; i++ {
		switch p.word(p.tokens[i]) {
		case "(":
			open++
		case ")":
			open--
		}
		if open == 0 {
			return i == last
		}
	}
	return false
}

// operandInParentheses looks ahead: "(a)" is an operand of a comparison, "(a = :b)" is
// not.
func (p *parser) operandInParentheses() bool {
	saved := *p
	defer func() { *p = saved }()
	left := p.operand()
	return p.failed == nil && (left.kind != functionOperand || p.isComparison())
}

func (p *parser) isComparison() bool {
	if p.isKeyword("BETWEEN") || p.isKeyword("IN") {
		return true
	}
	saved := p.at
	_, ok := p.comparator()
	p.at = saved
	return ok
}

// comparator consumes =, <>, <, <=, > or >=.
func (p *parser) comparator() (string, bool) {
	t := p.peek()
	if t.kind != symbol {
		return "", false
	}
	switch word := p.word(t); word {
	case "=", "<>", "<", "<=", ">", ">=":
		p.at++
		return word, true
	}
	return "", false
}

func (p *parser) between(left operand) *node {
	low := p.operand()
	if p.failed == nil && !p.takeKeyword("AND") {
		p.syntaxError()
	}
	if p.failed != nil {
		return nil
	}
	return &node{operator: "BETWEEN", operands: []operand{left, low, p.operand()}}
}

func (p *parser) in(left operand) *node {
	if !p.expect("(") {
		return nil
	}
	return &node{operator: "IN", operands: append([]operand{left}, p.operands()...)}
}

// checkNodeWords is [parser.checkWords] for a condition.
func (p *parser) checkNodeWords(n *node) {
	for _, part := range n.nodes {
		p.checkNodeWords(part)
	}
	at := asOperand
	if n.operator == "" {
		at = asCondition
	}
	for i := range n.operands {
		p.checkWords(&n.operands[i], at)
	}
}

// check resolves a node's placeholders, and refuses a node that cannot be valid for any
// item.
func (p *parser) check(n *node) {
	if p.failed != nil {
		return
	}
	for _, part := range n.nodes {
		p.check(part)
	}
	for i := range n.operands {
		p.resolve(&n.operands[i])
	}
	p.checkResolved(n)
}

// checkAgain is [parser.check] for a node whose placeholders were resolved before.
func (p *parser) checkAgain(n *node) {
	for _, part := range n.nodes {
		p.checkAgain(part)
	}
	p.checkResolved(n)
}

// checkResolved refuses the node itself if it cannot be valid for any item.
func (p *parser) checkResolved(n *node) {
	switch {
	case p.failed != nil || len(n.operands) == 0:
	case n.operator == "":
		p.checkFunction(&n.operands[0])
	default:
		p.checkComparison(n)
	}
}

// checkComparison refuses comparisons of operands that cannot be compared.
func (p *parser) checkComparison(n *node) {
	for i := range n.operands {
		p.checkFunction(&n.operands[i])
	}
	if n.operator != "=" && n.operator != "<>" && n.operator != "IN" {
		for _, o := range n.operands {
			p.checkKind(n.operator, o, attribute.String, attribute.Number, attribute.Binary)
		}
	}
	p.checkDistinct(n.operator, n.operands)
	switch listed := len(n.operands) - 1; {
	case n.operator == "BETWEEN":
		p.checkBounds(n.operands[1], n.operands[2])
	case n.operator == "IN" && listed > maxListed:
		p.fail("The IN operator is provided with too many operands; number of operands: %d", listed)
	}
}

func (p *parser) checkDistinct(operator string, operands []operand) {
	first := operands[0]
	if first.kind != pathOperand {
		return
	}
	for _, o := range operands[1:] {
		if o.kind == pathOperand && slices.Equal(o.path, first.path) {
			p.fail("The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s", operator, first.path)
		}
	}
}

// checkKind refuses a literal of a kind that is not allowed.
func (p *parser) checkKind(operator string, o operand, allowed ...attribute.Kind) {
	kind := p.value(o).Kind
	switch {
	case o.kind == functionOperand && o.word == "size":
		kind = attribute.Number
	case o.kind != valueOperand:
		return
	}
	if !slices.Contains(allowed, kind) {
		p.fail("Incorrect operand type for operator or function; operator or function: %s, operand type: %s", operator, kind)
	}
}

func (p *parser) checkBounds(low, high operand) {
	if p.failed != nil || low.kind != valueOperand || high.kind != valueOperand {
		return
	}
	problem, lower, upper := "", p.value(low), p.value(high)
	if order, ok := attribute.Compare(lower, upper); !ok {
		problem = "The BETWEEN operator requires same data type for lower and upper bounds"
	} else if order > 0 {
		problem = "The BETWEEN operator requires upper bound to be greater than or equal to lower bound"
	} else {
		return
	}
	p.fail("%s; lower bound operand: AttributeValue: {%s}, upper bound operand: AttributeValue: {%s}", problem, show(lower), show(upper))
}

// show returns a scalar as error messages show it.
func show(v attribute.Value) string {
	text := v.Text
	if v.Kind == attribute.Number {
		text = v.Num.String()
	}
	return v.Kind.String() + ":" + text
}
