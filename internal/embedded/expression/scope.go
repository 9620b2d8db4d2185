package expression

import "contend/internal/embedded/attribute"

// scope is what an expression is evaluated with: an item, nil for one that does
// not exist, and the values of the placeholders in the order of [operand.slot].
type scope struct {
	item   attribute.Item
	values []attribute.Value
}
