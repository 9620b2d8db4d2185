package measure

import (
	"math"
	"sync/atomic"
	"time"

	"contend/counter"
)

// LiveCalls counts the calls made by the strategies so far.
type LiveCalls struct {
	// Writes counts the write requests that were sent. Wins and WonGap are as in [Gaps].
	Writes, Wins int64
	WonGap       time.Duration
	Consumption
}

// Consumption is the capacity that a load has consumed so far.
type Consumption struct {
	// ReadUnits and WriteUnits are accurate to 0.001. They include what refused writes
	// consumed, and the most that writes without an answer can have consumed.
	ReadUnits, WriteUnits float64
	// UnreportedReads and UnreportedWrites count the requests for which the store reported no
	// units and none are computed.
	UnreportedReads, UnreportedWrites int64
}

// Plus returns the sum of c and other.
func (c *Consumption) Plus(other *Consumption) Consumption {
	sum := *c
	add(&sum, other)
	return sum
}

// CostLimit ends a load when it has cost USD.
type CostLimit struct {
	USD float64 // more than 0
	// Price converts a consumption to US dollars. It is called ten times a second.
	Price func(Consumption) float64
}

// CostReached says that a [CostLimit] ended the load.
type CostReached struct {
	At time.Duration // since the common start
	// USD is what the load had cost by then, and Limit the most that it was allowed to cost. If
	// several machines made the run, each had its part of the limit and USD is 0, because no
	// machine knew the sum.
	USD, Limit float64
}

// milli are the parts of a unit that are counted.
const milli = 1000

// liveCalls is what some workers count together.
type liveCalls struct {
	writes, wins, wonGap, readMillis, writeMillis, unreportedReads, unreportedWrites atomic.Int64
}

// Call counts a call that the worker's recorder m has recorded.
func (l *Live) Call(m *Recorder, worker int, c *Call) {
	to, r := &l.part(worker).calls[m.phase()], c.Receipt
	reads, writes := c.requests()
	if writes > 0 {
		to.writes.Add(writes)
	}
	if c.Judged && r.Outcome == counter.Applied {
		to.wins.Add(1)
		to.wonGap.Add(int64(c.Gap))
	}
	addUnits(&to.readMillis, r.Units.Read)
	addUnits(&to.writeMillis, r.Units.Write+r.EstimatedUnits.Write+c.unansweredUnits())
	switch {
	case r.Units.Reported || r.Outcome == counter.Throttled:
	case r.EstimatedUnits.Write > 0:
		to.unreportedReads.Add(reads)
	default:
		to.unreportedReads.Add(reads)
		to.unreportedWrites.Add(writes)
	}
}

func addUnits(to *atomic.Int64, units float64) {
	if units > 0 {
		to.Add(int64(math.Round(units * milli)))
	}
}

func (c *LiveCalls) load(from *liveCalls) {
	add(c, &LiveCalls{
		Writes: from.writes.Load(), Wins: from.wins.Load(), WonGap: time.Duration(from.wonGap.Load()),
		Consumption: Consumption{
			ReadUnits: float64(from.readMillis.Load()) / milli, WriteUnits: float64(from.writeMillis.Load()) / milli,
			UnreportedReads: from.unreportedReads.Load(), UnreportedWrites: from.unreportedWrites.Load(),
		},
	})
}
