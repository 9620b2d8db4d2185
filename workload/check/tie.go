package check

// tie holds the answers that a worker got up to its last one. On a clock that ticks
// slowly, its next operation may begin at the same time, but still comes after it.
type tie struct {
	time    int64
	entries []tied
}

type tied struct {
	counter *subject
	entry   entry
}

// later compares an entry with what the same worker was told of the same counter
// before, at the very time at which the entry begins, and remembers it.
func (t *tie) later(c *subject, e *entry) { t.compare(c, e, &c.tied) }

func (t *tie) compare(c *subject, e *entry, found *ties) {
	if e.invoked == t.time {
		for i := range t.entries {
			if before := &t.entries[i]; before.counter == c && before.entry.sequence < e.sequence {
				found.examine(&before.entry, e)
			}
		}
	}
	if e.returned < t.time {
		return
	}
	if e.returned > t.time {
		t.time, t.entries = e.returned, t.entries[:0]
	}
	t.entries = append(t.entries, tied{c, *e})
}

// ties are the contradictions between operations of one worker at the same time of the
// clock.
type ties struct{ writes, stale pairs }

func (t *ties) examine(early, late *entry) {
	switch {
	case late.kind == acknowledged && early.at > late.from:
		t.writes.add(*early, *late)
	case late.kind == strongRead && early.at > late.at:
		t.stale.add(*early, *late)
	}
}

// merge adds pairs that were found otherwise.
func (p *pairs) merge(o *pairs) {
	if p.count == 0 {
		p.early, p.late = o.early, o.late
	}
	p.count += o.count
}
