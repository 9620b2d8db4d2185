package embedded

import (
	"time"

	"contend/internal/embedded/attribute"
)

// maxExpiredYears is the age above which an expired item is kept, because its time is
// probably a mistake (Developer Guide, "Time to Live").
const maxExpiredYears = 5

// expire deletes an item whose time has passed. It is called before anything uses an
// item, so that no request sees an expired one, except for eventually consistent reads
// that are behind. The upkeep calls it for items that nobody requests. An item that a
// transaction holds stays for the moment. AWS may take a few days, and shows the item
// until then.
func (t *table) expire(c *cell) {
	name := t.ttl.Load()
	if name == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.held && hasExpired(c.item[*name], t.clock.Now()) {
		c.replace(nil, t.lag)
	}
}

// expiry returns the time at which an item has expired; the zero time means never.
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
	if at.Before(t.clock.Now()) {
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
