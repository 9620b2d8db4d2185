package embedded

import (
	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

// memory is what a request needs and later requests use again. It serves the parts of a
// request that exist once; the actions of a transaction get memory of their own.
type memory struct {
	update       updateItemRequest
	get          getItemRequest
	keys         attribute.Item          // the attributes of the key
	names        map[string]string       // of the first expressions, if they come as JSON
	values       expression.Values       // of the first expressions
	placeholders expression.Placeholders // of the first expressions
	isInUse      bool                    // whether names, values and placeholders are
}

func newMemory() memory {
	return memory{keys: attribute.Item{}, names: map[string]string{}}
}

// begin empties the memory for another request.
func (m *memory) begin() {
	clear(m.keys)
	clear(m.names)
	m.values.Clear()
	m.isInUse = false
}

// take hands the memory of expressions to the first that ask for it, and reports whether
// they get it.
func (m *memory) take() bool {
	if m == nil || m.isInUse {
		return false
	}
	m.isInUse = true
	return true
}

// isSmall reports whether the memory is worth keeping.
func (m *memory) isSmall() bool {
	const many = 8 // clearing a larger map costs more than making a new one
	return max(len(m.keys), len(m.names), m.values.Len()) <= many
}
