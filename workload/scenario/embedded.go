package scenario

import "time"

// Embedded shapes the embedded server; it means nothing to other targets.
type Embedded struct {
	Latency       ModelledLatency
	WriteCapacity int           // units per partition key and second; 0: no limit
	ReadCapacity  int           // units per partition key and second; 0: no limit
	ReadLag       time.Duration // how far an eventual read is behind
	// Misbehave plants faults, to see which checks notice; each kind at most once,
	// in the order in which [Decode] puts them.
	Misbehave []Misbehaviour
}

// IsZero reports whether nothing is set.
func (e Embedded) IsZero() bool {
	return e.Latency == ModelledLatency{} && e.WriteCapacity == 0 && e.ReadCapacity == 0 && e.ReadLag == 0 && len(e.Misbehave) == 0
}

// Misbehaviour is a fault that the embedded server shows on purpose.
type Misbehaviour struct {
	Kind  string // such as lose-update; "contend serve --help" lists them
	OneIn int64  // one of so many requests that the fault concerns
}

// ModelledLatency is a normal distribution cut off at 0.
type ModelledLatency struct {
	Mean, SD time.Duration
}
