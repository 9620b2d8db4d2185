package check

import (
	"fmt"

	"contend/workload/history"
)

// beginSearch begins to look for an order of the counter's operations and, if
// there is a floor, for one that keeps it.
func (c *subject) beginSearch(start history.State) {
	c.search = newSearch(start, nil)
	if c.floor != nil {
		c.floor.search = newSearch(start, &c.floor.least)
	}
}

// shortHistory is how many operations of a counter are searched beside its order.
const shortHistory = 1 << 12

// endSearch forgets the search of a long history: there are positions, which say
// nearly as much.
func (c *subject) endSearch() {
	if c.ledger.Operations < shortHistory {
		return
	}
	if c.search = nil; c.floor != nil {
		c.floor.search = nil
	}
}

// searches does something with each search there is.
func (c *subject) searches(do func(*search)) {
	if c.search == nil {
		return
	}
	do(c.search)
	if c.floor != nil && c.floor.search != nil {
		c.floor.search.plain = c.search
		do(c.floor.search)
	}
}

// searched is the finding about the order of a counter without positions.
func (c *subject) searched() finding {
	s := c.search
	switch {
	case s == nil || s.useless != "" && s.broken == "":
		return c.unordered(s)
	case s.broken != "":
		return c.noOrder()
	case s.missed > 0:
		return c.unordered(s)
	case s.held == 0:
		return finding{Skipped, c.name() + ": " + c.skipped, nil}
	}
	return finding{Pass, fmt.Sprintf("%s: an order was found that explains all of %s (%s)", c.name(), plural(s.held, "write")+" and readings", c.skipped), nil}
}

// left says what a search did not judge, and why.
func (s *search) left() string {
	switch {
	case s == nil:
		return ""
	case s.useless != "":
		return "; no order was searched, because " + s.useless
	case s.missed > 0:
		return fmt.Sprintf("; for %d of %s no order was searched, because too many were in progress at a time", s.missed, plural(s.missed+s.held, "write")+" and readings")
	}
	return ""
}

// brokenOrder adds an offence if the operations can be ordered, but not so that the floor
// is kept.
func (f *floor) brokenOrder(oversold *offences) {
	s := f.search
	if s == nil || s.broken == "" || s.plain.broken != "" || oversold.count > 0 {
		return
	}
	oversold.add(fmt.Sprintf("in every order that keeps to %d: %s", f.least, s.broken), s.noPlaceFor)
}

// unbroken reports whether no reading is outside the band.
func (b *band) unbroken() bool { return b == nil || b.behind.count+b.ahead.count == 0 }

// closeSearch ends the search, if its finding is asked for.
func (c *subject) closeSearch() {
	if c.skipped != "" || c.ledger.Operations < shortHistory {
		c.searches(func(s *search) { s.advance(history.NoEnd) })
	}
}

// noOrder is the finding about a counter for whose operations there is no order.
func (c *subject) noOrder() finding {
	return finding{Fail, c.name() + ": no order of the operations explains the answers to its clients", []string{c.search.broken}}
}
