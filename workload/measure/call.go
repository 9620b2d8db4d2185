package measure

import (
	"time"

	"contend/counter"
)

// Call is one call of a strategy: a write, or a read of its own.
type Call struct {
	// Receipt is what the answer to the last try of the call said. For a read, only its units
	// and whether it was sent are used.
	Receipt *counter.Receipt
	Write   bool
	// Queue is true for a write that only takes or releases a ticket of a queue (see
	// [counter.Queuer]). It counts as a write request.
	Queue bool
	// Unanswered counts the writes of the call that the receipt does not cover, because the SDK
	// sent them again or because they were delivered twice.
	Unanswered int
	// NoQuota is true if the SDK did not repeat the request because its quota of
	// retries was used up.
	NoQuota bool
	// Judged is true for a write that was based on a state and that the store applied or
	// refused. Gap is the time from when the store read that state to when it decided about the
	// write.
	Judged bool
	Gap    time.Duration
}

// Call records a call that has ended.
func (m *Recorder) Call(c Call) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent(c.requests())
	if c.Write || c.Queue {
		m.wrote(&c)
	}
	m.capacity.consume(c.Receipt.Units)
	if c.NoQuota {
		m.wires[m.phase()].QuotaRefused++
	}
	if !c.Judged {
		return
	}
	m.tally.ConditionalWrites++
	m.tally.Gap += c.Gap
	micros := float64(c.Gap.Microseconds())
	m.tally.GapSquares += micros * micros
	if c.Receipt.Outcome == counter.Applied {
		m.tally.Wins++
		m.tally.WonGap += c.Gap
	}
}

// sent counts requests.
func (m *Recorder) sent(reads, writes int64) {
	m.tally.Reads += reads
	m.tally.Writes += writes
	if m.counts() {
		m.own.Reads += reads
		m.own.Writes += writes
	}
}

// requests returns how many requests the call sent.
func (c *Call) requests() (reads, writes int64) {
	r := c.Receipt
	if c.Write || c.Queue {
		if !r.Unsent && !r.Carried {
			writes = 1
		}
		return int64(r.Reads), writes
	}
	if r.Unsent {
		return 0, 0
	}
	return 1, 0
}

// unansweredUnits is the most that the writes can have consumed that the call's receipt
// says nothing of: as much as the one that was answered, or refused, and a unit each at
// least.
func (c *Call) unansweredUnits() float64 {
	if c.Unanswered == 0 || c.Receipt.Carried {
		return 0
	}
	return float64(c.Unanswered) * max(c.Receipt.Units.Write, c.Receipt.EstimatedUnits.Write, 1)
}

// wrote counts what a write consumed that no answer tells.
func (m *Recorder) wrote(c *Call) {
	r := c.Receipt
	if c.Queue && !r.Unsent && !r.Carried {
		m.tally.Tickets++
	}
	if r.Outcome == counter.Unknown {
		m.capacity.UnansweredWriteUnits += r.EstimatedUnits.Write
	} else {
		m.capacity.WastedWriteUnits += r.EstimatedUnits.Write
	}
	m.capacity.UnansweredWriteUnits += c.unansweredUnits()
}

func (c *Capacity) consume(units counter.Units) {
	if !units.Reported {
		return
	}
	c.Reported = true
	c.ReadUnits += units.Read
	c.WriteUnits += units.Write
}
