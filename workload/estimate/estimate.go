// Package estimate says, before a run, how many requests a scenario will send and how
// many dollars they will cost, so that a user can agree to it. It also says what a steady
// rate costs in a month, on demand and provisioned.
package estimate

import (
	"fmt"
	"math"
	"slices"
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/pace"
	"contend/workload/retry"
	"contend/workload/scenario"
)

// fastestRequest is about the shortest time in which DynamoDB answers.
const fastestRequest = 2 * time.Millisecond

// Requests is a number of requests. A throttled request costs nothing and is not
// counted; a refused condition costs as much as one that holds.
type Requests struct{ Writes, Reads int64 }

func (r Requests) plus(o Requests) Requests { return Requests{r.Writes + o.Writes, r.Reads + o.Reads} }

func (r Requests) min(o Requests) Requests {
	return Requests{min(r.Writes, o.Writes), min(r.Reads, o.Reads)}
}

// Cost bounds the requests of a run, or of several runs together, and their price.
// The zero value is the cost of no runs.
type Cost struct {
	// Min and Max are the bounds of the requests. A load that only its duration
	// limits has no lower bound: Min is then equal to Max.
	Min, Max Requests
	// MinDollars and MaxDollars are the price of Min and Max at the scenarios'
	// prices, in dollars.
	MinDollars, MaxDollars float64

	timed    bool // only the duration limits the load
	lossy    bool // lost answers can cause more requests
	ownPrice bool // the price is the scenario's, not the default
	grown    bool // it costs more if the counters have grown before the run
}

// Of returns the cost of all the runs together. It does not include requests that
// are repeated after lost answers; the text of [Cost.String] says so.
func Of(runs ...*scenario.Scenario) Cost {
	var c Cost
	for _, s := range runs {
		c = c.plus(ofRun(s))
	}
	return c
}

func ofRun(s *scenario.Scenario) Cost {
	setup := setupRequests(s).plus(puttingBack(s))
	c := Cost{
		timed:    s.Load.Duration > 0,
		lossy:    s.Load.Duration == 0 || s.Load.Operations > 0 || s.Load.Open(),
		ownPrice: !s.Price.IsUsual(),
		grown:    s.Table != "" && growthOf(s.Strategy) != growth{},
	}
	c.Max = maxInTime(s).min(maxForOperations(s)).min(maxAtRate(s)).plus(setup)
	c.Min = c.Max
	if !c.timed {
		c.Min = minForOperations(s).plus(setup)
	}
	c.MinDollars, c.MaxDollars = dollars(s, c.Min), dollars(s, c.Max)
	return c
}

func (c Cost) plus(o Cost) Cost {
	return Cost{
		Min: c.Min.plus(o.Min), Max: c.Max.plus(o.Max),
		MinDollars: c.MinDollars + o.MinDollars, MaxDollars: c.MaxDollars + o.MaxDollars,
		timed: c.timed || o.timed, lossy: c.lossy || o.lossy, ownPrice: c.ownPrice || o.ownPrice, grown: c.grown || o.grown,
	}
}

// String returns the estimate as one sentence without a full stop.
func (c Cost) String() string {
	price, beyond := "on demand (us-east-1 price)", ""
	if c.ownPrice {
		price = "at the scenario's price"
	}
	if c.grown {
		beyond += ", and more if the counters of the table have grown before"
	}
	if c.lossy {
		beyond += ", and more if answers are lost"
	}
	switch {
	case c.timed:
		return fmt.Sprintf("at most about %d writes and %d reads, $%.4f %s, if a request takes %d ms",
			c.Max.Writes, c.Max.Reads, c.MaxDollars, price, fastestRequest.Milliseconds()) + beyond
	case c.Min == c.Max:
		return fmt.Sprintf("about %d writes and %d reads, $%.4f %s", c.Max.Writes, c.Max.Reads, c.MaxDollars, price) + beyond
	}
	return fmt.Sprintf("about %d writes and %d reads, $%.4f %s, without any conflict; up to %d and %d, $%.4f, by how often workers conflict",
		c.Min.Writes, c.Min.Reads, c.MinDollars, price, c.Max.Writes, c.Max.Reads, c.MaxDollars) + beyond
}

// setupRequests returns the requests before and after the load: every counter is
// created, and read before and after.
func setupRequests(s *scenario.Scenario) Requests {
	n, items := int64(s.Counters.Count), int64(1)
	if s.Strategy == counter.ShardedName {
		items = int64(s.Parameters.Shards)
	}
	return Requests{Writes: n * items, Reads: 2 * n}
}

// puttingBack returns the requests that make the items of a table what they were, if it
// was there before: each is read before the load and after it, and put, and each counter
// is read once more.
func puttingBack(s *scenario.Scenario) Requests {
	if s.Table == "" || s.Counters.Keep {
		return Requests{}
	}
	items := setupRequests(s).Writes
	return Requests{Writes: items, Reads: 2*items + int64(s.Counters.Count)}
}

// minForOperations returns the requests of one attempt for each operation.
func minForOperations(s *scenario.Scenario) Requests {
	updates, reads := operations(s, s.Load.Operations)
	if alwaysReads(s) {
		reads += updates
	}
	return Requests{Writes: updates, Reads: reads}
}

// unbounded is more than any run's requests; sums of it do not overflow.
var unbounded = Requests{Writes: 1 << 62, Reads: 1 << 62}

// maxForOperations returns the requests of all attempts that conflicts can cause.
// Lost answers may cause more.
func maxForOperations(s *scenario.Scenario) Requests {
	if s.Load.Operations == 0 {
		return unbounded
	}
	return maxFor(s, s.Load.Operations)
}

// unusually returns how far a random number of events with the mean n is above it in few
// runs: three standard deviations of a Poisson distribution.
func unusually(n int64) int64 { return int64(3 * math.Sqrt(float64(n))) }

// maxAtRate is maxForOperations for an open loop. The number of Poisson arrivals is random.
func maxAtRate(s *scenario.Scenario) Requests {
	if !s.Load.Open() || s.Load.Duration == 0 {
		return unbounded
	}
	due := s.Load.ExpectedArrivals()
	if s.Load.Arrivals == pace.Poisson {
		due += unusually(due)
	}
	return maxFor(s, due)
}

func maxFor(s *scenario.Scenario, n int64) Requests {
	updates, reads := operations(s, n)
	most := withReads(s, updates*maxAttempts(s), reads)
	if s.Retry.Any(retry.Kind.Queues) {
		most.Writes += 2 * updates // takes a ticket, and ends its turn
	}
	return most
}

// maxInTime assumes that every worker sends one request after the other as fast as
// DynamoDB answers. If operations may be tried again, any part of the time may go
// into either kind of request.
func maxInTime(s *scenario.Scenario) Requests {
	if s.Load.Duration == 0 {
		return unbounded
	}
	paces := s.Retry.Any(retry.Kind.Paces)
	if maxAttempts(s) == 1 && !paces {
		n := inTime(s, fastestOperation(s))
		if s.Load.ThinkVaries {
			n += unusually(n)
		}
		updates, reads := operations(s, n)
		return withReads(s, updates, reads)
	}
	attempt := fastestRequest
	if alwaysReads(s) && s.Retry.Refresh != scenario.RefreshFromConflict && !chains(s) {
		attempt *= 2
	}
	most := withReads(s, inTime(s, attempt), 0)
	if s.Operations.Weight(history.Read) > 0 || paces {
		most.Reads = inTime(s, fastestRequest)
	}
	return most
}

// inTime returns how often all workers together can do something that takes so long.
func inTime(s *scenario.Scenario, each time.Duration) int64 {
	return int64(math.Round(s.Load.WorkerSeconds()/each.Seconds())) + int64(s.Load.Workers)
}

// fastestOperation returns the shortest mean time from one operation to the next, if
// each has one attempt.
func fastestOperation(s *scenario.Scenario) time.Duration {
	const sample = 1000
	requests := int64(sample)
	if updates, _ := operations(s, sample); alwaysReads(s) {
		requests += updates
	}
	return fastestRequest*time.Duration(requests)/sample + s.Load.Think
}

// maxAttempts returns how many attempts an update can need because of conflicts. An
// update conflicts with another worker's write since it read the counter, and each
// write can cause at most one conflict for each other worker: n updates have at most
// n·(workers−1) conflicts.
func maxAttempts(s *scenario.Scenario) int64 {
	if updateWeight(s) == 0 {
		return 1
	}
	if traits, _ := counter.TraitsOf(s.Strategy); !traits.Contends {
		return 1
	}
	most := 1
	for _, p := range s.Retry.Policies() {
		switch {
		case p.Kind == retry.None || !p.On.Has(counter.Conflict):
		case p.MaxAttempts > 0:
			most = max(most, min(p.MaxAttempts, s.Load.Workers))
		default:
			most = max(most, s.Load.Workers)
		}
	}
	return int64(most)
}

// chains reports whether a worker may write several times without a read between.
func chains(s *scenario.Scenario) bool {
	return slices.ContainsFunc(s.Retry.Policies(), func(p retry.Policy) bool { return p.Chain > 1 })
}

// withReads adds the reads that may prepare the writes.
func withReads(s *scenario.Scenario, writes, reads int64) Requests {
	if needsState(s) {
		reads += writes
	}
	return Requests{Writes: writes, Reads: reads}
}

// alwaysReads reports whether every update begins with a read.
func alwaysReads(s *scenario.Scenario) bool {
	return needsState(s) && s.View == scenario.ViewFresh
}

// updateWeight is the weight of the operations that change counters.
func updateWeight(s *scenario.Scenario) int {
	weight := 0
	for _, kind := range history.Kinds() {
		if kind != history.Read {
			weight += s.Operations.Weight(kind)
		}
	}
	return weight
}

// operations divides a number of operations into kinds by the scenario's mix.
func operations(s *scenario.Scenario, n int64) (updates, reads int64) {
	weights := 0
	for _, kind := range history.Kinds() {
		weights += s.Operations.Weight(kind)
	}
	reads = int64(float64(n) * float64(s.Operations.Weight(history.Read)) / float64(weights))
	return n - reads, reads
}

// needsState reports whether updates build on a read.
func needsState(s *scenario.Scenario) bool {
	traits, _ := counter.TraitsOf(s.Strategy)
	return traits.NeedsState
}
