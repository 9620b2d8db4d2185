package measure

import (
	"time"

	"contend/workload/hist"
)

// ClientUse is what is known of the process that put the load on, while it did:
// idle processors while the last answers are awaited would hide busy ones. It tells
// a slow store from a client that was at its limit.
type ClientUse struct {
	// CPU is the processor time that the process used in the time CPUIn, an embedded
	// server included. CPUKnown is false where the system does not tell.
	CPU, CPUIn time.Duration
	CPUKnown   bool
	// CPUs is how many processors the process may use at a time.
	CPUs int `json:"cpus"`
	// Delay is by how much a sleeper that does nothing else woke up late.
	Delay hist.Histogram
	// ClockStep is the largest change of the wall clock against the monotonic one
	// between two looks, forward or back. A clock that is only slewed, as NTP
	// daemons do within 500 millionths, changes by some microseconds.
	ClockStep time.Duration
}
