package expression

import (
	"maps"
	"slices"

	"contend/internal/embedded/attribute"
)

// Apply returns the changed item; the old one stays as it is, and all operands have the
// values of the old one. The error is an [*Error] or an [*attribute.ValidationError].
func (u *Update) Apply(old attribute.Item) (attribute.Item, error) {
	if u.isFlat {
		return u.applyFlat(old)
	}
	changed := make(attribute.Item, len(old)+len(u.actions))
	maps.Copy(changed, old)
	var removals []path
	settings := make([]setting, 0, len(u.actions))
	for i := range u.actions {
		a := &u.actions[i]
		if !a.target.fits(old) {
			return nil, errInvalidPath
		}
		value, keep, err := a.compute(scope{old, u.values})
		if err != nil {
			return nil, err
		}
		if !keep {
			removals = append(removals, a.target)
			continue
		}
		if value.Depth()+len(a.target) > maxNesting {
			return nil, errTooDeep
		}
		settings = append(settings, setting{a.target, value})
	}
	// New elements beyond the end of a list are appended in the order of their
	// indexes.
	slices.SortStableFunc(settings, func(a, b setting) int { return a.target.last().index - b.target.last().index })
	for _, s := range settings {
		set(changed, s.target, s.value)
	}
	removeAll(changed, removals)
	return changed, nil
}

// applyFlat is [Update.Apply] for actions on whole attributes.
func (u *Update) applyFlat(old attribute.Item) (attribute.Item, error) {
	changed := maps.Clone(old)
	if changed == nil {
		changed = make(attribute.Item, len(u.actions))
	}
	for i := range u.actions {
		a := &u.actions[i]
		value, keep, err := a.compute(scope{old, u.values})
		switch {
		case err != nil:
			return nil, err
		case !keep:
			delete(changed, a.target.top())
		case value.Depth() >= maxNesting:
			return nil, errTooDeep
		default:
			changed[a.target.top()] = value
		}
	}
	return changed, nil
}

// setting is a value and the path where it goes.
type setting struct {
	target path
	value  attribute.Value
}

// compute returns the value that the action's target gets. keep is false if the target
// is removed instead.
func (a *action) compute(s scope) (value attribute.Value, keep bool, err error) {
	switch a.section {
	case "SET":
		value, err = a.assigned(s)
		return value, true, err
	case "ADD":
		value, err = a.sum(s)
		return value, true, err
	case "DELETE":
		return a.difference(s)
	}
	return attribute.Value{}, false, nil
}

func (a *action) assigned(s scope) (attribute.Value, error) {
	left, err := a.operand.assign(s)
	if err != nil || a.sign == "" {
		return left, err
	}
	right, err := a.rightArm.assign(s)
	if err != nil {
		return attribute.Value{}, err
	}
	if left.Kind != attribute.Number || right.Kind != attribute.Number {
		return attribute.Value{}, errWrongKind
	}
	operate := left.Num.Add
	if a.sign == "-" {
		operate = left.Num.Sub
	}
	result, err := operate(right.Num)
	return attribute.Value{Kind: attribute.Number, Num: result}, err
}

// assign returns the operand's value in an assignment. The value must exist.
func (o operand) assign(s scope) (attribute.Value, error) {
	if o.kind != functionOperand {
		value, ok := o.in(s)
		if !ok {
			return attribute.Value{}, errNoAttribute
		}
		return value, nil
	}
	if o.word == "if_not_exists" {
		otherwise, err := o.operands[1].assign(s) // must exist even if the value of the first operand is used
		if value, ok := o.operands[0].in(s); ok && err == nil {
			return value, nil
		}
		return otherwise, err
	}
	first, err := o.operands[0].assign(s)
	if err != nil {
		return attribute.Value{}, err
	}
	second, err := o.operands[1].assign(s)
	if err != nil {
		return attribute.Value{}, err
	}
	if first.Kind != attribute.List || second.Kind != attribute.List {
		return attribute.Value{}, errWrongKind
	}
	return appended(first, second), nil
}

// sum returns the value after ADD: a number is added, and a set united, to the old
// value. An absent value counts as 0 or as the empty set.
func (a *action) sum(s scope) (attribute.Value, error) {
	present, ok := a.target.find(s.item)
	addend := s.values[a.operand.slot]
	switch {
	case !ok:
		return addend, nil
	case present.Kind != addend.Kind:
		return attribute.Value{}, errWrongKind
	case addend.Kind == attribute.Number:
		result, err := present.Num.Add(addend.Num)
		return attribute.Value{Kind: attribute.Number, Num: result}, err
	}
	return attribute.Union(present, addend), nil
}

// difference returns the set after DELETE. keep is false if it is empty: the attribute
// is then removed.
func (a *action) difference(s scope) (value attribute.Value, keep bool, err error) {
	present, ok := a.target.find(s.item)
	if !ok {
		return attribute.Value{}, false, nil
	}
	if present.Kind != s.values[a.operand.slot].Kind {
		return attribute.Value{}, false, errWrongKind
	}
	rest := attribute.Difference(present, s.values[a.operand.slot])
	return rest, rest.Len() > 0, nil
}

// set puts a value at a path, which must fit the item. Only the top level of item may
// be changed in place; everything below is copied on the way.
func set(item attribute.Item, to path, value attribute.Value) {
	if len(to) > 1 {
		value = replace(item[to.top()], to[1:], value)
	}
	item[to.top()] = value
}

// replace returns a copy of a map or list, with the value at the path.
func replace(parent attribute.Value, to path, value attribute.Value) attribute.Value {
	s := to[0]
	if len(to) > 1 {
		inner, _ := child(parent, s)
		value = replace(inner, to[1:], value)
	}
	if !s.isIndex() {
		fields := maps.Clone(parent.Fields())
		fields[s.name] = value
		return attribute.OfFields(fields)
	}
	elements := slices.Clone(parent.Elements())
	if s.index < len(elements) {
		elements[s.index] = value
	} else {
		elements = append(elements, value) // beyond the end means at the end
	}
	return attribute.OfElements(elements)
}

// removeAll removes the elements at the paths, if they exist. Indexes refer to the list
// before any removal, so the last elements are removed first.
func removeAll(item attribute.Item, paths []path) {
	slices.SortFunc(paths, backward)
	for _, p := range paths {
		if len(p) == 1 {
			delete(item, p.top())
		} else {
			item[p.top()] = without(item[p.top()], p[1:])
		}
	}
}

// without returns a copy of a map or list without the element at the path.
func without(parent attribute.Value, p path) attribute.Value {
	s := p[0]
	inner, ok := child(parent, s)
	switch {
	case !ok:
	case len(p) > 1:
		return replace(parent, p[:1], without(inner, p[1:]))
	case s.isIndex():
		return attribute.OfElements(slices.Delete(slices.Clone(parent.Elements()), s.index, s.index+1))
	default:
		fields := maps.Clone(parent.Fields())
		delete(fields, s.name)
		return attribute.OfFields(fields)
	}
	return parent
}
