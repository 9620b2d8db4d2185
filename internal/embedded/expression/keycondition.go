package expression

import (
	"slices"

	"contend/internal/embedded/attribute"
)

// KeyCondition is a parsed key condition expression.
type KeyCondition Condition

// Comparison is the condition that a key condition puts on one attribute.
type Comparison struct {
	Name string
	// Operator is "=", "<", "<=", ">", ">=", "BETWEEN" or "begins_with", as if
	// the attribute stood on its left.
	Operator string
	// Values are the other operands: the two bounds of BETWEEN, or one.
	Values []attribute.Value
}

// ParseKeyCondition parses a KeyConditionExpression. The error is an [*Error].
func ParseKeyCondition(text string, placeholders *Placeholders) (*KeyCondition, error) {
	condition, err := parseCondition(keyConditionLabel, text, placeholders)
	return (*KeyCondition)(condition), err
}

// maxComparisons: a key has two attributes at most.
const maxComparisons = 2

// Comparisons returns the comparisons of a key condition. It refuses parts that only
// other conditions may have. The caller must check that the attributes are the key of
// the table. The error is an [*Error].
func (k *KeyCondition) Comparisons() ([]Comparison, error) {
	comparisons, failed := k.comparisons(nil, k.root)
	if failed != nil {
		return nil, failed
	}
	if len(comparisons) > maxComparisons {
		return nil, refuse("Conditions can be of length 1 or 2 only")
	}
	return comparisons, nil
}

// comparisons appends the comparisons of a node.
func (k *KeyCondition) comparisons(dst []Comparison, n *node) ([]Comparison, *Error) {
	if n.operator == "AND" {
		var failed *Error
		for _, part := range n.nodes {
			if dst, failed = k.comparisons(dst, part); failed != nil {
				return nil, failed
			}
		}
		return dst, nil
	}
	c, failed := k.comparison(n)
	if failed != nil {
		return nil, failed
	}
	if slices.ContainsFunc(dst, func(other Comparison) bool { return other.Name == c.Name }) {
		return nil, refuse("KeyConditionExpressions must only contain one condition per key")
	}
	return append(dst, c), nil
}

// comparison returns the comparison of a node that is not made of other nodes.
func (k *KeyCondition) comparison(n *node) (Comparison, *Error) {
	operator, operands := n.operator, n.operands
	if operator == "" {
		operator, operands = operands[0].word, operands[0].operands
	}
	keyFirst := operator == "BETWEEN" || operator == "begins_with"
	if !keyFirst && mirrored(operator) == "" {
		return Comparison{}, refuse("Invalid operator used in KeyConditionExpression: %s", operator)
	}
	if slices.ContainsFunc(operands, func(o operand) bool { return o.kind == functionOperand }) {
		return Comparison{}, refuse("KeyConditionExpressions cannot contain nested operations")
	}
	if keyFirst && operands[0].kind != pathOperand {
		return Comparison{}, refuse("Invalid condition in KeyConditionExpression: %s operator must have the key attribute as its first operand", operator)
	}
	if operands[0].kind != pathOperand && operands[1].kind == pathOperand {
		operator, operands = mirrored(operator), []operand{operands[1], operands[0]}
	}
	return k.compareKey(operator, operands[0], operands[1:])
}

// compareKey returns the comparison of the first operand with the others.
func (k *KeyCondition) compareKey(operator string, key operand, others []operand) (Comparison, *Error) {
	if key.kind != pathOperand {
		return Comparison{}, refuse("Invalid condition in KeyConditionExpression: No key attribute specified")
	}
	if len(key.path) > 1 {
		return Comparison{}, refuse("KeyConditionExpressions cannot have conditions on nested attributes")
	}
	c := Comparison{Name: key.path.top(), Operator: operator}
	for _, o := range others {
		if o.kind != valueOperand {
			return Comparison{}, refuse("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
		}
		c.Values = append(c.Values, k.values[o.slot])
	}
	return c, nil
}

// mirrored returns the comparator for exchanged operands; "" for an operator that key
// conditions do not have.
func mirrored(operator string) string {
	switch operator {
	case "=":
		return "="
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	}
	return ""
}
