package measure

import (
	"time"

	"contend/workload/hist"
)

// OpenLoop is what became of the arrivals of an open loop.
type OpenLoop struct {
	// Lasted is how long operations became due: until the load's end, or of as many
	// operations as were asked for until the next one would have been due. BegunIn is
	// how long it took until all had begun that did: Lasted at least.
	Lasted, BegunIn time.Duration
	// Queued counts the operations that began later than they were due because
	// all workers were busy.
	Queued int64
	// MaxWaiting is the most operations that were due and not begun at one moment.
	MaxWaiting int64
	// Due counts the operations that became due in each second, without those that were
	// dropped because all workers were busy.
	Due []int64
	// Lateness is by how much later than they were due operations began, and Delay
	// the same of those only that a free worker awaited: it is this process that
	// was late with them.
	Lateness, Delay hist.Histogram
}
