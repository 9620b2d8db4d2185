package measure

import (
	"time"

	"contend/workload/hist"
	"contend/workload/history"
	"contend/workload/scenario"
)

// Result is everything that a run measured. It is complete even if the run was interrupted or
// stopped by an error.
type Result struct {
	Scenario scenario.Scenario
	// Source is the share of the machine that measured this, if several machines made the run.
	Source Share
	Course
	// Late counts the operations of Tally that ended after LoadEnded, without the warm-up.
	Late   LateTally
	Stalls Stalls

	Tally Tally
	// Warmup is the part of Tally during load.warmup: the operations that became due and the
	// attempts that began in it. Only Latency, AttemptsPerOperation and Workers leave it out.
	Warmup  Tally
	Ledgers []history.Ledger // one a counter, in the order of the counters
	// AppliedDelta is the sum of the deltas of applied increments and decrements.
	AppliedDelta int64 `strictjson:"signed"`
	Latency      Latency
	// Workers has all workers, or those of the machines that were joined, in the order of their
	// numbers.
	Workers []WorkerTally
	// Parts has the latencies by the scenario's lists that divide the workers.
	Parts Parts

	// AttemptsPerOperation[n] is the number of acknowledged increments and
	// decrements that took n attempts; index 0 stays 0.
	AttemptsPerOperation []int64
	// Seconds has what happened in each second of the run; the last may be a fraction of a
	// second.
	Seconds []Second
	Reasons

	Capacity Capacity
	Wire     WireTally
	// WarmupWire is the part of Wire that belongs to the attempts in Warmup.
	WarmupWire WireTally
	// Faults has one element for each kind of injected fault.
	Faults []FaultTally
	// Client is about one process; it is zero in a joined result.
	Client ClientUse
	// OpenLoop is nil in a closed loop. Stages has the stages that were reached.
	OpenLoop *OpenLoop
	Stages   []StageTally
	// Warnings are reasons to doubt the run, one sentence each.
	Warnings []string
}

// Course says when a run took place, and how it ended.
type Course struct {
	StartedAt time.Time
	// Elapsed is the time from the common start to the end of the last operation; in an open
	// loop, it is at least the time in which operations could become due.
	Elapsed time.Duration
	// LoadEnded is when the load was over, since the common start: no operation began later. If
	// the load ended because all its operations had begun, it is the start of the last one; or,
	// if most operations ended after that, the end of the last one.
	LoadEnded time.Duration
	// Interrupted is true if the caller stopped the run before its limit.
	Interrupted bool
	// EndedEarly says which threshold ended the load before its limit; nil if none did.
	EndedEarly *EndedEarly
	// CostReached is the limit of the cost that ended the load; nil if none did.
	CostReached *CostReached
	// Err is what broke the run off or made its result uncertain; nil if nothing did.
	Err error `json:"error"`
}

// EndedEarly names a threshold that was missed for so long that it ended the load.
type EndedEarly struct {
	Threshold int // its index in the scenario
	// MissedFrom is the time, since the common start, from which it was missed without a break;
	// At is when it ended the load.
	MissedFrom, At time.Duration
}

// Reasons counts attempts that were not applied, and operations that gave up, by reason.
type Reasons struct {
	// Conflicts and Throttles count such attempts by the store's reason. Failures counts failed
	// and unknown attempts by the reason from [counter.Classify].
	Conflicts map[string]int64
	Throttles map[string]int64
	Failures  map[string]int64
	// GaveUp counts the operations of [Tally.GaveUp] by [retry.Reason] or [LoadEnded].
	GaveUp map[string]int64
}

func newReasons() Reasons {
	return Reasons{Conflicts: map[string]int64{}, Throttles: map[string]int64{}, Failures: map[string]int64{}, GaveUp: map[string]int64{}}
}

func (r *Reasons) add(other *Reasons) {
	addCounts(r.Conflicts, other.Conflicts)
	addCounts(r.Throttles, other.Throttles)
	addCounts(r.Failures, other.Failures)
	addCounts(r.GaveUp, other.GaveUp)
}

func addCounts(sum, more map[string]int64) {
	for reason, n := range more {
		sum[reason] += n
	}
}

// Tally counts operations and attempts. The sums that [Tally.Verify] names
// hold for every finished run.
type Tally struct {
	Due, Dropped, Started            int64
	Applied, GaveUp, Unknown, Failed int64 // operations by their ending
	// Refused is the part of Failed that the design's rules refused, because the counter was at
	// its floor, or full.
	Refused int64

	// Attempts counts the attempts of all operations. An attempt of an increment or decrement
	// is one write, and the read before it if the design needs one. An attempt of a read
	// operation is one read.
	Attempts                                         int64
	AppliedAttempts, UnknownAttempts, FailedAttempts int64
	Conflicts, Throttles                             int64

	// UpdateAttempts and UpdatesApplied are the parts of Attempts and Applied that belong to
	// increments, decrements and transfers.
	UpdateAttempts, UpdatesApplied int64
	AppliedByKind                  [history.KindCount]int64 // Applied, indexed by [history.Kind]

	Reads  int64 // read requests sent, including those that prepare a write
	Writes int64 // write requests sent
	// Tickets is the part of Writes that only took or released a ticket of a queue; see
	// [counter.Queuer].
	Tickets int64

	Gaps
}

// Second counts the attempts of increments and decrements that returned in one
// second of the run.
type Second struct {
	SecondCounts
	// P50 and P99 are percentiles of the response latency of Operations, accurate to 5 %; 0 if
	// there are none.
	P50, P99 time.Duration
	// Responses counts Operations by response latency, in buckets of growing width. Trailing
	// zeros are left out.
	Responses []uint32
	// Ended counts all operations that ended, in any way.
	Ended int64
	// AfterLoad is the part of the counts from after the end of the load.
	AfterLoad SecondCounts
}

// SecondCounts counts attempts of increments and decrements.
type SecondCounts struct {
	Attempts, Applied, Conflicts, Throttles int64
	// Operations counts the operations that ended applied, reads included.
	Operations int64
}

// Timing holds the three latencies of a set of operations.
type Timing struct {
	Response hist.Histogram // from when the work was due to its end
	Service  hist.Histogram // from the first request to the end, including waits and retries
	Attempt  hist.Histogram // of one request: the write, or a read operation's read
}

// Latency separates operations that succeeded from all others, so that failing fast does not
// look like speed. Attempts are separated by their own outcome.
type Latency struct {
	Succeeded, Others Timing
	// ByKind is the service latency of succeeded operations, indexed by [history.Kind].
	// ResponseByKind is their response latency in an open loop; in a closed loop it is empty,
	// because it equals ByKind.
	ByKind, ResponseByKind [history.KindCount]hist.Histogram
}

// Capacity is the DynamoDB capacity that the load consumed, without setup and final reads.
type Capacity struct {
	// Reported is false if the target did not report consumed capacity; the other fields then
	// mean nothing.
	Reported  bool
	ReadUnits float64
	// WriteUnits includes the wasted ones.
	WriteUnits float64
	// WastedWriteUnits were consumed by failed conditions and cancelled transactions. DynamoDB
	// charges them but does not report them, so they are computed.
	WastedWriteUnits float64
	// UnansweredWriteUnits is the most that writes without an answer can have consumed. It is
	// not part of WriteUnits.
	UnansweredWriteUnits float64
}

// Measured returns the tally without the warm-up: the attempts that began after it, and the
// operations whose last attempt did. Rates are computed from it.
func (r *Result) Measured() Tally {
	t := r.Tally
	subtract(&t, &r.Warmup)
	return t
}
