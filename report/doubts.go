package report

import (
	"fmt"

	"contend/workload"
)

// doubts are the assumptions of a run that do not hold, one sentence each. They
// are warnings: they change no verdict, but a reader who compares runs has to
// know them.
func doubts(run *workload.Result, target Target) []string {
	var all []string
	add := func(holds bool, format string, args ...any) {
		if !holds {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	s, t := &run.Scenario, &run.Tally
	const tail = 1000 // operations for each beyond the 99.9th percentile
	add(t.Applied >= tail, "only %d operations were applied: p99.9 needs at least %d", t.Applied, tail)
	add(!run.Interrupted, "the run was interrupted after %.1f s", run.Elapsed.Seconds())
	add(s.Load.Workers == 1 || t.Conflicts+t.Throttles > 0 || t.UpdateAttempts == 0 || s.Strategy == "atomic-add",
		"no attempt met another: the counters were not contended")
	add(target.Kind == "embedded" || s.Embedded == (workload.Embedded{}),
		"the scenario's embedded: latency, capacity and lag do not apply to %s", target.Endpoint)
	add(target.Kind != "url", "%s is taken as it is: DynamoDB Local, for one, ignores capacity limits and cannot show throttling or stale reads", target.Endpoint)
	for _, h := range []struct {
		name string
		lost int64
	}{
		{"service", run.Latency.Succeeded.Service.OutOfRange() + run.Latency.Others.Service.OutOfRange()},
		{"attempt", run.Latency.Succeeded.Attempt.OutOfRange() + run.Latency.Others.Attempt.OutOfRange()},
	} {
		add(h.lost == 0, "%d %s times were longer than the histogram holds and are in no percentile", h.lost, h.name)
	}
	return all
}
