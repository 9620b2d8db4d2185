package history

import "time"

// Header is what is known of a run before its first operation.
type Header struct {
	Tool      string    // what wrote the history
	Scenario  string    // its name; empty: unknown
	Strategy  string    // its name; empty: unknown
	Table     string    // its name; empty: unknown
	Attribute string    // that holds the numbers, if it is not contend's own
	StartedAt time.Time // wall clock at time 0 of the operations; zero: unknown
	// Workers is how many there were, numbered from 0; 0: as many as appear.
	Workers int
	// Ordered says that each worker carried out one operation after another,
	// and that its operations stand in this order. It lets a reader judge while
	// it reads, in memory that does not grow.
	Ordered bool
	// Strict says that the history has no member that the format does not have.
	Strict bool
	// Idempotent says that the design promises that attempts with one token
	// change the counter at most once.
	Idempotent bool
	// Shards is the number of items that each counter is spread over; 0: one item,
	// or as the design has it.
	Shards int
	// Floor is the least value that a change may leave behind; nil: none.
	Floor    *int64
	Counters []CounterStart
}

// CounterStart is a counter before the first operation.
type CounterStart struct {
	Key     string
	Initial State
}

// Footer is what is known of a run after its last operation. A history that was
// cut off has none.
type Footer struct {
	Operations int64         // how many the history has
	Elapsed    time.Duration // from the common start to the end of the last operation
	Finals     []CounterEnd
	Error      string // what ended the run before its time; empty: nothing
}

// CounterEnd is a strong read of a counter after the last operation.
type CounterEnd struct {
	Counter           int // index into the run's counters
	Invoked, Returned int64
	Final             State // unknown: it could not be read
	// Watched is for how long before it the counter was read again and again,
	// because a write without an answer could still come.
	Watched time.Duration
}
