package scenario

import (
	"math/rand/v2"
	"time"
)

// Embedded configures the embedded server, and that of simulated time. Other targets
// ignore it.
type Embedded struct {
	Latency ModelledLatency // added to each request
	// Latencies give shares of the workers latencies of their own; empty: they have
	// Latency, which is otherwise zero. Requests of no worker have the first.
	Latencies     []LatencyShare
	WriteCapacity int // units per partition key and second; 0: no limit
	ReadCapacity  int // units per partition key and second; 0: no limit
	// Throughput is DynamoDB's model of partitions and tables, in place of the two
	// capacities; the zero value is none.
	Throughput Throughput
	BurstUsed  bool          // keys and tables have saved no throughput when the run begins
	ReadLag    time.Duration // how old the state is that an eventual read sees
	// Misbehave plants faults in the server, to see which checks find them. Each
	// kind may occur once, in the order that [Decode] uses.
	Misbehave []Misbehaviour
}

// IsZero reports whether nothing is set.
func (e Embedded) IsZero() bool {
	return e.Latency == ModelledLatency{} && len(e.Latencies) == 0 && e.WriteCapacity == 0 && e.ReadCapacity == 0 &&
		!e.HasThroughput() && !e.BurstUsed && e.ReadLag == 0 && len(e.Misbehave) == 0
}

// HasThroughput reports whether tables and partitions are limited as DynamoDB limits them.
func (e Embedded) HasThroughput() bool { return e.Throughput != Throughput{} }

// KeyLimit returns the write units that one key sustains in a second; 0 is no limit.
func (e Embedded) KeyLimit() int {
	limit := e.WriteCapacity
	if t := e.Throughput; e.HasThroughput() {
		for _, of := range []int{t.Partition.Write, t.Units.Write, t.Maximum.Write} {
			if of > 0 && (limit == 0 || of < limit) {
				limit = of
			}
		}
	}
	return limit
}

// Misbehaviour is a fault that is planted in the embedded server.
type Misbehaviour struct {
	Kind  string // such as lose-update; "contend serve --help" lists them
	OneIn int64  // the fault hits one in this many of the requests that it applies to
}

// LatencyShare is a part of [Embedded.Latencies]: a share of the workers, and the latency
// of their requests.
type LatencyShare struct {
	Share float64 // above 0; those of a list add up to 1
	ModelledLatency
}

// Kinds lists the latencies that requests have: that of all of them, or those of shares of
// the workers.
func (e *Embedded) Kinds() []ModelledLatency {
	if len(e.Latencies) == 0 {
		return []ModelledLatency{e.Latency}
	}
	var all []ModelledLatency
	for _, part := range e.Latencies {
		all = append(all, part.ModelledLatency)
	}
	return all
}

// LatencyOf returns the part of [Embedded.Latencies] that each worker has, by number; nil
// if there is no such list. The seed decides which workers have which part, so that the
// parts of [Retry.Mix] have much the same latencies.
func (s *Scenario) LatencyOf() []int {
	if len(s.Embedded.Latencies) == 0 {
		return nil
	}
	shares := s.Embedded.shares()
	const stream = 5 << 60 // no worker has this number
	parts := make([]int, s.Load.Workers)
	for place, worker := range rand.New(rand.NewPCG(s.Seed, stream)).Perm(s.Load.Workers) {
		parts[worker] = apportioned(shares, place)
	}
	return parts
}

// ModelledLatency is a normal distribution cut off at 0; the zero value is none.
type ModelledLatency struct {
	Mean, SD time.Duration
}

// Simulated configures the target simulated; other targets ignore it.
type Simulated struct {
	// Client is how long the client itself works for one request: a real client
	// serializes, signs and reads, and the system carries the bytes. Half of it is
	// before the request and half after the answer. The default, 200 µs, was measured
	// with at most 8 workers on a quiet machine with two cores: there the embedded
	// server with a latency of 4 ms gave a gap from reading to writing of 4.2 to 4.4 ms.
	// Other machines have another cost; "contend run --compare-simulated" shows by how
	// much their figures are off.
	Client time.Duration
}

// HasServer reports whether the scenario's target is the embedded server, in real or in
// simulated time.
func (s *Scenario) HasServer() bool {
	return s.Target == TargetEmbedded || s.Target == TargetSimulated
}

// Targets lists the targets that are not a URL.
func Targets() []string { return []string{TargetEmbedded, TargetSimulated, TargetAWS} }
