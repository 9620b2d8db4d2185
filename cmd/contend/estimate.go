package main

import (
	"fmt"
	"math"
	"time"

	"contend/counter"
	"contend/internal/history"
	"contend/workload"
	"contend/workload/pace"
	"contend/workload/retry"
)

// fastestRequest is about the least time that DynamoDB takes to answer.
const fastestRequest = 2 * time.Millisecond

// requests is a number of requests. A throttled request costs nothing and is not
// counted, a refused condition costs as much as one that holds.
type requests struct{ writes, reads int64 }

func (r requests) plus(o requests) requests { return requests{r.writes + o.writes, r.reads + o.reads} }

func (r requests) least(o requests) requests {
	return requests{min(r.writes, o.writes), min(r.reads, o.reads)}
}

// estimate bounds what a run, or several together, will send and cost.
type estimate struct {
	least, most requests
	// The same in dollars.
	leastDollars, mostDollars float64
	timed                     bool // most is what fits into the time, and there is no least
	lossy                     bool // lost answers make it more
	ownPrice                  bool // the scenario's, not the default
	grown                     bool // more if the counters have grown before
}

// estimateOf bounds a run.
func estimateOf(s *workload.Scenario) estimate {
	setup := setupRequests(s)
	e := estimate{
		timed:    s.Load.Duration > 0,
		lossy:    s.Load.Duration == 0 || s.Load.Operations > 0 || s.Load.Open(),
		ownPrice: s.Price != workload.Default().Price,
		grown:    s.Table != "" && growthOf(s.Strategy) != growth{},
	}
	e.most = mostInTime(s).least(mostForOperations(s)).least(mostAtRate(s)).plus(setup)
	e.least = e.most
	if !e.timed {
		e.least = leastForOperations(s).plus(setup)
	}
	e.leastDollars, e.mostDollars = dollars(s, e.least), dollars(s, e.most)
	return e
}

func (e estimate) plus(o estimate) estimate {
	return estimate{
		least: e.least.plus(o.least), most: e.most.plus(o.most),
		leastDollars: e.leastDollars + o.leastDollars, mostDollars: e.mostDollars + o.mostDollars,
		timed: e.timed || o.timed, lossy: e.lossy || o.lossy, ownPrice: e.ownPrice || o.ownPrice, grown: e.grown || o.grown,
	}
}

// cost tells the bounds of the requests of all runs and of their price.
func cost(runs ...*workload.Scenario) string {
	var e estimate
	for _, s := range runs {
		e = e.plus(estimateOf(s))
	}
	return e.String()
}

// String is the estimate for people.
func (e estimate) String() string {
	price, beyond := "on demand (us-east-1 price)", ""
	if e.ownPrice {
		price = "at the scenario's price"
	}
	if e.grown {
		beyond += ", and more if the counters of the table have grown before"
	}
	if e.lossy {
		beyond += ", and more if answers are lost"
	}
	switch {
	case e.timed:
		return fmt.Sprintf("at most about %d writes and %d reads, $%.4f %s, at %d ms for a request",
			e.most.writes, e.most.reads, e.mostDollars, price, fastestRequest.Milliseconds()) + beyond
	case e.least == e.most:
		return fmt.Sprintf("about %d writes and %d reads, $%.4f %s", e.most.writes, e.most.reads, e.mostDollars, price) + beyond
	}
	return fmt.Sprintf("about %d writes and %d reads, $%.4f %s, without any conflict; up to %d and %d, $%.4f, by how often workers conflict",
		e.least.writes, e.least.reads, e.leastDollars, price, e.most.writes, e.most.reads, e.mostDollars) + beyond
}

// setupRequests are those beside the load: every counter is created, and read
// before and after.
func setupRequests(s *workload.Scenario) requests {
	n, items := int64(s.Counters.Count), int64(1)
	if s.Strategy == counter.ShardedName {
		items = int64(s.Parameters.Shards)
	}
	return requests{writes: n * items, reads: 2 * n}
}

// leastForOperations is one attempt for each operation.
func leastForOperations(s *workload.Scenario) requests {
	updates, reads := operations(s, s.Load.Operations)
	if alwaysReads(s) {
		reads += updates
	}
	return requests{writes: updates, reads: reads}
}

// unbounded is more than any run's requests, and can be added to.
var unbounded = requests{writes: 1 << 62, reads: 1 << 62}

// mostForOperations is every attempt that conflicts can cause; lost answers may
// cause more.
func mostForOperations(s *workload.Scenario) requests {
	if s.Load.Operations == 0 {
		return unbounded
	}
	return mostFor(s, s.Load.Operations)
}

// mostAtRate is the same for the operations that become due in an open loop in
// its time. There are Poisson arrivals by chance: few runs have more than three
// standard deviations above the mean.
func mostAtRate(s *workload.Scenario) requests {
	if !s.Load.Open() || s.Load.Duration == 0 {
		return unbounded
	}
	due := s.Load.Due()
	if s.Load.Arrivals == pace.Poisson {
		due += int64(3 * math.Sqrt(float64(due)))
	}
	return mostFor(s, due)
}

func mostFor(s *workload.Scenario, n int64) requests {
	updates, reads := operations(s, n)
	return withReads(s, updates*mostAttempts(s), reads)
}

// mostInTime takes every worker to send one request after the other as fast as
// DynamoDB answers. If operations may be tried again, any part of the time may
// go into either kind of request.
func mostInTime(s *workload.Scenario) requests {
	if s.Load.Duration == 0 {
		return unbounded
	}
	if mostAttempts(s) == 1 {
		updates, reads := operations(s, inTime(s, fastestOperation(s)))
		return withReads(s, updates, reads)
	}
	attempt := fastestRequest
	if alwaysReads(s) && s.Retry.Refresh != workload.RefreshFromConflict {
		attempt *= 2
	}
	most := withReads(s, inTime(s, attempt), 0)
	if s.Operations.Weight(history.Read) > 0 {
		most.reads = inTime(s, fastestRequest)
	}
	return most
}

// inTime is how often all workers together do what takes so long.
func inTime(s *workload.Scenario, each time.Duration) int64 {
	return int64(math.Round(s.Load.WorkerSeconds()/each.Seconds())) + int64(s.Load.Workers)
}

// fastestOperation is the least mean time from one operation to the next, if
// each is tried once.
func fastestOperation(s *workload.Scenario) time.Duration {
	const sample = 1000
	requests := int64(sample)
	if updates, _ := operations(s, sample); alwaysReads(s) {
		requests += updates
	}
	return fastestRequest*time.Duration(requests)/sample + s.Load.Think
}

// mostAttempts is how many attempts conflicts can make of one update. An update
// conflicts with a write of another worker since it read the counter, and a
// write can be that only once for each of the others: n updates meet at most
// n·(workers−1) conflicts.
func mostAttempts(s *workload.Scenario) int64 {
	if s.Operations.Weight(history.Increment)+s.Operations.Weight(history.Decrement) == 0 {
		return 1
	}
	if traits, _ := counter.TraitsOf(s.Strategy); !traits.Contends || s.Retry.Kind == retry.None || !s.Retry.On.Has(counter.Conflict) {
		return 1
	}
	if s.Retry.MaxAttempts > 0 {
		return int64(min(s.Retry.MaxAttempts, s.Load.Workers))
	}
	return int64(s.Load.Workers)
}

// withReads adds the reads that may prepare the writes.
func withReads(s *workload.Scenario, writes, reads int64) requests {
	if needsState(s) {
		reads += writes
	}
	return requests{writes: writes, reads: reads}
}

// alwaysReads reports whether every update begins with a read.
func alwaysReads(s *workload.Scenario) bool {
	return needsState(s) && s.View == workload.ViewFresh
}

// operations divides a number of operations by the scenario's mix.
func operations(s *workload.Scenario, n int64) (updates, reads int64) {
	weights := 0
	for _, kind := range history.Kinds() {
		weights += s.Operations.Weight(kind)
	}
	reads = int64(float64(n) * float64(s.Operations.Weight(history.Read)) / float64(weights))
	return n - reads, reads
}

// needsState reports whether updates build on a read.
func needsState(s *workload.Scenario) bool {
	traits, _ := counter.TraitsOf(s.Strategy)
	return traits.NeedsState
}
