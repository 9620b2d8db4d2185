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
// eventually consistent reads that are behind; what nobody looks at stays in
// memory, and so does for the moment what a transaction holds. AWS deletes some time within a few days, and so may show it for
// longer.
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

// hasExpired reports whether a value is a time, in seconds since 1970, that has
// passed, and not too long ago.
func hasExpired(v attribute.Value, now time.Time) bool {
	earliest := attribute.Of(now.AddDate(-maxExpiredYears, 0, 0).Unix())
	return v.Kind == attribute.Number && v.Num.Compare(attribute.Of(now.Unix()).Num) < 0 && v.Num.Compare(earliest.Num) >= 0
}
