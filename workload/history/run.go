package history

import (
	"time"

	"contend/counter/layout"
)

// Header is what is known about a run before its first operation.
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
	// Ordered is true if each worker carried out its operations one after another and they are
	// recorded in that order. A history like that can be judged in constant memory.
	Ordered bool
	// Strict makes unknown members an error.
	Strict bool
	// Idempotent is true if the design promises that attempts with one token change the
	// counter at most once.
	Idempotent bool
	// Shards is the number of items over which each counter is spread; 0 means one, or the
	// design's default.
	Shards int
	// Calls is true if a proxy recorded the history: each operation is one call of an SDK,
	// and its attempts are the requests of that call.
	Calls bool
	// Run is the ID of the run if several histories record it together; "" means unknown. They
	// are numbered from 0 to Sources-1, and Source is the number of this one. Sources is 0 if
	// this history is the whole run.
	Run             string
	Source, Sources int
	// Clock relates the times of this history to those of the run's other histories, in
	// ascending order of At; nil means that the relation is unknown. Readings in the footer
	// replace these.
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

// Footer is what is known about a run after its last operation. A history that was cut off has
// none.
type Footer struct {
	Operations int64         // number of operations in the history
	Elapsed    time.Duration // from the common start to the end of the last operation
	Finals     []CounterEnd
	Error      string  // what ended the run early; "": nothing did
	Claims     []Claim // what the program says that it did; nil: nothing
	// Clock replaces the header's readings, unless it is nil.
	Clock []ClockReading
}

// CounterEnd is a strong read of a counter after the last operation.
type CounterEnd struct {
	Counter           int // index into the run's counters
	Invoked, Returned int64
	Final             State // not Known if it could not be read
	// Unseen says why some writes of the counter are missing from the history; "" means none
	// are.
	Unseen string
	// Watched is for how long the counter was read repeatedly before that, to wait for writes
	// without an answer that could still arrive.
	Watched time.Duration
}
