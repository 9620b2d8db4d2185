package expression

import (
	"slices"
	"strings"

	"contend/internal/embedded/attribute"
)

func (n *node) match(s scope) bool {
	switch n.operator {
	case "OR":
		return slices.ContainsFunc(n.nodes, func(part *node) bool { return part.match(s) })
	case "AND":
		return !slices.ContainsFunc(n.nodes, func(part *node) bool { return !part.match(s) })
	case "NOT":
		return !n.nodes[0].match(s)
	case "":
		return n.operands[0].holds(s)
	case "IN":
		return n.matchIn(s)
	case "BETWEEN":
		return compare(s, n.operands[0], ">=", n.operands[1]) && compare(s, n.operands[0], "<=", n.operands[2])
	}
	return compare(s, n.operands[0], n.operator, n.operands[1])
}

func (n *node) matchIn(s scope) bool {
	return slices.ContainsFunc(n.operands[1:], func(o operand) bool { return compare(s, n.operands[0], "=", o) })
}

// compare carries out a comparison. An operand that the item lacks equals
// nothing, and values of different kinds are unequal and not ordered.
func compare(s scope, left operand, operator string, right operand) bool {
	a, okA := left.in(s)
	b, okB := right.in(s)
	if operator == "<>" {
		return !okA || !okB || !attribute.Equal(a, b)
	}
	if !okA || !okB {
		return false
	}
	if operator == "=" {
		return attribute.Equal(a, b)
	}
	order, ok := attribute.Compare(a, b)
	if !ok {
		return false
	}
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// in returns the operand's value for an item.
func (o operand) in(s scope) (attribute.Value, bool) {
	switch o.kind {
	case pathOperand:
		return o.path.find(s.item)
	case valueOperand:
		return s.values[o.slot], true
	}
	return o.evaluate(s)
}

func hasPrefix(text, prefix attribute.Value) bool {
	return text.Kind == prefix.Kind && (text.Kind == attribute.String || text.Kind == attribute.Binary) && strings.HasPrefix(text.Text, prefix.Text)
}
