package measure

import (
	"fmt"
	"time"
)

// outage is the record of attempts that reached no server. The zero value is
// none.
type outage struct {
	attempts    int64
	first, last int64 // when the first began and the last ended, in nanoseconds since the start
}

func (o *outage) add(more outage) {
	switch {
	case more.attempts == 0:
		return
	case o.attempts == 0:
		*o = more
		return
	}
	o.attempts += more.attempts
	o.first, o.last = min(o.first, more.first), max(o.last, more.last)
}

// warning is "" if there was no outage; workers paused at most so long before they
// tried again.
func (o *outage) warning(longestPause time.Duration) string {
	if o.attempts == 0 {
		return ""
	}
	rounded := func(at int64) time.Duration { return time.Duration(at).Round(time.Millisecond) }
	return fmt.Sprintf("the target could not be reached in %d attempts between %s and %s of the run; workers paused up to %s before they tried again, so that the rates say little",
		o.attempts, rounded(o.first), rounded(o.last), longestPause)
}
