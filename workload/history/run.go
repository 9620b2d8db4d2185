package history

import (
	"time"

	"contend/counter/layout"
)

// Header is what is known of a run before its first operation.
type Header struct {
	Tool      string     // the program that wrote the history
	Scenario  string     // the scenario's name; empty: unknown
	Strategy  string     // the design's name; empty: unknown
	Table     string     // the table's name; empty: unknown
	Attribute string     // path of the number, if it is not contend's own
	Version   string     // path of the number of writes, in items of another program; empty: they have none
	Key       layout.Key // of the table, if it is not contend's own
	StartedAt time.Time  // wall clock at time 0 of the operations; zero: unknown
	// Workers is the number of workers, numbered from 0; 0: as many as appear.
	Workers int
	// Ordered is true if each worker carried out one operation after another, and its
	// operations stand in this order. It lets a reader judge while it reads, in
	// constant memory.
	Ordered bool
	// Strict is true if a member that the format does not have is an error.
	Strict bool
	// Idempotent is true if the design promises that attempts with one token change the
	// counter at most once.
	Idempotent bool
	// Shards is the number of items that each counter is spread over; 0: one item, or
	// as the design has it.
	Shards int
	// Calls is true if a proxy recorded the history: each operation is one call of an SDK,
	// and its attempts are the requests of that call.
	Calls bool
	// Run names the run that this is one history of; empty: unknown. Its histories are
	// numbered from 0 to Sources − 1, and this one is Source. Sources is 0 if one history is
	// the whole run.
	Run             string
	Source, Sources int
	// Clock relates the history's times to those of the run's other histories, in order;
	// nil: nothing is known. Readings in the footer replace these.
	Clock []ClockReading
	// Floor is the least value that a change may leave; nil: none.
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
	Operations int64         // number of operations in the history
	Elapsed    time.Duration // from the common start to the end of the last operation
	Finals     []CounterEnd
	Error      string  // what ended the run early; empty: nothing
	Claims     []Claim // what the program says that it did; nil: it says nothing
	// Clock replaces the header's readings, unless it is nil.
	Clock []ClockReading
}

// CounterEnd is a strong read of a counter after the last operation.
type CounterEnd struct {
	Counter           int // index into the run's counters
	Invoked, Returned int64
	Final             State // unknown: it could not be read
	// Unseen says why not all writes of the counter are in the history; empty: they are.
	Unseen string
	// Watched is how long the counter was read repeatedly before that, because a write
	// without an answer could still arrive.
	Watched time.Duration
}
