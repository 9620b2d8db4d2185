package workload

import (
	"time"

	"contend/internal/embedded/misbehave"
	inject "contend/internal/fault"
	"contend/internal/history"
	"contend/workload/retry"
)

// Scenario is a run's complete description: plain data, no behaviour. [Decode]
// reads one, and gives every field that a file leaves out its default.
type Scenario struct {
	Name           string
	Description    string
	Seed           uint64
	Target         string // "embedded", "aws", or an http(s) URL
	Table          string // "": a new table for this run
	Counters       Counters
	Strategy       string // a name of counter.StrategyNames
	Retry          Retry
	Load           Load
	Operations     Mix
	Reads          Consistency
	View           View
	Embedded       Embedded
	RequestTimeout time.Duration // for one request; at least 1ms
	SDKRetry SDKRetry
	Faults []inject.Rule
	Price Price
	Parameters struct { History, Shards int; Snapshot bool }
}
type Price struct{ Write, Read float64 }
type SDKRetry string
const (
	SDKRetryNone SDKRetry = "none"
	SDKRetryStandard SDKRetry = "standard"
	SDKRetryStandard2026 SDKRetry = "standard-2026"
	SDKRetryAdaptive SDKRetry = "adaptive"
)
type Setting struct { Path, Value string }
type Variant struct { Name string; Values []Setting; Scenario Scenario }
func DecodeVariants(file string, text []byte, o ...Override) ([]Variant, error) {
	s, err := Decode(file, text, o...)
	return []Variant{{Scenario: s}}, err
}

// Counters says how many counters there are and which one an operation meets.
type Counters struct {
	Count   int   // at least 1
	Initial int64 // the value a counter is created with
	Pick    Pick
	// Attribute holds the number, in items of a foreign schema; "": items are
	// contend's own. See [counter.Schema].
	Attribute string
}

// Pick is how an operation chooses its counter.
type Pick struct {
	Kind PickKind
	Zipf float64 // the exponent s, above 0; 0 for other kinds
}

// PickKind is a way to choose.
type PickKind string

const (
	PickUniform    PickKind = "uniform"     // each with the same probability
	PickZipf       PickKind = "zipf"        // rank k with probability proportional to 1/k^s
	PickRoundRobin PickKind = "round-robin" // each worker goes through all in turn, workers start apart
	PickOwn        PickKind = "own"         // worker w always uses counter w mod count
)

// Retry is a policy and when a worker that lost a race learns the new value.
type Retry struct {
	retry.Policy
	Refresh Refresh
}

// Refresh is when a worker that lost a race learns the new value.
type Refresh string

const (
	RefreshAfterWait    Refresh = "after-wait"    // waits, then reads
	RefreshAtConflict   Refresh = "at-conflict"   // reads at once, then waits
	RefreshFromConflict Refresh = "from-conflict" // uses the item returned with the refusal, no read
)

// Load is how many workers run and for how long. The run ends with the first
// limit that is reached; a zero limit is none, and at least one is set.
type Load struct {
	Workers    int           // at least 1
	Duration   time.Duration // no new operation starts after it
	Operations int64         // exactly this many operations, all workers together
	Think      time.Duration // a worker's pause between two operations
}

// Mix holds the weights of the operations, indexed by [history.Kind]; not all
// are zero.
type Mix [3]int

// Weight returns the weight of one kind.
func (m Mix) Weight(kind history.Kind) int { return m[kind] }

// Consistency is the kind of read that read operations send. The reads that
// prepare a conditional write are always strong.
type Consistency string

const (
	ReadsStrong   Consistency = "strong"
	ReadsEventual Consistency = "eventual"
)

// View is what an operation of a strategy that needs a state starts from.
type View string

const (
	ViewFresh View = "fresh" // a strong read
	ViewKept  View = "kept"  // what the worker saw last, as boto's object does
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
