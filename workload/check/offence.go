package check

import "fmt"

// offences counts the violations of one rule and keeps the first, with the entries that
// take part in it; the impossible one comes first.
type offences struct {
	count int64
	first string
	parts []entry
}

func (o *offences) add(evidence string, parts ...entry) {
	if o.count++; o.count == 1 {
		o.first, o.parts = evidence, parts
	}
}

// and returns both together; o comes first.
func (o offences) and(other offences) offences {
	if o.count == 0 {
		return other
	}
	o.count += other.count
	return o
}

// bandRead is a reading, with the sums and bounds when it began. A write whose answer
// contains its new value counts as a reading too.
type bandRead struct {
	entry
	sure   sums
	before reached
	ofRun  bool // surely no state of before the run
}

// read enters a reading with its value, once for its begin and once for its end.
// Its version may show that it is of the run.
func (b *band) read(e entry, ofRun bool) {
	if e.sequence == 0 || b.resting {
		return
	}
	read := &bandRead{entry: e, ofRun: ofRun}
	b.enter(bandEvent{at: e.invoked, step: readBegins, read: read})
	b.enter(bandEvent{at: e.returned, step: readEnds, read: read})
}

// examine compares a read with the band at its end.
func (b *band) examine(r *bandRead) {
	if r.returned >= b.cutAt {
		return
	}
	most := b.start + b.possible.up
	if r.kind == eventualRead {
		b.eventual++
		switch {
		case r.value <= most:
		case r.ofRun:
			b.ahead.add(tooHigh(&r.entry, most), r.entry)
		default:
			b.early.add(tooHigh(&r.entry, most), r.entry)
		}
		r.before = reached{}
		return
	}
	if r.kind == acknowledged {
		b.states++
	} else {
		b.strong++
	}
	low, high := r.before.least(r.sure, b.possible), r.before.most(r.sure, b.possible)
	r.before = reached{} // the readings behind it are not needed any more
	switch {
	case r.value > high.value:
		b.ahead.add(high.above(&r.entry), high.parts(r.entry)...)
	case r.value < low.value:
		b.behind.add(low.below(&r.entry), low.parts(r.entry)...)
	default: // others are not held against what is wrong itself
		b.reached.see(r, r.sure, b.answered)
	}
}

func tooHigh(e *entry, most int64) string {
	return fmt.Sprintf("%s: the changes sent by its end make at most %d, which is %d less", e.told(), most, e.value-most)
}

func tooLow(e *entry, least int64) string {
	return fmt.Sprintf("%s: the changes acknowledged before it began make at least %d, which is %d more", e.told(), least, least-e.value)
}
