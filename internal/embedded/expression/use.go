package expression

// Use is how an expression uses an attribute.
type Use struct {
	Name string
	// Inside is true if the expression uses a part of the attribute, not the whole.
	Inside bool
}

// Uses returns the attributes that a condition names, in order.
func (c *Condition) Uses() []Use { return c.root.uses(nil) }

// Uses returns the attributes that a key condition names, in order.
func (k *KeyCondition) Uses() []Use { return k.root.uses(nil) }

// Uses returns the attributes that a projection names, in order.
func (p *Projection) Uses() []Use {
	uses := make([]Use, len(p.paths))
	for i, path := range p.paths {
		uses[i] = path.use()
	}
	return uses
}

func (p path) use() Use { return Use{p.top(), len(p) > 1} }

func (n *node) uses(dst []Use) []Use {
	for _, part := range n.nodes {
		dst = part.uses(dst)
	}
	return operandUses(dst, n.operands)
}

func operandUses(dst []Use, operands []operand) []Use {
	for _, o := range operands {
		if o.kind == pathOperand {
			dst = append(dst, o.path.use())
		}
		dst = operandUses(dst, o.operands)
	}
	return dst
}
