package measure

import (
	"time"

	"contend/workload/hist"
)

// OpenLoop says what happened to the arrivals of an open loop.
type OpenLoop struct {
	// Lasted is for how long operations became due: until the end of the load, or, with a fixed
	// number of operations, until the next one would have become due. BegunIn is the time until
	// the last operation began, and at least Lasted.
	Lasted, BegunIn time.Duration
	// Queued counts the operations that began late because all workers were busy.
	Queued int64
	// MaxWaiting is the largest number of operations that were due but had not begun at any one
	// moment.
	MaxWaiting int64
	// Due counts the operations that became due in each second, without the dropped ones.
	Due []int64
	// Lateness is how long after they became due operations began. Delay is the same for those
	// for which a free worker was waiting: there, this process itself was late.
	Lateness, Delay hist.Histogram
}
