package expression

import "contend/internal/embedded/attribute"

// scope is the input of an evaluation: an item, which is nil if it does not exist, and
// the values of the placeholders, in the order of [operand.slot].
type scope struct {
	item   attribute.Item
	values []attribute.Value
}
