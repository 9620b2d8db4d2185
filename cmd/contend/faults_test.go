package main

import (
	"fmt"
	"slices"
	"testing"

	"contend/counter"
	"contend/internal/longtest"
	"contend/report"
	"contend/workload/check"
	"contend/workload/fault"
)

// faulty are the settings of a short run with one kind of fault.
func faulty(kind fault.Kind, probability float64, more ...string) []string {
	rule := fmt.Sprintf("kind: %s, probability: %v, on: [update]", kind, probability)
	switch kind {
	case fault.LateRequest:
		rule += ", delay: {mean: 20ms, sd: 10ms}"
	case fault.Partition:
		rule = fmt.Sprintf("kind: partition, probability: %v, from: 50ms, to: 150ms, workers: 4", probability)
	}
	return ruled(rule, more...)
}

// ruled are the settings of a short run with a rule of faults.
func ruled(rule string, more ...string) []string {
	return append([]string{
		"load={workers: 8, operations: 120, think: 2ms}", "request_timeout=250ms", "retry.base=1ms", "retry.cap=20ms",
		"embedded={latency: {mean: 1ms}}", "faults=[{" + rule + "}]",
	}, more...)
}

// faultRun is one of the runs of TestRunsWithFaults.
type faultRun struct {
	kind        fault.Kind
	probability float64
	strategy    string
	retried     string // retry.on
	simulated   bool   // at short length too
	overHTTP    bool   // also over HTTP at short length
}

// faultRuns lists each fault with each rate, design and reaction. At short length a twelfth
// of them is simulated, in which each fault still meets two designs at two rates with both
// reactions, and each design meets each rate and each reaction. Of every fourth fault, one
// run is made over HTTP.
func faultRuns() []faultRun {
	probabilities := []float64{0.01, 0.1, 0.5}
	reactions := []string{"[conflict, throttled]", "[conflict, throttled, unknown]"}
	var runs []faultRun
	for k, kind := range fault.Kinds() {
		for s, strategy := range []string{counter.ConditionalName, counter.AtomicAddName, counter.TransactionTokenName, counter.CombiningName} {
			for p, probability := range probabilities {
				for r, retried := range reactions {
					drawn := p == (k+2*s)%len(probabilities) && r == (k+s+s/2)%len(reactions)
					simulated := longtest.Asked() || drawn && (k/2+s)%2 == 0
					overHTTP := longtest.Asked() || drawn && k%4 == 1 && s < 3 && p == len(probabilities)-1
					runs = append(runs, faultRun{kind, probability, strategy, retried, simulated, overHTTP})
				}
			}
		}
	}
	return runs
}

// TestRunsWithFaults: with each fault at each rate the run ends, its sums hold, its
// verdict is right, and the faults account for the final value. In simulated time
// each run is the same whenever it is made.
func TestRunsWithFaults(t *testing.T) {
	t.Parallel()
	makeRuns(t, runWith, "target=simulated", slices.DeleteFunc(faultRuns(), func(f faultRun) bool { return !f.simulated }))
}

// TestFaultsOverHTTP makes such runs over HTTP in this process, so that the race detector
// sees them. No goroutine may be left (see scripttest.Main).
func TestFaultsOverHTTP(t *testing.T) {
	t.Parallel()
	makeRuns(t, runHere, "target=embedded", slices.DeleteFunc(faultRuns(), func(f faultRun) bool { return !f.overHTTP }))
}

// makeRuns makes the runs with one more setting. Each of their faults must be injected at
// least once.
func makeRuns(t *testing.T, run func(t *testing.T, sets ...string) (int, *report.Report), set string, runs []faultRun) {
	hits := make([]int64, len(runs))
	t.Run("runs", func(t *testing.T) {
		for i, f := range runs {
			t.Run(fmt.Sprintf("%s-%v-%s-%s", f.kind, f.probability, f.strategy, f.retried), func(t *testing.T) {
				t.Parallel()
				code, r := run(t, faulty(f.kind, f.probability, set, "strategy="+f.strategy, "retry.on="+f.retried)...)
				judgeByHand(t, code, r)
				judgeFaults(t, r, f.kind, f.probability)
				hits[i] = report.NewMatrixRun(nil, "", r).Faults
			})
		}
	})
	byKind := map[fault.Kind]int64{}
	for i, f := range runs {
		byKind[f.kind] += hits[i]
	}
	for kind, times := range byKind {
		if times == 0 {
			t.Errorf("no %s was ever injected", kind)
		}
	}
}

// judgeFaults checks that the report's account of the faults explains the counter's final
// value.
func judgeFaults(t *testing.T, r *report.Report, kind fault.Kind, probability float64) {
	t.Helper()
	often := 0.1 // the probability from which on some of 120 writes must be hit
	if r.Strategy == counter.CombiningName {
		often = 0.5 // combining sends few writes
	}
	// During a partition there may be few requests.
	if kind != fault.Partition && probability >= often && (len(r.Faults) != 1 || r.Faults[0].Kind != string(kind) || r.Faults[0].Requests == 0) {
		t.Errorf("injected %+v, want some %s", r.Faults, kind)
	}
	c := r.Counters[0]
	if c.Untraced == 0 && (c.Final == nil || *c.Final != c.Traced) {
		t.Errorf("final %v, but the faults make it %d", *c.Final, c.Traced)
	}
	traits, _ := counter.TraitsOf(r.Strategy)
	if traits.Idempotent && r.Verdict.Checks[0].Status == check.Fail {
		t.Errorf("%s counted wrong: %s", r.Strategy, r.Verdict.Checks[0].Reason)
	}
}

// TestExactlyOnce shows how lost replies change each design's count, in simulated time and
// on the embedded server. TestOnDynamoDBLocal does the same on AWS's server. At short length
// each design meets one reaction in simulated time, where a session of a README has all of
// them; one design meets one reaction on the embedded server, and every second design meets
// one on DynamoDB Local.
func TestExactlyOnce(t *testing.T) {
	t.Parallel()
	t.Run("simulated", func(t *testing.T) {
		t.Parallel()
		exactlyOnce(t, "simulated", func(i, j int) bool { return j == i%3 })
	})
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		exactlyOnce(t, "embedded", func(i, j int) bool { return i == 0 && j == 1 })
	})
}

// exactlyOnce makes a run for each pair of a design and a reaction for which chosen is true,
// and at full length for all. chosen gets the numbers of both.
func exactlyOnce(t *testing.T, target string, chosen func(design, reaction int) bool) {
	for i, name := range counter.StrategyNames() {
		for j, reaction := range []struct {
			name string
			sets []string
		}{
			{"retried", []string{"retry.on=[conflict, throttled, unknown]"}},
			{"retried by the SDK", []string{"retry.on=[conflict, throttled]", "sdk_retry=standard"}},
			{"told", []string{"retry.on=[conflict, throttled]"}},
		} {
			if !chosen(i, j) && !longtest.Asked() {
				continue
			}
			t.Run(name+" "+reaction.name, func(t *testing.T) {
				t.Parallel()
				sets := append(ruled(lostReplies, "target="+target, "strategy="+name, "parameters={history: 500}", "request_timeout=1s"), reaction.sets...)
				code, r := runWith(t, sets...)
				judgeByHand(t, code, r)
				judgeFaults(t, r, fault.LostReply, 1)
				judgeDesign(t, r, reaction.name == "told")
			})
		}
	}
}

// lostReplies is a rule that hits the first writes of a run. Nothing can refuse the first
// write that reaches the server, so that at least one accepted write is hit. A rule with a
// probability might hit only refused writes, which most are where transactions conflict.
const lostReplies = "kind: lost-reply, count: 12, on: [update]"

// judgeDesign wants exactly the over-counts of a design: one for each lost reply to a write
// that was tried again, unless the design is idempotent, and an unknown operation for each
// lost reply whose caller was told. Requests that were slow without a fault widen that, by
// as many writes as each operation may have made.
func judgeDesign(t *testing.T, r *report.Report, told bool) {
	t.Helper()
	c := r.Counters[0]
	v, slow := report.NewMatrixRun(nil, "", r), c.Untraced
	off, most := *v.OffBy, c.Highest-c.Initial-c.Acknowledged
	traits, _ := counter.TraitsOf(r.Strategy)
	asLost := off == v.Lost || slow > 0 && off > v.Lost && off <= most
	mayBeUnknown := off > 0 && off <= v.Unknown // the SDK gave up, too
	switch {
	case told && (!asLost || v.Unknown < v.Lost):
		t.Errorf("off by %d, %d unknown, want %d changes whose caller does not know", off, v.Unknown, v.Lost)
	case told:
	case mayBeUnknown && v.Verdict != check.Inconclusive:
		t.Errorf("off by %+d, %d unknown: %s, want inconclusive", off, v.Unknown, v.Verdict)
	case traits.Idempotent && !mayBeUnknown && (off != 0 || v.Verdict != check.Pass):
		t.Errorf("off by %+d, %d unknown, %s: want exact", off, v.Unknown, v.Verdict)
	case traits.Idempotent:
	case !asLost || !mayBeUnknown && v.Verdict != check.Fail:
		t.Errorf("off by %+d, %s: want one too many for each of %d lost replies, and a failure", off, v.Verdict, v.Lost)
	}
	if v.Lost == 0 && slow == 0 {
		t.Error("no reply to an accepted write was lost")
	}
	if slow == 0 && (v.Explained == nil || !*v.Explained) {
		t.Errorf("the faults do not account for the final value: %+v", r.Counters[0])
	}
}
