package measure

import (
	"fmt"
	"time"

	"contend/workload/history"
)

// Collect merges what was recorded. recorders are those of all workers, by number;
// ledgers are the accounts as they were opened; longestPause is how long workers
// paused at most while the store could not be reached.
func (r *Recording) Collect(recorders []*Recorder, ledgers []history.Ledger, longestPause time.Duration) *Result {
	result := &Result{Scenario: *r.scenario, Ledgers: ledgers, Reasons: newReasons()}
	var missing int64
	var unreached outage
	for _, m := range r.shared {
		result.merge(m)
		m.current.flush()
		missing += m.missingStates
		unreached.add(m.outage)
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
	r.Reasons.add(&m.reasons)
	r.Latency.merge(m)
	add(&r.Capacity, &m.capacity)
	for phase := range m.wires {
		r.Wire.merge(m.wires[phase])
	}
	r.WarmupWire.merge(m.wires[warming])
	(*faultTallies)(&r.Faults).merge(m.faults)
}

// merge adds the times of some workers. In a closed loop work is due when it begins, so
// the response is the service.
func (l *Latency) merge(m *measurements) {
	for kind := range m.applied {
		service, response := &m.applied[kind], &m.applied[kind]
		if m.open {
			response = &m.responses[kind]
			l.ResponseByKind[kind].Merge(response)
		}
		l.ByKind[kind].Merge(service)
		l.Succeeded.Service.Merge(service)
		l.Succeeded.Response.Merge(response)
	}
	l.Succeeded.Attempt.Merge(&m.timings[succeeded].attempt)
	l.Others.Attempt.Merge(&m.timings[others].attempt)
	l.Others.Service.Merge(&m.timings[others].service)
	if !m.open {
		l.Others.Response.Merge(&m.timings[others].service)
		return
	}
	l.Others.Response.Merge(&m.timings[others].response)
}
