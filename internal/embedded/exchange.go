package embedded

import (
	"time"

	"contend/internal/embedded/attribute"
)

// exchange is what planted faults need to know about a request, from its arrival until
// its answer was sent.
type exchange struct {
	arrived time.Time
	// cell is the one that the request changed, nil if it changed none;
	// replaced is what was there before, and era when that was.
	cell     *cell
	replaced attribute.Item
	era      int
	// debt is what the request owes to a later one, nil for nothing.
	debt *debt
	// mayGoBack is true for an update that has shown no fault yet.
	mayGoBack bool
}

// changed records the first change that the request makes.
func (x *exchange) changed(c *cell) {
	if x.cell == nil {
		x.cell, x.replaced, x.era = c, c.item, c.memory().era
	}
}

// settling is how long after an answer another request must arrive so that its client
// surely began it after the answer arrived. On a busy machine, clients may receive
// answers and send requests some milliseconds late. So two requests that are closer than
// that cannot prove a fault of the server.
const settling = 10 * time.Millisecond
