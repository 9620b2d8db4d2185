package embedded

import (
	"time"

	"contend/internal/embedded/attribute"
)

// maxExpiredYears: an item that expired longer ago is kept, because its time is
// rather a mistake (Developer Guide, "Time to Live").
const maxExpiredYears = 5

// expire deletes an item whose time has passed. Whatever is about to look at an
// item calls it first, so that no request sees one that has expired, but for
// eventually consistent reads that are behind. The upkeep looks at what nobody
// else looks at; what a transaction holds stays for the moment. AWS deletes some
// time within a few days, and so may show it for longer.
func (t *table) expire(c *cell) {
	name := t.ttl.Load()
	if name == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.held && hasExpired(c.item[*name], time.Now()) {
		c.replace(nil, t.lag)
	}
}

// expiry is when an item is to be looked at because it has expired by then; the
// zero time is never.
func (t *table) expiry(item attribute.Item) time.Time {
	name := t.ttl.Load()
	if name == nil || item[*name].Kind != attribute.Number {
		return time.Time{}
	}
	seconds, ok := item[*name].Num.Seconds()
	if !ok {
		return time.Time{}
	}
	at := time.Unix(seconds+1, 0) // it has expired once its second is over
	if at.Before(time.Now()) {
		return time.Time{} // it is kept, see hasExpired
	}
	return at
}

// hasExpired reports whether a value is a time, in seconds since 1970, that has
// passed, and not too long ago.
func hasExpired(v attribute.Value, now time.Time) bool {
	earliest := attribute.Of(now.AddDate(-maxExpiredYears, 0, 0).Unix())
	return v.Kind == attribute.Number && v.Num.Compare(attribute.Of(now.Unix()).Num) < 0 && v.Num.Compare(earliest.Num) >= 0
}
