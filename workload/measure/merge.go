package measure

import (
	"fmt"
	"time"

	"contend/workload/history"
)

// Collect adds up what was recorded. recorders are those of all workers, by number; ledgers are
// the counters' ledgers as they were opened; longestPause is the longest pause of a worker
// while the store could not be reached.
func (r *Recording) Collect(recorders []*Recorder, ledgers []history.Ledger, longestPause time.Duration) *Result {
	result := &Result{Scenario: *r.scenario, Ledgers: ledgers, Reasons: newReasons(), Parts: newParts(r.scenario)}
	var missing int64
	var unreached outage
	for _, m := range r.shared {
		result.merge(m)
		m.current.flush()
		missing += m.missingStates
		unreached.add(m.outage)
	}
	if !r.scenario.Load.Open() {
		result.Latency.close()
	}
	for _, one := range recorders {
		result.Workers = append(result.Workers, one.worker())
	}
	r.series.addTo(result)
	result.Capacity.WriteUnits += result.Capacity.WastedWriteUnits
	if missing > 0 {
		result.Warnings = append(result.Warnings, fmt.Sprintf(
			"the target did not return the item with %d of %d refused conditions: refresh from-conflict had to read instead",
			missing, result.Tally.Conflicts))
	}
	if warning := unreached.warning(longestPause); warning != "" {
		result.Warnings = append(result.Warnings, warning)
	}
	return result
}

func (r *Result) merge(m *measurements) {
	for i := range m.tallies {
		add(&r.Tally, &m.tallies[i])
	}
	add(&r.Warmup, &m.tallies[warming])
	for i := range m.ledgers {
		r.Ledgers[i].Merge(&m.ledgers[i])
	}
	for i, s := range m.seconds {
		for len(r.Seconds) <= i {
			r.Seconds = append(r.Seconds, Second{})
		}
		add(&r.Seconds[i].SecondCounts, &s.SecondCounts)
	}
	for n, operations := range m.attempts {
		for len(r.AttemptsPerOperation) <= n {
			r.AttemptsPerOperation = append(r.AttemptsPerOperation, 0)
		}
		r.AttemptsPerOperation[n] += operations
	}
	r.AppliedDelta += m.appliedDelta
	r.Reasons.add(&m.reasons)
	r.Latency.merge(m)
	r.Parts.merge(m.parts)
	add(&r.Capacity, &m.capacity)
	for phase := range m.wires {
		m.wires[phase].enterAll()
		r.Wire.merge(m.wires[phase])
	}
	r.WarmupWire.merge(m.wires[warming])
	(*faultTallies)(&r.Faults).merge(m.faults)
}

// merge adds the times of some workers.
func (l *Latency) merge(m *measurements) {
	for kind := range m.applied {
		l.ByKind[kind].Absorb(&m.applied[kind])
		l.Succeeded.Service.Absorb(&m.applied[kind])
		if m.open {
			l.ResponseByKind[kind].Absorb(&m.responses[kind])
			l.Succeeded.Response.Absorb(&m.responses[kind])
		}
	}
	l.Succeeded.Attempt.Absorb(&m.timings[succeeded].attempt)
	l.Others.Attempt.Absorb(&m.timings[others].attempt)
	l.Others.Service.Absorb(&m.timings[others].service)
	l.Others.Response.Absorb(&m.timings[others].response)
}

// close adds what was not recorded apart: in a closed loop work is due when it begins, so
// that the response is the service.
func (l *Latency) close() {
	l.Succeeded.Response.Absorb(&l.Succeeded.Service)
	l.Others.Response.Absorb(&l.Others.Service)
}
