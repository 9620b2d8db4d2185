package embedded

import (
	"time"

	"contend/internal/embedded/attribute"
)

// exchange is a request from its arrival until its answer was sent, as planted
// faults have to know it.
type exchange struct {
	arrived time.Time
	// cell is the one that the request changed, nil if it changed none;
	// replaced is what was there before, and era when that was.
	cell     *cell
	replaced attribute.Item
	era      int
	// debt is what the request owes to a later one, nil for nothing.
	debt *debt
	// mayGoBack: an update that showed no fault yet.
	mayGoBack bool
}

// changed notes the first change that the request makes.
func (x *exchange) changed(c *cell) {
	if x.cell == nil {
		x.cell, x.replaced, x.era = c, c.item, c.memory().era
	}
}

// settling is how long after an answer was sent a request has to arrive for it
// to be sure that its client began after the other had its answer: on a busy
// machine clients get to see an answer, and get to send a request, some
// milliseconds late. What two requests show that are closer than that, no
// client can hold against the server.
const settling = 10 * time.Millisecond
