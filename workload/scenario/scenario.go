package scenario

import (
	"math/rand/v2"
	"time"

	"contend/counter"
	"contend/workload/fault"
	"contend/workload/history"
	"contend/workload/retry"
	"contend/workload/threshold"
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
	Parameters     Parameters
	Retry          Retry
	Load           Load
	Operations     Mix
	Reads          Consistency
	View           View
	Embedded       Embedded
	RequestTimeout time.Duration // for one request; at least 1ms
	SDKRetry       SDKRetry
	// Faults are injected between the workers and the store.
	Faults []fault.Rule
	Price  Price
	// Thresholds are the limits that the run's measurements must keep.
	Thresholds []threshold.Threshold
}

// SDKRetry is the mode of the retries that the AWS SDK makes by itself, below
// the policy's.
type SDKRetry string

const (
	SDKRetryNone     SDKRetry = "none" // one request a call
	SDKRetryStandard SDKRetry = "standard"
	// SDKRetryStandard2026 is standard with the SDK's defaults of 2026
	// (AWS_NEW_RETRIES_2026).
	SDKRetryStandard2026 SDKRetry = "standard-2026"
	SDKRetryAdaptive     SDKRetry = "adaptive"
)

// Price is what a million request units cost, in dollars. The default is that of
// on-demand tables in us-east-1 since November 2024.
type Price struct{ Write, Read float64 }

// Parameters are the numbers that some designs need; see [counter.Parameters].
type Parameters struct {
	History   int           // tokens in the item of conditional-history
	MarkerTTL time.Duration // of transaction-marker
	Shards    int           // items of sharded
	Snapshot  bool          // sharded reads all its items at one moment
}

// Shards is the number of items of each counter if the design spreads it; 0 if
// it does not.
func (s *Scenario) Shards() int {
	if s.Strategy == counter.ShardedName {
		return s.Parameters.Shards
	}
	return 0
}

// CounterParameters are those of the scenario's design, with what its refresh
// mode asks of it. Where the SDK retries, a design may need the item of a refusal
// to tell whether one of its own tries was before it.
func (s *Scenario) CounterParameters() counter.Parameters {
	retried := s.SDKRetry != SDKRetryNone && s.SDKRetry != ""
	return counter.Parameters{
		OnConflict: counter.ConflictState(retried || s.Retry.Refresh == RefreshFromConflict),
		History:    s.Parameters.History,
		MarkerTTL:  s.Parameters.MarkerTTL,
		Shards:     s.Parameters.Shards,
		Snapshot:   s.Parameters.Snapshot,
	}
}

// Counters says how many counters there are and which one an operation meets.
type Counters struct {
	Count   int   // at least 1
	Initial int64 // the value a counter is created with
	Pick    Pick
	// Floor is the least value that a decrement may leave behind.
	Floor Floor
	// Attribute holds the number, in items of a foreign schema; "": items are
	// contend's own. See [counter.Schema].
	Attribute string
}

// Floor is the least value that a counter may be brought to, if it is Set.
type Floor struct {
	Set   bool
	Value int64
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

// Draw draws a kind of operation by the mix's weights.
func (m Mix) Draw(random *rand.Rand) history.Kind {
	total := 0
	for _, weight := range m {
		total += weight
	}
	draw := random.IntN(total)
	for kind, weight := range m {
		if draw < weight {
			return history.Kind(kind)
		}
		draw -= weight
	}
	panic("workload: the mix changed while it was drawn from")
}
