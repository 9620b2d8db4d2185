package expression

import (
	"slices"

	"contend/internal/embedded/attribute"
)

// KeyCondition is a key condition expression that was read.
type KeyCondition Condition

// Comparison is what a key condition asks of one attribute.
type Comparison struct {
	Name string
	// Operator is "=", "<", "<=", ">", ">=", "BETWEEN" or "begins_with", as if
	// the attribute stood on its left.
	Operator string
	// Values are the other operands: the two bounds of BETWEEN, or one.
	Values []attribute.Value
}

// ParseKeyCondition reads a KeyConditionExpression. The error is an [*Error].
func ParseKeyCondition(text string, placeholders *Placeholders) (*KeyCondition, error) {
	condition, err := parseCondition(keyConditionLabel, text, placeholders)
	return (*KeyCondition)(condition), err
}

// maxComparisons: a key has two attributes at most.
const maxComparisons = 2

// Comparisons takes a key condition apart, which refuses what a condition may
// have and a key condition may not. Whether the attributes are the key of a
// table is for the caller to say. The error is an [*Error].
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

// comparisons appends those of a node.
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

// comparison is what a node asks that is not made of others.
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

// compareKey is the comparison of the first operand with the others.
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

// mirrored is a comparator with its operands exchanged, "" for an operator that
// key conditions have not.
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
