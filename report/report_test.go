package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"contend/counter"
	"contend/report"
	"contend/report/reporttest"
	"contend/workload/check"
	"contend/workload/measure"
	"contend/workload/retry"
	"contend/workload/scenario"
	"contend/workload/trial"
)

// decoded is the JSON of a report as any program sees it.
func decoded(t *testing.T, r *report.Report) map[string]any {
	t.Helper()
	var b bytes.Buffer
	if err := r.Encode(&b); err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(b.Bytes(), &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// at follows a path such as counters[0].key; found is false if the path leads nowhere.
func at(object any, path string) (value any, found bool) {
	for step := range strings.SplitSeq(path, ".") {
		name, index, isList := strings.Cut(step, "[")
		fields, isObject := object.(map[string]any)
		if !isObject {
			return nil, false
		}
		if object, found = fields[name]; !found {
			return nil, false
		}
		if isList {
			var i int
			fmt.Sscanf(index, "%d]", &i)
			list, _ := object.([]any)
			if i >= len(list) {
				return nil, false
			}
			object = list[i]
		}
	}
	return object, true
}

// contract lists the paths that version 1 promises to other programs.
func contract() []string {
	paths := strings.Fields(`
		version tool_version scenario seed target.kind target.endpoint started_at elapsed_s
		verdict.status verdict.checks[0].name verdict.checks[0].status verdict.checks[0].reason verdict.checks[0].evidence[0]
		counters[0].key counters[0].initial counters[0].final counters[0].acknowledged counters[0].lowest counters[0].highest
		tally.due tally.dropped tally.started tally.applied tally.gave_up tally.unknown tally.failed
		tally.attempts tally.conflicts tally.throttles tally.reads
		throughput_per_s attempts_per_success
		conflict_rate.overall conflict_rate.per_second[0]
		conflict_rate.attempts_histogram[0].attempts conflict_rate.attempts_histogram[0].operations
		capacity.read_units capacity.write_units capacity.wasted_write_units warnings[0]
		interrupted tally.writes tally.update_attempts tally.updates_applied failures_by_reason throttles_by_reason
		latency_by_operation.increment.p99_9 seconds[0].attempts`)
	for _, group := range []string{"latency", "latency_unsuccessful"} {
		for _, which := range []string{"response", "service", "attempt"} {
			for _, number := range []string{"count", "min", "mean", "p50", "p90", "p99", "p99_9", "max", "histogram"} {
				paths = append(paths, group+"."+which+"."+number)
			}
		}
	}
	return paths
}

func TestJSONHoldsTheContract(t *testing.T) {
	object := decoded(t, reporttest.Fixtures()["inconclusive"])
	for _, path := range contract() {
		if value, found := at(object, path); !found || value == nil {
			t.Errorf("%s: %v, found %t", path, value, found)
		}
	}
	if _, found := at(object, "latency.service.p99_8"); found {
		t.Error("this test finds what is not there")
	}
}

// TestZeroIsNotAbsent: a 0 was measured; a field that was not measured is absent.
func TestZeroIsNotAbsent(t *testing.T) {
	unread := reporttest.ManyCounters()
	for _, c := range []struct {
		what   string
		report *report.Report
		path   string
		want   any // nil: absent
	}{
		{"final value of a counter at 0", reporttest.NothingApplied(), "counters[0].final", 0.0},
		{"final value that could not be read", unread, "counters[60].final", nil},
		{"nothing applied in ten seconds", reporttest.NothingApplied(), "throughput_per_s", 0.0},
		{"no time passed", reporttest.NoOperation(), "throughput_per_s", nil},
		{"no success", reporttest.NothingApplied(), "attempts_per_success", nil},
		{"attempts without a conflict", reporttest.NothingApplied(), "conflict_rate.overall", 0.0},
		{"no attempt", reporttest.NoOperation(), "conflict_rate.overall", nil},
		{"latency of no operation", reporttest.NoOperation(), "latency.service.p99", nil},
		{"how many there were", reporttest.NoOperation(), "latency.service.count", 0.0},
		{"histogram of no operation", reporttest.NoOperation(), "latency.service.histogram", nil},
		{"capacity that was reported", reporttest.NoOperation(), "capacity.read_units", 0.0},
		{"capacity that was not", reporttest.Interrupted(), "capacity", nil},
		{"operations dropped", reporttest.Passing(), "tally.dropped", 0.0},
		{"no kind was applied", reporttest.NoOperation(), "latency_by_operation.read", nil},
	} {
		value, found := at(decoded(t, c.report), c.path)
		if found != (c.want != nil) || value != c.want {
			t.Errorf("%s: %s is %v (found %t), want %v", c.what, c.path, value, found, c.want)
		}
	}
}

// TestPlantedFaults: the report shows which faults were planted and how often each
// happened, and warns about one that never happened.
func TestPlantedFaults(t *testing.T) {
	r := reporttest.Planted()
	for path, want := range map[string]any{
		"misbehaved[0].kind": "lose-update", "misbehaved[0].one_in": 100.0, "misbehaved[0].times": 12.0, "misbehaved[2].times": 0.0,
	} {
		if value, _ := at(decoded(t, r), path); value != want {
			t.Errorf("%s is %v, want %v", path, value, want)
		}
	}
	want := `the planted fault "stale-read" (one in 500 requests) never happened, so no check can have noticed it`
	if got := r.Warnings[len(r.Warnings)-1]; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, found := at(decoded(t, reporttest.Passing()), "misbehaved"); found {
		t.Error("faults that were not planted are told")
	}
}

func TestEmptyListsAreLists(t *testing.T) {
	object := decoded(t, report.New(&trial.Outcome{Result: &measure.Result{}, Verdict: check.Judge()}, report.About{}))
	for _, path := range []string{
		"counters", "verdict.checks", "conflict_rate.per_second", "conflict_rate.attempts_histogram", "seconds", "warnings",
	} {
		if value, _ := at(object, path); value == nil {
			t.Errorf("%s is null", path)
		}
	}
}

func TestASecondWithoutAnAttemptIsNull(t *testing.T) {
	r := report.New(&trial.Outcome{Result: &measure.Result{Seconds: []measure.Second{{SecondCounts: measure.SecondCounts{Attempts: 4, Conflicts: 1}}, {}, {SecondCounts: measure.SecondCounts{Attempts: 2}}}}, Verdict: check.Judge()}, report.About{})
	value, _ := at(decoded(t, r), "conflict_rate.per_second")
	if got := fmt.Sprint(value); got != "[0.25 <nil> 0]" {
		t.Errorf("got %s", got)
	}
}

func TestASecondsPercentilesAreAbsentOrMeasured(t *testing.T) {
	r := report.New(&trial.Outcome{Result: &measure.Result{Seconds: []measure.Second{{SecondCounts: measure.SecondCounts{Operations: 2}, P50: 3 * time.Millisecond, P99: 5 * time.Millisecond}, {SecondCounts: measure.SecondCounts{Attempts: 2}}}}, Verdict: check.Judge()}, report.About{})
	for path, want := range map[string]any{
		"seconds[0].p50_ms": 3.0, "seconds[0].p99_ms": 5.0, "seconds[1].p50_ms": nil, "seconds[1].p99_ms": nil,
	} {
		if value, _ := at(decoded(t, r), path); value != want {
			t.Errorf("%s is %v, want %v", path, value, want)
		}
	}
}

func TestNumbersAreTheRuns(t *testing.T) {
	f := reporttest.NewFixture(1)
	f.Load(1000)
	run := &f.Result
	r := f.Report()
	near := func(what string, got *float64, want float64) {
		t.Helper()
		if got == nil || math.Abs(*got-want) > 1e-3*math.Abs(want) {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	near("throughput", r.ThroughputPerS, 1000/10.0)
	near("attempts per success", r.AttemptsPerSuccess, float64(run.Tally.UpdateAttempts)/1000)
	near("conflict rate", r.ConflictRate.Overall, float64(run.Tally.Conflicts)/float64(run.Tally.UpdateAttempts))
	near("p99", r.Latency.Service.P99, run.Latency.Succeeded.Service.At(99).Seconds()*1000)
	near("p99.9", r.Latency.Service.P999, run.Latency.Succeeded.Service.At(99.9).Seconds()*1000)
	near("mean", r.Latency.Attempt.Mean, run.Latency.Succeeded.Attempt.Mean().Seconds()*1000)
	var operations, attempts int64
	for _, b := range r.ConflictRate.AttemptsHistogram {
		operations += b.Operations
		attempts += b.Attempts * b.Operations
		if b.Operations == 0 {
			t.Errorf("%d attempts: an empty bar", b.Attempts)
		}
	}
	if operations != run.Tally.UpdatesApplied || attempts != run.Tally.UpdateAttempts {
		t.Errorf("histogram of %d operations and %d attempts", operations, attempts)
	}
	if r.Counters[0].Lowest != run.Ledgers[0].Lowest() || r.Counters[0].Highest != run.Ledgers[0].Highest() {
		t.Errorf("band %+v", r.Counters[0])
	}
}

func TestEncodeIsStable(t *testing.T) {
	r := reporttest.Fixtures()["many-counters"]
	var one, two bytes.Buffer
	if err := r.Encode(&one); err != nil {
		t.Fatal(err)
	}
	if err := r.Encode(&two); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("two encodings differ")
	}
}

func TestStartedAtIsUTC(t *testing.T) {
	east := time.FixedZone("east", 3600)
	r := report.New(&trial.Outcome{Result: &measure.Result{Course: measure.Course{StartedAt: time.Date(2026, 1, 1, 0, 30, 0, 0, east)}}, Verdict: check.Judge()}, report.About{})
	if value, _ := at(decoded(t, r), "started_at"); value != "2025-12-31T23:30:00Z" {
		t.Errorf("got %v", value)
	}
}

func TestPolicyInWords(t *testing.T) {
	all := retry.Outcomes(counter.Conflict, counter.Unknown)
	for _, c := range []struct {
		policy retry.Policy
		want   string
	}{
		{retry.Policy{}, "none"},
		{retry.Policy{Kind: retry.None, Base: time.Second, On: all}, "none"},
		{retry.Policy{Kind: retry.Immediate, Base: time.Second, On: all}, "immediate, on [conflict, unknown]"},
		{retry.Policy{Kind: retry.Fixed, Base: 5 * time.Millisecond, MaxAttempts: 1, On: all}, "fixed, base 5ms, at most 1 attempt, on [conflict, unknown]"},
		{retry.Policy{Kind: retry.FullJitter, Base: time.Millisecond, Cap: time.Second, Deadline: 2 * time.Second, On: all},
			"full-jitter, base 1ms, cap 1s, deadline 2s, on [conflict, unknown]"},
		{retry.Policy{Kind: retry.Ticket, Base: time.Second, Cap: time.Second, Enlist: true, Chain: 4, EventualPolls: true, On: all},
			"ticket, enlist, chain 4, eventual polls, on [conflict, unknown]"},
		{retry.Policy{Kind: retry.Window, Base: time.Second, Clients: 9, Budget: retry.Budget{Ratio: 0.1, Burst: 10}, On: all},
			"window, 9 clients, budget of 0.1 retries a success and at most 10, on [conflict, unknown]"},
	} {
		if got := report.Policy(scenario.Retry{Policy: c.policy}); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	mix := scenario.Retry{Mix: []scenario.RetryShare{{Share: 0.75, Policy: retry.Policy{Kind: retry.None}}, {Share: 0.25, Policy: retry.Policy{Kind: retry.Immediate, On: all}}}}
	if got, want := report.Policy(mix), "75.0% of the workers: none; 25.0% of the workers: immediate, on [conflict, unknown]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
