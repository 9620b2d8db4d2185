package expression

import "contend/internal/embedded/attribute"

// Way is how an update changes an attribute.
type Way uint8

const (
	// Untouched: the update does not change the attribute.
	Untouched Way = iota
	// Adds: the update adds a number to the attribute.
	Adds
	// Assigns: the update replaces the attribute, or removes it, whatever it held.
	Assigns
	// Depends: the new value depends on more of the old item than the attribute's number.
	Depends
)

// Change is what an update does to one attribute, as far as the expression shows it.
type Change struct {
	Way Way
	// Number is what [Adds] adds.
	Number attribute.Decimal
	// Start is what [Adds] takes for an absent attribute; 0 unless if_not_exists has
	// another number.
	Start attribute.Decimal
	// Value is what [Assigns] assigns; its kind is Unset if the attribute is removed.
	Value attribute.Value
}

// ChangeOf returns what the update does to the attribute at a path of names.
func (u *Update) ChangeOf(names []string) Change {
	for i := range u.actions {
		a := &u.actions[i]
		switch {
		case a.target.isNamed(names):
			return u.changeBy(a)
		case a.target.touches(names):
			return Change{Way: Depends}
		}
	}
	return Change{}
}

// changeBy returns what an action does to its target.
func (u *Update) changeBy(a *action) Change {
	switch a.section {
	case "REMOVE":
		return Change{Way: Assigns}
	case "ADD":
		if addend := u.values[a.operand.slot]; addend.Kind == attribute.Number {
			return Change{Way: Adds, Number: addend.Num}
		}
	case "SET":
		if a.sign != "" {
			return u.sumOf(a)
		}
		if a.operand.kind == valueOperand {
			return Change{Way: Assigns, Value: u.values[a.operand.slot]}
		}
	}
	return Change{Way: Depends}
}

// sumOf returns what SET a = a ± :d, or SET a = :d + a, does.
func (u *Update) sumOf(a *action) Change {
	own, other := a.operand, *a.rightArm
	if own.kind == valueOperand && a.sign == "+" {
		own, other = other, own
	}
	start, isOwn := u.startOf(own, a.target)
	if !isOwn || other.kind != valueOperand || u.values[other.slot].Kind != attribute.Number {
		return Change{Way: Depends}
	}
	number := u.values[other.slot].Num
	if a.sign == "-" {
		negative, err := attribute.Decimal{}.Sub(number)
		if err != nil {
			return Change{Way: Depends}
		}
		number = negative
	}
	return Change{Way: Adds, Number: number, Start: start}
}

// startOf returns the number that an operand stands for if the target is absent. ok is
// false if the operand is neither the target nor if_not_exists(target, :number).
func (u *Update) startOf(o operand, target path) (start attribute.Decimal, ok bool) {
	if o.kind == pathOperand {
		return attribute.Decimal{}, o.path.equals(target)
	}
	if o.kind != functionOperand || o.word != "if_not_exists" || len(o.operands) != 2 {
		return attribute.Decimal{}, false
	}
	of, otherwise := o.operands[0], o.operands[1]
	if of.kind != pathOperand || !of.path.equals(target) || otherwise.kind != valueOperand {
		return attribute.Decimal{}, false
	}
	value := u.values[otherwise.slot]
	return value.Num, value.Kind == attribute.Number
}

// Pin is the value that an attribute must have for a condition to hold.
type Pin struct {
	Known bool            // the condition pins the attribute
	Value attribute.Value // its kind is Unset if the attribute must be absent
	// Alone is true if the condition demands nothing else.
	Alone bool
}

// Pins returns the value that the condition demands of the attribute at a path of names,
// if it is an equality or attribute_not_exists, alone or as a part of AND.
func (c *Condition) Pins(names []string) Pin {
	found := c.root.pin(names, c.values)
	found.Alone = found.Known && c.root.operator != "AND"
	return found
}

func (n *node) pin(names []string, values []attribute.Value) Pin {
	switch n.operator {
	case "AND":
		for _, part := range n.nodes {
			if found := part.pin(names, values); found.Known {
				return found
			}
		}
	case "=":
		left, right := n.operands[0], n.operands[1]
		if left.kind == valueOperand {
			left, right = right, left
		}
		if left.kind == pathOperand && right.kind == valueOperand && left.path.isNamed(names) {
			return Pin{Known: true, Value: values[right.slot]}
		}
	case "":
		f := n.operands[0]
		if f.word == "attribute_not_exists" && len(f.operands) == 1 && f.operands[0].kind == pathOperand && f.operands[0].path.isNamed(names) {
			return Pin{Known: true}
		}
	}
	return Pin{}
}

// isNamed reports whether the path has exactly these names.
func (p path) isNamed(names []string) bool { return len(p) == len(names) && p.touches(names) }

// touches reports whether the path of names and p are equal, or one contains the other.
func (p path) touches(names []string) bool {
	for i := range min(len(p), len(names)) {
		if p[i].isIndex() || p[i].name != names[i] {
			return false
		}
	}
	return true
}

func (p path) equals(other path) bool {
	if len(p) != len(other) {
		return false
	}
	for i := range p {
		if p[i] != other[i] {
			return false
		}
	}
	return true
}
