package measure

import (
	"time"

	"contend/counter"
)

// Call is one call of a strategy: a write, or a read of its own.
type Call struct {
	// Receipt is what the answer to the call's last try said. Of a read only the units
	// and whether it was sent are looked at.
	Receipt *counter.Receipt
	Write   bool
	// Queue is true of an update of the item's shared numbers alone: a ticket, or the
	// release of one. It counts as a write request.
	Queue bool
	// Unanswered counts the writes of the call that its receipt says nothing of,
	// because the SDK sent them again or because they were delivered twice.
	Unanswered int
	// NoQuota is true if the SDK did not repeat the request because its quota of
	// retries was used up.
	NoQuota bool
	// Judged is true of a write that started from a state and that the store carried
	// out or refused. Gap is the time from when the store told that state to when it
	// judged the write.
	Judged bool
	Gap    time.Duration
}

// Call records a call that has ended.
func (m *Recorder) Call(c Call) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c.Write || c.Queue {
		m.wrote(&c)
	} else if !c.Receipt.Unsent {
		m.sent(1, 0)
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

// wrote counts the requests of a write, and what it consumed that no answer tells. The
// writes without an answer took as much as the one that was answered, or refused, and
// a unit each at least.
func (m *Recorder) wrote(c *Call) {
	r := c.Receipt
	if !r.Unsent && !r.Carried {
		m.sent(0, 1)
		if c.Queue {
			m.tally.Tickets++
		}
	}
	m.sent(int64(r.Reads), 0)
	if r.Outcome == counter.Unknown {
		m.capacity.UnansweredWriteUnits += r.EstimatedUnits.Write
	} else {
		m.capacity.WastedWriteUnits += r.EstimatedUnits.Write
	}
	if c.Unanswered > 0 && !r.Carried {
		m.capacity.UnansweredWriteUnits += float64(c.Unanswered) * max(r.Units.Write, r.EstimatedUnits.Write, 1)
	}
}

func (c *Capacity) consume(units counter.Units) {
	if !units.Reported {
		return
	}
	c.Reported = true
	c.ReadUnits += units.Read
	c.WriteUnits += units.Write
}
