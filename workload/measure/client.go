package measure

import (
	"time"

	"contend/workload/hist"
)

// ClientUse says how busy the client process was while the load was on. It distinguishes a slow
// store from an overloaded client. The time in which the last answers are awaited does not
// count, because idle processors would hide busy ones.
type ClientUse struct {
	// CPU is the processor time that the process, including an embedded server, used during
	// CPUIn. CPUKnown is false if the operating system does not report it.
	CPU, CPUIn time.Duration
	CPUKnown   bool
	// CPUs is how many processors the process may use at once (GOMAXPROCS).
	CPUs int `json:"cpus"`
	// Delay is how late a goroutine that only sleeps woke up.
	Delay hist.Histogram
	// ClockStep is the largest change of the wall clock relative to the monotonic clock between
	// two samples, forward or back. A clock that is only slewed, as NTP daemons do at up to 500
	// ppm, changes by a few microseconds.
	ClockStep time.Duration
}
