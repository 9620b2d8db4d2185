package measure

import (
	"time"

	"contend/counter"
	"contend/workload/history"
)

// Recorder is how one worker records what it measures. Only its worker uses it.
type Recorder struct {
	*measurements // with other workers
	// tally is the one of tallies that the attempt in progress, or the operation
	// that ends, counts in.
	tally  *Tally
	warmup int64       // of the load, in nanoseconds
	own    WorkerTally // without LosingStreak
	streak streak
}

const (
	succeeded = 0
	others    = 1
)

// The tallies of the attempts that began before the end of the warm-up and after,
// with their requests, and with the operations that they were the last of.
const (
	warming = 0
	counted = 1
)

// Begin is told of an attempt that begins at that time.
func (m *Recorder) Begin(at int64) {
	m.tally = &m.tallies[counted]
	if at < m.warmup {
		m.tally = &m.tallies[warming]
	}
}

// phase is warming or counted, of what began last.
func (m *Recorder) phase() int {
	if m.Counts() {
		return counted
	}
	return warming
}

// Counts reports whether what began last is part of rates and latencies.
func (m *Recorder) Counts() bool { return m.tally == &m.tallies[counted] }

// Attempt records an attempt that has ended.
func (m *Recorder) Attempt(kind history.Kind, a *history.Attempt) {
	m.mu.Lock()
	defer m.mu.Unlock()
	group := others
	m.tally.Attempts++
	switch a.Outcome {
	case counter.Applied:
		group = succeeded
		m.tally.AppliedAttempts++
	case counter.Conflict:
		m.tally.Conflicts++
		m.conflicts[a.Reason]++
	case counter.Throttled:
		m.tally.Throttles++
		m.throttles[a.Reason]++
	case counter.Failed:
		m.tally.FailedAttempts++
		m.failures[a.Reason]++
	case counter.Unknown:
		m.tally.UnknownAttempts++
		m.failures[a.Reason]++
	}
	if kind != history.Read {
		m.tally.UpdateAttempts++
		m.second(a.Returned).count(a.Outcome)
	}
	if !m.Counts() {
		return
	}
	m.timings[group].attempt.Record(time.Duration(a.Returned - a.Invoked))
	if a.Outcome == counter.Conflict {
		m.own.Conflicts++
	}
	if kind != history.Read {
		m.own.UpdateAttempts++
		m.streak.count(a.Outcome)
	}
}

// Consume adds what the store says a request consumed.
func (m *Recorder) Consume(units counter.Units) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.capacity.consume(units)
}

func (c *Capacity) consume(units counter.Units) {
	if !units.Reported {
		return
	}
	c.Reported = true
	c.ReadUnits += units.Read
	c.WriteUnits += units.Write
}

// Read counts a read request, if one was sent.
func (m *Recorder) Read(sent bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if sent {
		m.tally.Reads++
	}
}

// Wrote counts the requests of an attempt to write, and what they consumed.
func (m *Recorder) Wrote(r *counter.Receipt) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !r.Unsent && !r.Carried {
		m.tally.Writes++
	}
	m.tally.Reads += int64(r.Reads)
	m.capacity.consume(r.Units)
	switch r.Outcome {
	case counter.Unknown:
		m.capacity.UnansweredWriteUnits += r.EstimatedUnits.Write
	default:
		m.capacity.WastedWriteUnits += r.EstimatedUnits.Write
	}
}

// Sent counts what went over the wire.
func (m *Recorder) Sent(w *counter.Wire) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wires[m.phase()].add(w)
}

// Quota counts a call that the SDK did not repeat for want of quota.
func (m *Recorder) Quota(err error) {
	if err != nil && counter.QuotaRefused(err) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.wires[m.phase()].QuotaRefused++
	}
}

// Doubted adds what the writes may have consumed that the SDK sent again, or
// that were delivered twice: a unit each at least.
func (m *Recorder) Doubted(writes int, r *counter.Receipt) {
	if writes == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.capacity.UnansweredWriteUnits += float64(writes) * max(r.Units.Write, r.EstimatedUnits.Write, 1)
}

// Refresh records a read that a conflict made necessary. If it did not succeed
// the next attempt reads again, so its error is only counted.
func (m *Recorder) Refresh(receipt counter.Receipt, err error) {
	if err != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.failures["refresh: "+receipt.Reason]++
	}
}

// MissingState counts a refusal without the item that was asked for, if it is missing.
func (m *Recorder) MissingState(missing bool) {
	if missing {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.missingStates++
	}
}

// Operation records an operation that has ended. It counts where its last attempt
// does: by its begin, what takes long would be in no rate of a short run.
func (m *Recorder) Operation(op *history.Op) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tally.Started++
	service := time.Duration(op.Returned - op.Invoked)
	switch op.Ending {
	case history.Applied:
		m.tally.Applied++
		m.tally.AppliedByKind[op.Kind]++
		m.current.record(op.Returned, time.Duration(op.Returned-op.Due))
		m.appliedAfter(op.Kind, len(op.Attempts))
	case history.GaveUp:
		m.tally.GaveUp++
	case history.Unknown:
		m.tally.Unknown++
	case history.Failed:
		m.tally.Failed++
		if last := &op.Attempts[len(op.Attempts)-1]; (counter.Classification{Reason: last.Reason}).Refused() {
			m.tally.Refused++
		}
	}
	m.faults.operation(op)
	m.ledgers[op.Counter].Record(op)
	if !m.Counts() {
		return
	}
	ofService, ofResponse := &m.timings[others].service, &m.timings[others].response
	if op.Ending == history.Applied {
		ofService, ofResponse = &m.applied[op.Kind], &m.responses[op.Kind]
	}
	ofService.Record(service)
	if m.open {
		ofResponse.Record(time.Duration(op.Returned - op.Due))
	}
}

func (m *Recorder) appliedAfter(kind history.Kind, attempts int) {
	if kind == history.Read {
		return
	}
	m.tally.UpdatesApplied++
	if !m.Counts() {
		return
	}
	m.own.UpdatesApplied++
	for len(m.attempts) <= attempts {
		m.attempts = append(m.attempts, 0)
	}
	m.attempts[attempts]++
}

// Judged adds the time from when the store told the state that a write started
// from to when it judged the write. A write without an answer, or one that was
// throttled, was not judged at a known time, if at all.
func (m *Recorder) Judged(told, at int64, outcome counter.Outcome) {
	m.mu.Lock()
	defer m.mu.Unlock()
	gap := time.Duration(at - told)
	switch outcome {
	case counter.Applied:
		m.tally.Wins++
		m.tally.WonGap += gap
	case counter.Conflict:
	default:
		return
	}
	m.tally.ConditionalWrites++
	m.tally.Gap += gap
}

// Unreached counts an attempt that reached no server.
func (m *Recorder) Unreached(began, ended int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outage.add(outage{attempts: 1, first: began, last: ended})
}
