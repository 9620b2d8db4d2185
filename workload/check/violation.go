package check

import (
	"math"

	"contend/workload/history"
)

// Violation is a contradiction in a history, and where it is.
type Violation struct {
	Counter  int    // index into the history's counters
	From, To int64  // the time of it, in ns since the run began, both included
	Text     string // one sentence, for people

	parts  []entry // that take part
	ruler  ruler
	low    int64 // positions of the states in question
	high   int64
	byTime bool          // they have none: the first of the parts is the one that cannot be
	spread bool          // over several items: only reads tell of all of them
	start  history.State // of the counter, before the first operation
}

// places are where the counter's violations show: first those of positions, the
// first of each kind.
func (c *subject) places(counter int) []Violation {
	var places []Violation
	for i := range c.chain.found {
		v := &c.chain.found[i]
		place := c.place(counter, v.text, v.entries...)
		place.byTime = v.byTime
		places = append(places, place)
	}
	if p := &c.realTime.writes; p.count > 0 {
		places = append(places, c.place(counter, outOfOrder(p.early, p.late), p.early, p.late))
	}
	if p := &c.realTime.stale; p.count > 0 {
		places = append(places, c.place(counter, staleRead(p.early, p.late), p.early, p.late))
	}
	return append(places, c.timedPlaces(counter)...)
}

// timedPlaces returns the violations of entries that have no position.
func (c *subject) timedPlaces(counter int) []Violation {
	var places []Violation
	show := func(text string, parts ...entry) {
		v := c.place(counter, text, parts...)
		v.byTime = true
		places = append(places, v)
	}
	if texts, of := c.refusals.needless(c.chain.cutAt); len(texts) > 0 {
		show(texts[0], of[0])
	}
	if c.band != nil && c.skipped != "" {
		for _, o := range []offences{c.band.behind, c.band.ahead} {
			if o.count > 0 {
				show(o.first, o.parts...)
			}
		}
	}
	if c.search != nil && c.search.broken != "" {
		show(c.search.broken, c.search.noPlaceFor)
	}
	if c.floor == nil {
		return places
	}
	for _, o := range c.floor.found {
		if o.count > 0 {
			show(o.first, o.parts...)
		}
	}
	return places
}

func (c *subject) place(counter int, text string, parts ...entry) Violation {
	v := Violation{
		Counter: counter, Text: text, parts: parts, ruler: c.ruler, start: c.start, spread: c.band != nil && c.band.spread,
		From: math.MaxInt64, To: math.MinInt64, low: math.MaxInt64, high: math.MinInt64,
	}
	for i := range parts {
		e := &parts[i]
		v.From, v.To = min(v.From, e.invoked), max(v.To, e.returned)
		v.low, v.high = min(v.low, e.from), max(v.high, e.at)
	}
	return v
}
