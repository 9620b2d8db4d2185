package scenario

import (
	"math/rand/v2"
	"time"

	"contend/counter"
	"contend/counter/layout"
	"contend/workload/fault"
	"contend/workload/history"
	"contend/workload/retry"
	"contend/workload/threshold"
)

// Scenario is the complete description of a run, as plain data. Begin with [Default] or
// [Decode]: the zero value is not valid.
type Scenario struct {
	Name           string
	Description    string
	Seed           uint64
	Target         string // one of Targets, or an http(s) URL
	Table          string // "": a new table for this run
	Counters       Counters
	Strategy       string // a name of counter.StrategyNames, or ExecName
	Exec           Exec
	Parameters     Parameters
	Retry          Retry
	Load           Load
	Operations     Mix
	Amount         Amount // of each increment, decrement and transfer
	Reads          Consistency
	View           View
	Embedded       Embedded
	Simulated      Simulated
	RequestTimeout time.Duration // for one request; at least 1ms
	SDKRetry       SDKRetry
	// Faults are injected between the workers and the store.
	Faults []fault.Rule
	Price  Price
	// Thresholds are the limits that the run's measurements must keep.
	Thresholds []threshold.Threshold
}

// SDKRetry is the mode of the AWS SDK's own retries, below those of the policy.
type SDKRetry string

const (
	SDKRetryNone     SDKRetry = "none" // one request a call
	SDKRetryStandard SDKRetry = "standard"
	// SDKRetryStandard2026 is standard with the SDK's defaults of 2026
	// (AWS_NEW_RETRIES_2026).
	SDKRetryStandard2026 SDKRetry = "standard-2026"
	SDKRetryAdaptive     SDKRetry = "adaptive"
)

// Parameters are the numbers that some designs need; see [counter.Parameters].
type Parameters struct {
	History   int           // tokens in the item of conditional-history
	MarkerTTL time.Duration // of transaction-marker
	Shards    int           // items of sharded
	Snapshot  bool          // sharded reads all its items at one moment
}

// Shards returns the number of items of each counter if the design spreads counters over
// several items, and 0 otherwise.
func (s *Scenario) Shards() int {
	if s.Strategy == counter.ShardedName {
		return s.Parameters.Shards
	}
	return 0
}

// CounterParameters returns the parameters of the scenario's design. Refused writes
// return the item if the refresh mode or a policy uses it, or if the SDK retries: a design
// may then need it to find out whether an earlier try of its own was applied.
func (s *Scenario) CounterParameters() counter.Parameters {
	retried := s.SDKRetry != SDKRetryNone && s.SDKRetry != ""
	return counter.Parameters{
		OnConflict: counter.ConflictState(retried || s.Retry.Refresh == RefreshFromConflict || s.Retry.Any(retry.Kind.Paces)),
		History:    s.Parameters.History,
		MarkerTTL:  s.Parameters.MarkerTTL,
		Shards:     s.Parameters.Shards,
		Snapshot:   s.Parameters.Snapshot,
		Share:      s.Retry.Any(retry.Kind.Shares),
	}
}

// Counters says how many counters there are and which one an operation uses.
type Counters struct {
	Count   int   // at least 1
	Initial int64 // the value a counter is created with
	Pick    Pick
	// Floor is the lowest value that a decrement may leave.
	Floor Floor
	// Attribute and Version are the paths of the number and of the number of writes in
	// items of another program; if both are "", the items are those of package counter.
	// Key is the table's key and Item what new counters have beside these, if the table
	// is its owner's. See [counter.Schema].
	Attribute, Version string
	Key                layout.Key
	Item               layout.Item // nobody may change it
	// Keep leaves the items as the run leaves them, in a table that was there before.
	// Without it they become what they were.
	Keep bool
}

// Floor is the lowest value that a decrement may leave, if Set is true.
type Floor struct {
	Set   bool
	Value int64
}

// Pick says how an operation chooses its counter.
type Pick struct {
	Kind PickKind
	Zipf float64 // the exponent s, above 0; 0 for other kinds
}

// PickKind is a way to choose.
type PickKind string

const (
	PickUniform    PickKind = "uniform"     // each with the same probability
	PickZipf       PickKind = "zipf"        // rank k with probability proportional to 1/k^s
	PickRoundRobin PickKind = "round-robin" // each worker goes through all in turn; workers begin at different counters
	PickOwn        PickKind = "own"         // worker w always uses counter w mod count
)

// Mix holds the weights of the operations, indexed by [history.Kind]; at least one must
// be above 0.
type Mix [history.KindCount]int

// Weight returns the weight of one kind.
func (m Mix) Weight(kind history.Kind) int { return m[kind] }

// Consistency is the kind of read that read operations send. The reads that
// prepare a conditional write are always strong.
type Consistency string

const (
	ReadsStrong   Consistency = "strong"
	ReadsEventual Consistency = "eventual"
)

// View says which state an operation starts from, if the design needs one.
type View string

const (
	ViewFresh View = "fresh" // a strong read
	ViewKept  View = "kept"  // what the worker saw last, as boto's object does
)

// Draw returns a random kind of operation, by the mix's weights.
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
