package scenario

import (
	"time"

	"contend/internal/embedded/misbehave"
)

// Embedded shapes the embedded server; it means nothing to other targets.
type Embedded struct {
	Latency       ModelledLatency
	WriteCapacity int           // units per partition key and second; 0: no limit
	ReadCapacity  int           // units per partition key and second; 0: no limit
	ReadLag       time.Duration // how far an eventual read is behind
	// Misbehave plants faults, to see which checks notice.
	Misbehave misbehave.Plan
}

// ModelledLatency is a normal distribution cut off at 0.
type ModelledLatency struct {
	Mean, SD time.Duration
}
