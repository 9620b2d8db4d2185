package embedded

import (
	"container/heap"
	"sync"
	"time"

	"contend/internal/clock"
	"contend/internal/embedded/attribute"
)

// spot is the place of a key in a table, with or without an item. A spot from
// [table.locate] or [table.look] must be given back with [table.leave], so that the table
// keeps nothing for keys without an item, such as those that were only read, refused or
// deleted.
type spot struct {
	partition *partition // nil: the table keeps nothing of this hash key
	cell      *cell      // nil: there is no item
	sort      attribute.Value
}

// locate finds the spot of a key, and makes one for a key that is new. An item
// that has expired is no longer in it.
func (t *table) locate(key attribute.Item) spot {
	p := t.partition(key[t.hash.name])
	defer p.mu.Unlock()
	s := spot{partition: p, cell: p.locate(key[t.sort.name]), sort: key[t.sort.name]}
	t.expire(s.cell)
	p.visitors++
	s.cell.visitors++
	return s
}

// look is [table.locate] for reads: for a new key it creates at most what is needed to
// limit reads.
func (t *table) look(key attribute.Item) spot {
	s := spot{partition: t.lookAt(key[t.hash.name]), sort: key[t.sort.name]}
	if s.partition == nil {
		return s
	}
	defer s.partition.mu.Unlock()
	s.partition.visitors++
	if s.cell = s.partition.cells[keyText(s.sort)]; s.cell != nil {
		t.expire(s.cell)
		s.cell.visitors++
	}
	return s
}

// lookAt finds a partition and locks it. It is nil if it does not exist and is
// not needed.
func (t *table) lookAt(hash attribute.Value) *partition {
	if t.limits.reads > 0 || t.throughput.LimitsKeys() {
		return t.partition(hash)
	}
	p := t.partitions.find(keyText(hash))
	if p == nil {
		return nil
	}
	p.mu.Lock()
	if p.gone {
		p.mu.Unlock()
		return nil
	}
	return p
}

// partition finds the partition of a hash key, and makes one for a new one. It
// is locked.
func (t *table) partition(hash attribute.Value) *partition {
	text := keyText(hash)
	for {
		p := t.partitions.find(text)
		if p == nil {
			p = t.partitions.add(newPartition(text, t.sort.name != ""))
		}
		p.mu.Lock()
		if !p.gone {
			return p
		}
		p.mu.Unlock() // it was just dropped
	}
}

// leave gives back a spot, and drops its cell and partition if they are not needed.
func (t *table) leave(s spot) {
	if s.partition == nil {
		return
	}
	s.partition.mu.Lock()
	s.partition.visitors--
	if s.cell != nil {
		s.cell.visitors--
	}
	t.tidy(s)
	s.partition.mu.Unlock()
	t.upkeep.visit(t)
}

// tidy drops the cell and the partition of a spot if they are not needed. What
// is needed for some time only is looked at again. The caller holds the
// partition's mutex.
func (t *table) tidy(s spot) {
	p := s.partition
	if s.cell != nil && s.cell.visitors == 0 && p.cells[keyText(s.sort)] == s.cell {
		switch needed, until := t.needsCell(s.cell); {
		case !needed:
			s.cell.drop()
			p.remove(s.sort)
		case !until.IsZero() && !s.cell.appointed:
			s.cell.appointed = true
			t.upkeep.appoint(until, s)
		}
	}
	if p.gone || p.visitors > 0 || len(p.cells) > 0 {
		return
	}
	switch full := p.full(t.limits); {
	case full.IsZero() || !full.After(t.clock.Now()):
		p.gone = true
		t.partitions.remove(p)
	case !p.appointed:
		p.appointed = true
		t.upkeep.appoint(full, spot{partition: p})
	}
}

// needsCell reports whether a cell holds anything, and until when; the zero
// time is for ever.
func (t *table) needsCell(c *cell) (needed bool, until time.Time) {
	t.expire(c)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.item != nil:
		return true, t.expiry(c.item)
	case c.held || c.faulty != nil && c.faulty.debt != nil:
		return true, time.Time{}
	case len(c.past) > 0:
		until = c.past[len(c.past)-1].until.Add(t.lag.by)
		return until.After(t.clock.Now()), until
	}
	return false, time.Time{}
}

// drop marks a cell that is no longer in its partition.
func (c *cell) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropped = true
}

// upkeep remembers which items to check again, and when. Every request that leaves the
// table checks a few of those that are due. The zero value is empty.
type upkeep struct {
	mu       sync.Mutex
	calendar calendar
}

type appointment struct {
	at   time.Time
	spot spot
}

func (u *upkeep) appoint(at time.Time, s spot) {
	u.mu.Lock()
	defer u.mu.Unlock()
	heap.Push(&u.calendar, appointment{at, s})
}

// due takes the next appointment whose time has come.
func (u *upkeep) due(c clock.Clock) (spot, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.calendar) == 0 || u.calendar[0].at.After(c.Now()) {
		return spot{}, false
	}
	return heap.Pop(&u.calendar).(appointment).spot, true
}

// visit keeps some of the appointments that are due. A request makes at most
// two for each of its keys, so that the calendar does not grow.
func (u *upkeep) visit(t *table) {
	const most = 4
	for range most {
		s, ok := u.due(t.clock)
		if !ok {
			return
		}
		s.partition.mu.Lock()
		if s.cell != nil {
			s.cell.appointed = false
		} else {
			s.partition.appointed = false
		}
		t.tidy(s)
		s.partition.mu.Unlock()
	}
}

// tidyAll checks every item, because some are now needed for a limited time only.
func (t *table) tidyAll() {
	for _, p := range t.partitions.list() {
		p.mu.Lock()
		for _, c := range p.cells {
			c.mu.Lock()
			sort := c.item[t.sort.name]
			known := c.item != nil
			c.mu.Unlock()
			if known {
				t.tidy(spot{p, c, sort})
			}
		}
		p.mu.Unlock()
	}
}

// calendar is a heap of appointments, the next first.
type calendar []appointment

func (c calendar) Len() int           { return len(c) }
func (c calendar) Less(i, j int) bool { return c[i].at.Before(c[j].at) }
func (c calendar) Swap(i, j int)      { c[i], c[j] = c[j], c[i] }
func (c *calendar) Push(x any)        { *c = append(*c, x.(appointment)) }

func (c *calendar) Pop() any {
	last := len(*c) - 1
	x := (*c)[last]
	(*c)[last] = appointment{}
	*c = (*c)[:last]
	return x
}
