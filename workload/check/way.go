package check

// way is one possible past: it says which of the writes and readings in progress have
// been made.
type way struct {
	made  uint64 // slots whose write or reading has been made
	value int64
	steps int64              // writes that have been made: the versions since the start
	used  [mostClasses]uint8 // writes without an answer that have been made
}

// ending is the time by which the fact of a slot must have been made.
type ending struct {
	at   int64
	slot int // -1: it is not searched
}

// decide keeps the ways in which the slot's fact has been made already. From every other
// way it derives those in which the fact is made now, after any of the facts in progress.
func (s *search) decide(slot int) {
	clear(s.seen)
	clear(s.next)
	s.more = append(s.more[:0], s.ways...)
	for len(s.more) > 0 {
		w := s.more[len(s.more)-1]
		s.more = s.more[:len(s.more)-1]
		s.budget--
		w = s.readAll(w)
		if w.made&(1<<slot) != 0 {
			w.made &^= 1 << slot
			s.next[w] = true
			continue
		}
		if s.seen[w] {
			continue
		}
		s.seen[w] = true
		if s.budget < 0 || len(s.seen)+len(s.next) > mostWays {
			s.missed++
			s.letGo()
			return
		}
		s.extend(w, slot)
	}
	if len(s.next) == 0 {
		s.broken, s.misread, s.noPlaceFor = s.noPlace(slot), s.slots[slot].isRead(), s.slots[slot].entry
		return
	}
	s.held++
	s.taken &^= 1 << slot
	s.ways = s.ways[:0]
	for w := range s.next {
		s.ways = append(s.ways, w)
	}
}

// readAll makes every reading that fits the value that the counter holds.
func (s *search) readAll(w way) way {
	for left := s.taken &^ w.made; left != 0; left &= left - 1 {
		slot := lowest(left)
		if f := &s.slots[slot]; f.isRead() && s.reads(f, &w) {
			w.made |= 1 << slot
		}
	}
	return w
}

// reads reports whether a reading, or a refusal, fits a value.
func (s *search) reads(f *fact, w *way) bool {
	if f.refuse {
		return w.value+f.delta < *s.least
	}
	return f.value == w.value && s.versionFits(f, w.steps)
}

// versionFits reports whether the answer's version is the one that the counter has after
// that many writes.
func (s *search) versionFits(f *fact, steps int64) bool {
	return s.first == 0 || f.version == 0 || f.version == s.first+steps
}

// extend adds the ways in which one more write has been made. If nothing in progress
// depends on a value, only the slot's own write is tried.
func (s *search) extend(w way, slot int) {
	if f := &s.slots[slot]; !f.isRead() {
		s.write(w, slot)
		if s.free(f) && !s.dependent(w, slot) {
			return
		}
	}
	for left := s.taken &^ w.made &^ (1 << slot); left != 0; left &= left - 1 {
		other := lowest(left)
		if f := &s.slots[other]; !f.isRead() && !s.follows(w, other) {
			s.write(w, other)
		}
	}
	for i := range s.classes {
		c := &s.classes[i]
		if int(w.used[i]) == c.sent || c.isBuilt && c.built != w.value || !s.allowed(w.value, c.delta) || s.answers(w, c) {
			continue
		}
		after := w
		after.used[i]++
		after.value += c.delta
		after.steps++
		s.more = append(s.more, after)
	}
}

// write makes the write of a slot, if it can be made now.
func (s *search) write(w way, slot int) {
	f := &s.slots[slot]
	after := w.value + f.delta
	if f.isBuilt && f.built != w.value || f.told && (f.value != after || !s.versionFits(f, w.steps+1)) || !s.allowed(w.value, f.delta) {
		return
	}
	w.made |= 1 << slot
	w.value = after
	w.steps++
	s.more = append(s.more, w)
}

func (s *search) allowed(value, delta int64) bool {
	return s.least == nil || delta >= 0 || value+delta >= *s.least
}

// free reports whether a write can be made at any value.
func (s *search) free(f *fact) bool {
	return !f.isRead() && !f.told && !f.isBuilt && (s.least == nil || f.delta >= 0)
}

// dependent reports whether anything else that can be made depends on a value.
func (s *search) dependent(w way, slot int) bool {
	for i := range s.classes {
		if c := &s.classes[i]; c.isBuilt && int(w.used[i]) < c.sent {
			return true
		}
	}
	for left := s.taken &^ w.made &^ (1 << slot); left != 0; left &= left - 1 {
		if !s.free(&s.slots[lowest(left)]) {
			return true
		}
	}
	return false
}

// follows reports whether an equal write in progress ends earlier.
func (s *search) follows(w way, slot int) bool {
	f := &s.slots[slot]
	if f.told || f.isBuilt {
		return false
	}
	for left := s.taken &^ w.made &^ (1 << slot); left != 0; left &= left - 1 {
		other := lowest(left)
		o := &s.slots[other]
		if o.isRead() || o.told || o.isBuilt || o.delta != f.delta {
			continue
		}
		if o.returned < f.returned || o.returned == f.returned && other < slot {
			return true
		}
	}
	return false
}

// answers reports whether a write in progress equals those of the class. It comes first,
// because it must be made by its end.
func (s *search) answers(w way, c *class) bool {
	for left := s.taken &^ w.made; left != 0 && !c.isBuilt; left &= left - 1 {
		if f := &s.slots[lowest(left)]; !f.isRead() && !f.told && !f.isBuilt && f.delta == c.delta {
			return true
		}
	}
	return false
}
