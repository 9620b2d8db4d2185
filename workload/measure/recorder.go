package measure

import (
	"time"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/retry"
)

// Recorder records what one worker does. It must be used by that worker only. For each attempt,
// the worker calls Begin, then Call for each of its calls, then Attempt; and Operation once for
// each operation that ended.
type Recorder struct {
	*measurements // with other workers
	// tally is the one of tallies that the attempt in progress, or the operation
	// that ends, counts in.
	tally  *Tally
	warmup int64       // of the load, in nanoseconds
	own    WorkerTally // without LosingStreak
	part   part
	streak streak
	reason retry.Reason // why the policy gives up the operation in progress
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

// Begin records that an attempt starts at at, in nanoseconds since the start of the run.
func (m *Recorder) Begin(at int64) {
	m.tally = &m.tallies[counted]
	if at < m.warmup {
		m.tally = &m.tallies[warming]
	}
}

// counts reports whether what began last is part of rates and latencies.
func (m *Recorder) counts() bool { return m.tally == &m.tallies[counted] }

// phase is warming or counted, of what began last.
func (m *Recorder) phase() int {
	if m.counts() {
		return counted
	}
	return warming
}

// Attempt records an attempt that has ended, and its requests on the wire. The requests of a
// write that another worker's request carried are counted by that worker.
func (m *Recorder) Attempt(kind history.Kind, a *history.Attempt, w *counter.Wire) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !a.Carried {
		m.wires[m.phase()].add(w)
	}
	group := others
	m.tally.Attempts++
	switch a.Outcome {
	case counter.Applied:
		group = succeeded
		m.tally.AppliedAttempts++
	case counter.Conflict:
		m.tally.Conflicts++
		m.reasons.Conflicts[a.Reason]++
	case counter.Throttled:
		m.tally.Throttles++
		m.reasons.Throttles[a.Reason]++
	case counter.Failed:
		m.tally.FailedAttempts++
		m.reasons.Failures[a.Reason]++
	case counter.Unknown:
		m.tally.UnknownAttempts++
		m.reasons.Failures[a.Reason]++
	}
	if kind != history.Read {
		m.tally.UpdateAttempts++
		m.second(a.Returned).count(a.Outcome)
	}
	if !m.counts() {
		return
	}
	m.timings[group].attempt.Record(time.Duration(a.Returned - a.Invoked))
	if a.Outcome == counter.Conflict {
		m.own.Conflicts++
	}
	if kind != history.Read {
		m.own.UpdateAttempts++
		m.streak.count(a.Outcome)
	} else {
		m.own.ReadAttempts++
	}
}

// Refresh records a read after a conflict. If it failed, the next attempt reads again, so the
// error is only counted, by reason.
func (m *Recorder) Refresh(reason string, err error) {
	if err != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.reasons.Failures["refresh: "+reason]++
	}
}

// GivesUp records why the operation in progress gets no further attempt. It comes before
// [Recorder.Operation], and the last call counts. Without a call, or with [retry.ReasonNone],
// the reason is the end of the load.
func (m *Recorder) GivesUp(reason retry.Reason) { m.reason = reason }

// LoadEnded is the reason for giving up of operations that the end of the load stopped.
const LoadEnded retry.Reason = "load-end"

func (m *Recorder) whyGivenUp() retry.Reason {
	if m.reason == retry.ReasonNone {
		return LoadEnded
	}
	return m.reason
}

// MissingState records whether a refusal lacked the item that the request asked to be returned
// with it.
func (m *Recorder) MissingState(missing bool) {
	if missing {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.missingStates++
	}
}

// Between records requests on the wire that belong to no attempt, after an operation.
func (m *Recorder) Between(w *counter.Wire) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wires[m.phase()].add(w)
}

// Operation records an operation that has ended, and its requests on the wire after the last
// attempt, such as a read after a conflict. The operation counts as warm-up if its last attempt
// does; counting by start time would leave long operations out of every rate of a short run.
func (m *Recorder) Operation(op *history.Op, w *counter.Wire) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wires[m.phase()].add(w)
	m.tally.Started++
	m.current.ended(op.Returned)
	service := time.Duration(op.Returned - op.Invoked)
	switch op.Ending {
	case history.Applied:
		m.tally.Applied++
		m.tally.AppliedByKind[op.Kind]++
		if op.Kind != history.Transfer { // which takes away what it adds
			m.appliedDelta += op.Delta
		}
		m.current.applied(time.Duration(op.Returned - op.Due))
		m.appliedAfter(op.Kind, len(op.Attempts))
	case history.GaveUp:
		m.tally.GaveUp++
		m.reasons.GaveUp[string(m.whyGivenUp())]++
	case history.Unknown:
		m.tally.Unknown++
	case history.Failed:
		m.tally.Failed++
		if isRefused(op) {
			m.tally.Refused++
		}
	}
	m.reason = retry.ReasonNone
	m.faults.operation(op)
	m.ledgers[op.Counter].Record(op)
	if other := op.Other(); other != nil {
		m.ledgers[other.Counter].Record(other)
	}
	if !m.counts() {
		return
	}
	ofService, ofResponse := &m.timings[others].service, &m.timings[others].response
	if op.Ending == history.Applied {
		ofService, ofResponse = &m.applied[op.Kind], &m.responses[op.Kind]
	}
	ofService.Record(service)
	if op.Ending == history.Applied {
		m.parts.record(m.part, time.Duration(op.Returned-op.Due))
	}
	if m.open {
		ofResponse.Record(time.Duration(op.Returned - op.Due))
	}
}

func (m *Recorder) appliedAfter(kind history.Kind, attempts int) {
	if kind == history.Read {
		return
	}
	m.tally.UpdatesApplied++
	if !m.counts() {
		return
	}
	m.own.UpdatesApplied++
	for len(m.attempts) <= attempts {
		m.attempts = append(m.attempts, 0)
	}
	m.attempts[attempts]++
}

// Unreached counts an attempt that reached no server.
func (m *Recorder) Unreached(began, ended int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outage.add(outage{attempts: 1, first: began, last: ended})
}
