package observe

import (
	"errors"
	"strconv"

	"github.com/valyala/fastjson"

	"contend/counter"
	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

// writing is a write of one item with the store's answer to it.
type writing struct {
	*action
	outcome counter.Outcome
	reason  string
	token   string

	returned    attribute.Item // what the store returned of an applied write
	hasReturned bool
	old         bool           // returned is the whole item before the write; nil: there was none
	refusing    attribute.Item // the item that refused the write; nil: not known
}

// change is what a write does to one number.
type change struct {
	way    expression.Way
	delta  int64 // of Adds
	starts bool  // Adds takes another number than 0 for an absent attribute
	value  int64 // of Assigns
	why    string
}

// effect returns what the write did to an attribute; ok is false if it does not concern
// the attribute.
func (w *writing) effect(path []string) (e Effect, ok bool) {
	e = Effect{
		Target: w.target, Counter: w.target.Counter(path), Write: true, Outcome: w.outcome, Reason: w.reason, Token: w.token,
	}
	c := w.changeOf(path)
	if c.way == expression.Untouched {
		return e, false
	}
	pin := w.pin(path)
	if n, whole := pinned(pin); whole {
		e.Built = State{n, true}
	}
	e.Adds = c.way == expression.Adds
	switch {
	case c.why != "" && w.outcome == counter.Applied && !w.old, c.way == expression.Depends && !w.old:
		e.Why = c.why
		if e.Why == "" {
			e.Why = "its new value depends on other attributes"
		}
	case w.outcome == counter.Applied:
		w.applied(&e, path, &c)
	default:
		w.notApplied(&e, &c)
		w.refused(&e, path, pin)
	}
	return e, true
}

// changeOf returns what the write does to an attribute, whatever it held.
func (w *writing) changeOf(path []string) change {
	switch w.verb {
	case put:
		return assigned(w.item, path)
	case remove:
		return change{way: expression.Assigns}
	}
	if w.problem != "" {
		return change{way: expression.Depends, why: w.problem}
	}
	if w.update == nil {
		return change{}
	}
	c := w.update.ChangeOf(path)
	switch c.Way {
	case expression.Adds:
		delta, whole := wholeNumber(c.Number)
		if !whole {
			return change{way: expression.Depends, why: "it adds " + c.Number.String() + ", which is no whole number"}
		}
		return change{way: c.Way, delta: delta, starts: c.Start != attribute.Decimal{}}
	case expression.Assigns:
		if c.Value.Kind == attribute.Unset {
			return change{way: c.Way}
		}
		return assigned(attribute.Item{"": c.Value}, []string{""})
	}
	return change{way: c.Way}
}

func assigned(item attribute.Item, path []string) change {
	n, whole := number(item, path)
	if !whole {
		return change{way: expression.Depends, why: "it sets a value that is no whole number"}
	}
	return change{way: expression.Assigns, value: n}
}

// pin returns the value that the condition demands of an attribute. A condition that the
// item must not exist demands that it is absent.
func (w *writing) pin(path []string) expression.Pin {
	if w.condition == nil {
		return expression.Pin{}
	}
	if pin := w.condition.Pins(path); pin.Known {
		return pin
	}
	if pin := w.condition.Pins([]string{w.schema.Partition}); pin.Known && pin.Value.Kind == attribute.Unset {
		return pin
	}
	return expression.Pin{}
}

func pinned(pin expression.Pin) (n int64, whole bool) {
	switch {
	case !pin.Known:
		return 0, false
	case pin.Value.Kind == attribute.Unset:
		return 0, true
	case pin.Value.Kind != attribute.Number:
		return 0, false
	}
	return wholeNumber(pin.Value.Num)
}

// applied completes the effect of a write that the store acknowledged.
func (w *writing) applied(e *Effect, path []string, c *change) {
	before := w.before(path)
	after := w.after(path, c, before)
	if !before.Known && c.way == expression.Assigns {
		before = e.Built
	}
	e.After = after
	switch {
	case c.why != "":
		e.Why = c.why
	case w.old && !before.Known, w.old && !after.Known:
		e.Why = "its value is not a whole number"
	case before.Known && after.Known:
		e.Delta, e.DeltaKnown = after.Value-before.Value, true
	case c.way == expression.Adds && !c.starts:
		e.Delta, e.DeltaKnown = c.delta, true
	default:
		e.Why = w.hidden()
	}
}

// hidden says why the value before a write cannot be seen.
func (w *writing) hidden() string {
	switch w.returns {
	case returnNew, returnUpdatedNew:
		return "it asks for " + w.returns + ", so that the store does not return the value before it"
	}
	return "the store does not return the value before it"
}

// before is the number before an applied write, as far as the store returned it.
func (w *writing) before(path []string) State {
	if w.old || w.returns == returnUpdatedOld && w.hasReturned {
		n, whole := number(w.returned, path)
		return State{n, whole}
	}
	return State{}
}

// after is the number that an applied write left.
func (w *writing) after(path []string, c *change, before State) State {
	switch {
	case c.way == expression.Assigns:
		return State{c.value, true}
	case w.old && before.Known && c.way == expression.Adds && !c.starts:
		return State{before.Value + c.delta, true}
	case w.old:
		return w.computed(path)
	case (w.returns == returnNew || w.returns == returnUpdatedNew) && has(w.returned, path):
		n, whole := number(w.returned, path)
		return State{n, whole}
	}
	if before.Known && c.way == expression.Adds && has(w.returned, path) {
		return State{before.Value + c.delta, true}
	}
	return State{}
}

// computed is the number that the update makes of the item before it.
func (w *writing) computed(path []string) State {
	item := w.returned
	if item == nil {
		item = w.item
	}
	if w.update == nil {
		return State{}
	}
	changed, err := w.update.Apply(item)
	if err != nil {
		return State{}
	}
	n, whole := number(changed, path)
	return State{n, whole}
}

// notApplied completes the effect of a write that was refused, or may have been applied.
func (w *writing) notApplied(e *Effect, c *change) {
	switch {
	case c.way == expression.Adds && !c.starts:
		e.Delta, e.DeltaKnown = c.delta, true
	case c.way == expression.Assigns && e.Built.Known:
		e.Delta, e.DeltaKnown = c.value-e.Built.Value, true
	default:
		e.Why = "no answer came, and what it changes depends on the value before it"
	}
}

// refused notes the number because of which the write was refused. If the condition
// demands more than a number, it may have been refused although the number was right, and
// then says nothing about the number.
func (w *writing) refused(e *Effect, path []string, pin expression.Pin) {
	if w.outcome != counter.Conflict || !has(w.refusing, path) || pin.Known && (!pin.Alone || pin.Value.Kind == attribute.Unset) {
		return
	}
	n, whole := number(w.refusing, path)
	e.Saw = State{n, whole}
}

// number returns the whole number at a path of names; 0 for an absent one.
func number(item attribute.Item, path []string) (n int64, whole bool) {
	value, present := at(item, path)
	if !present {
		return 0, true
	}
	if value.Kind != attribute.Number {
		return 0, false
	}
	return wholeNumber(value.Num)
}

func has(item attribute.Item, path []string) bool {
	_, present := at(item, path)
	return present
}

func at(item attribute.Item, path []string) (value attribute.Value, present bool) {
	for _, name := range path {
		if value, present = item[name]; !present {
			return value, false
		}
		item = value.Fields()
	}
	return value, present
}

// largest bounds the numbers, so that sums and differences of two stay within int64.
const largest = 1 << 60

func wholeNumber(d attribute.Decimal) (n int64, whole bool) {
	n, err := strconv.ParseInt(d.String(), 10, 64)
	return n, err == nil && n <= largest && n >= -largest
}

// Number returns the number at a path of names in the item of an answer to GetItem; 0 for
// an absent one.
func Number(answer *fastjson.Value, path []string) (int64, error) {
	item, ok := itemOf(answer, "Item")
	if !ok && answer.Exists("Item") {
		return 0, errors.New("the item cannot be read")
	}
	n, whole := number(item, path)
	if !whole {
		return 0, errors.New("its value is not a whole number")
	}
	return n, nil
}
