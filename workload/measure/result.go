package measure

import (
	"time"

	"contend/workload/hist"
	"contend/workload/history"
	"contend/workload/scenario"
)

// Result is everything a run measured. [Run] returns it complete also when the
// run was interrupted or stopped by an error.
type Result struct {
	Scenario scenario.Scenario
	// Source is the share of the machine that measured it, if several machines made the run
	// together.
	Source Share
	Course
	// Late are the operations of Tally that ended after LoadEnded, without those of
	// the warm-up.
	Late   LateTally
	Stalls Stalls

	Tally Tally
	// Warmup is the part of Tally before load.warmup was over: the operations that
	// were due and the attempts that began. Latency, AttemptsPerOperation and Workers
	// leave it out, nothing else does.
	Warmup  Tally
	Ledgers []history.Ledger // one a counter, in the order of the counters
	// AppliedDelta is the sum of what the applied increments and decrements added.
	AppliedDelta int64 `strictjson:"signed"`
	Latency      Latency
	// Workers are in the order of their numbers: all of them, or those of the machines that
	// were joined.
	Workers []WorkerTally
	// Parts are those of the scenario's lists for shares of the workers.
	Parts Parts

	// AttemptsPerOperation[n] is the number of acknowledged increments and
	// decrements that took n attempts; index 0 stays 0.
	AttemptsPerOperation []int64
	// Seconds holds what happened in each second of the run; the last may be
	// a part of a second.
	Seconds []Second
	Reasons

	Capacity Capacity
	Wire     WireTally
	// WarmupWire is the part of Wire that belongs to the attempts in Warmup.
	WarmupWire WireTally
	// Faults are those that were injected, one element a kind.
	Faults []FaultTally
	// Client is of one process: zero in a joined result.
	Client ClientUse
	// OpenLoop is nil in a closed loop. Stages are those that were reached.
	OpenLoop *OpenLoop
	Stages   []StageTally
	// Warnings are doubts about the run, one sentence each.
	Warnings []string
}

// Course is when a run went on, and how it ended.
type Course struct {
	StartedAt time.Time
	// Elapsed is from the common start to the end of the last operation, and in an
	// open loop at least as long as operations could become due.
	Elapsed time.Duration
	// LoadEnded is when the load was over, since the common start: no operation began
	// after it. Of a load that ended because all its operations had begun it is the
	// begin of the last one; or the end of the last, if more of them ended after that
	// than before.
	LoadEnded time.Duration
	// Interrupted is true if the caller stopped the run before its limit.
	Interrupted bool
	// EndedEarly says which threshold ended the load before its limit; nil if none did.
	EndedEarly *EndedEarly
	// CostReached is the limit of the cost that ended the load; nil if none did.
	CostReached *CostReached
	// Err is what ended the run before its end, or made its result doubtful;
	// nil if nothing did.
	Err error `json:"error"`
}

// EndedEarly is a threshold that was missed for so long that it ended the load.
type EndedEarly struct {
	Threshold int // its index in the scenario
	// MissedFrom is the first moment, since the common start, from which on it was found
	// missed, and At when it ended the load.
	MissedFrom, At time.Duration
}

// Reasons count attempts that were not applied, and operations that gave up, by why.
type Reasons struct {
	// Conflicts and Throttles count such attempts by the store's reason. Failures
	// counts failed and unknown attempts by [counter.Classify]'s reason.
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
	// Refused is the part of Failed whose change the design's rules refused: the
	// counter was at its floor, or full.
	Refused int64

	// Attempts counts the attempts of all operations. An attempt of an
	// increment or decrement is one write, with the read that prepares it if
	// the strategy needs one; an attempt of a read operation is one read.
	Attempts                                         int64
	AppliedAttempts, UnknownAttempts, FailedAttempts int64
	Conflicts, Throttles                             int64

	// UpdateAttempts and UpdatesApplied are the part of Attempts and Applied of the
	// increments, decrements and transfers.
	UpdateAttempts, UpdatesApplied int64
	AppliedByKind                  [history.KindCount]int64 // Applied, indexed by [history.Kind]

	Reads  int64 // read requests sent, those that prepare a write included
	Writes int64 // write requests sent
	// Tickets is the part of Writes that only changed the numbers which clients share, to
	// queue; see [counter.Queuer].
	Tickets int64

	Gaps
}

// Second counts the attempts of increments and decrements that returned in one
// second of the run.
type Second struct {
	SecondCounts
	// P50 and P99 are of the response of Operations, within 5 %; 0 if there are none.
	P50, P99 time.Duration
	// Responses counts Operations by their response, in buckets of which each is wider than
	// the one before. Trailing zeros are left out.
	Responses []uint32
	// Ended counts all operations that ended, however.
	Ended int64
	// AfterLoad is the part of the counts that came when the load was over.
	AfterLoad SecondCounts
}

// SecondCounts are attempts of increments and decrements.
type SecondCounts struct {
	Attempts, Applied, Conflicts, Throttles int64
	// Operations counts those that ended applied, reads included.
	Operations int64
}

// Timing holds the three latencies of a set of operations.
type Timing struct {
	Response hist.Histogram // from when the work was due to its end
	Service  hist.Histogram // from the first request to the end, waits and retries included
	Attempt  hist.Histogram // of one request: the write, or a read operation's read
}

// Latency keeps apart operations that the caller was told succeeded and all
// others, so that failing fast does not look like speed. Attempts are split by
// their own outcome.
type Latency struct {
	Succeeded, Others Timing
	// ByKind is the service latency of succeeded operations, indexed by
	// [history.Kind]. ResponseByKind is their response in an open loop, and empty
	// in a closed one, where it equals the service.
	ByKind, ResponseByKind [history.KindCount]hist.Histogram
}

// Capacity is what the run consumed, in DynamoDB's units, without its setup and
// final reads.
type Capacity struct {
	// Reported is false if the target did not report consumed capacity; then
	// the rest means nothing.
	Reported  bool
	ReadUnits float64
	// WriteUnits includes the wasted ones.
	WriteUnits float64
	// WastedWriteUnits went into refused conditions and cancelled transactions.
	// A store charges them but does not report them, so they are computed (see
	// [counter.Receipt.Unreported]).
	WastedWriteUnits float64
	// UnansweredWriteUnits is the most that writes without an answer can have
	// consumed. WriteUnits does not include it.
	UnansweredWriteUnits float64
}

// Measured is the tally of the attempts that began when the warm-up was over, and
// of the operations whose last attempt did: what rates are made of.
func (r *Result) Measured() Tally {
	t := r.Tally
	subtract(&t, &r.Warmup)
	return t
}
