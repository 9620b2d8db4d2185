package measure

import (
	"errors"
	"fmt"

	"contend/workload/hist"
	"contend/workload/history"
)

// ErrInconsistent means that the sums of a run contradict each other. That is a bug in this
// program, and no verdict of the run can be trusted.
var ErrInconsistent = errors.New("internal consistency error")

// Verify checks that nothing is missing from the result: every operation that was due has an
// ending, every attempt an outcome, every latency is in a histogram, and the ledgers add up to
// the operations. The error names every sum that does not match, and wraps [ErrInconsistent].
func (r *Result) Verify() error {
	var problems []error
	same := func(what string, left, right int64) {
		if left != right {
			problems = append(problems, fmt.Errorf("%w: %s: %d is not %d", ErrInconsistent, what, left, right))
		}
	}
	t := &r.Tally
	same("due = started + dropped", t.Due, t.Started+t.Dropped)
	same("dropped less than none", min(t.Dropped, 0), 0)
	same("started = applied + gave up + unknown + failed", t.Started, t.Applied+t.GaveUp+t.Unknown+t.Failed)
	same("attempts = applied + conflicts + throttled + failed + unknown", t.Attempts,
		t.AppliedAttempts+t.Conflicts+t.Throttles+t.FailedAttempts+t.UnknownAttempts)
	same("applied operations = applied attempts", t.Applied, t.AppliedAttempts)
	same("applied by kind = applied", totalOf(t.AppliedByKind[:]), t.Applied)
	same("conflicts by reason = conflicts", sum(r.Conflicts), t.Conflicts)
	same("throttles by reason = throttles", sum(r.Throttles), t.Throttles)
	same("gave up by reason = gave up", sum(r.GaveUp), t.GaveUp)
	same("answers on the wire = requests", sum(r.Wire.Answers), r.Wire.Requests)

	var seconds SecondCounts
	for i := range r.Seconds {
		add(&seconds, &r.Seconds[i].SecondCounts)
	}
	same("attempts per second = attempts of updates", seconds.Attempts, t.UpdateAttempts)
	same("operations per second = applied", seconds.Operations, t.Applied)
	same("applied per second = updates applied", seconds.Applied, t.UpdatesApplied)
	same("conflicts per second = conflicts", seconds.Conflicts, t.Conflicts)
	r.verifyAttempts(same)
	r.verifyLatency(same)
	r.verifyWorkers(same)
	r.verifyLedgers(same)
	r.verifyArrivals(same)
	return errors.Join(problems...)
}

func (r *Result) verifyAttempts(same func(string, int64, int64)) {
	var operations, attempts int64
	for n, count := range r.AttemptsPerOperation {
		operations += count
		attempts += int64(n) * count
	}
	t := r.Measured()
	same("operations by attempts = updates applied", operations, t.UpdatesApplied)
	if r.Tally.Started == r.Tally.Applied && r.Warmup == (Tally{}) {
		same("attempts by operation = attempts of updates", attempts, t.UpdateAttempts)
	}
}

func (r *Result) verifyWorkers(same func(string, int64, int64)) {
	var applied, attempts, conflicts, reads, writes int64
	for _, w := range r.Workers {
		reads += w.Reads
		writes += w.Writes
		applied += w.UpdatesApplied
		attempts += w.UpdateAttempts
		conflicts += w.Conflicts
	}
	t := r.Measured()
	same("applied by workers = updates applied", applied, t.UpdatesApplied)
	same("attempts by workers = attempts of updates", attempts, t.UpdateAttempts)
	same("conflicts of workers = conflicts", conflicts, t.Conflicts)
	same("reads of workers = reads", reads, t.Reads)
	same("writes of workers = writes", writes, t.Writes)
	for _, list := range [][]hist.Histogram{r.Parts.Policies, r.Parts.Latencies} {
		var times int64
		for i := range list {
			times += list[i].Count() + list[i].OutOfRange()
		}
		if len(list) > 0 {
			same("response times of parts of the workers = applied", times, t.Applied)
		}
	}
}

func (r *Result) verifyLatency(same func(string, int64, int64)) {
	t, all := r.Measured(), func(h *hist.Histogram) int64 { return h.Count() + h.OutOfRange() }
	same("service times of applied operations", all(&r.Latency.Succeeded.Service), t.Applied)
	same("service times of other operations", all(&r.Latency.Others.Service), t.Started-t.Applied)
	same("response times of applied operations", all(&r.Latency.Succeeded.Response), t.Applied)
	same("response times of other operations", all(&r.Latency.Others.Response), t.Started-t.Applied)
	same("times of applied attempts", all(&r.Latency.Succeeded.Attempt), t.AppliedAttempts)
	same("times of other attempts", all(&r.Latency.Others.Attempt), t.Attempts-t.AppliedAttempts)
	for _, kind := range history.Kinds() {
		same(fmt.Sprintf("service times of each %s applied", kind), all(&r.Latency.ByKind[kind]), t.AppliedByKind[kind])
		if r.OpenLoop != nil {
			same(fmt.Sprintf("response times of each %s applied", kind), all(&r.Latency.ResponseByKind[kind]), t.AppliedByKind[kind])
		}
	}
}

func (r *Result) verifyLedgers(same func(string, int64, int64)) {
	var acknowledged int64
	for i := range r.Ledgers {
		acknowledged += r.Ledgers[i].Acknowledged
	}
	same("acknowledged deltas = deltas of the updates applied", acknowledged, r.AppliedDelta)
}

func (r *Result) verifyArrivals(same func(string, int64, int64)) {
	if o := r.OpenLoop; o != nil {
		same("lateness of started operations", o.Lateness.Count()+o.Lateness.OutOfRange(), r.Tally.Started)
	}
	if r.Stages == nil {
		return
	}
	var started, due int64
	for i := range r.Stages {
		started += r.Stages[i].Started
		due += r.Stages[i].Due
		same(fmt.Sprintf("dropped less than none in stage %d", i+1), min(r.Stages[i].Dropped, 0), 0)
	}
	same("started by stage = started", started, r.Tally.Started)
	same("due by stage = due", due, r.Tally.Due)
}

func totalOf(counts []int64) (total int64) {
	for _, n := range counts {
		total += n
	}
	return total
}

func sum[K comparable](counts map[K]int64) int64 {
	var total int64
	for _, n := range counts {
		total += n
	}
	return total
}
