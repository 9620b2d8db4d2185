package expression

// Use is how an expression uses an attribute.
type Use struct {
	Name string
	// Inside: a part of the attribute is meant, not the whole.
	Inside bool
}

// Uses lists the attributes that a condition names, in its order.
func (c *Condition) Uses() []Use { return c.root.uses(nil) }

// Uses lists the attributes that a key condition names, in its order.
func (k *KeyCondition) Uses() []Use { return k.root.uses(nil) }

// Uses lists the attributes that a projection names, in its order.
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
