package report

import (
	"strings"
	"testing"
	"time"

	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/scenario"
)

func TestAssumptions(t *testing.T) {
	embedded := Target{Kind: "embedded", Endpoint: "http://127.0.0.1:4000"}
	other := Target{Kind: "url", Endpoint: "http://127.0.0.1:8000"}
	const second = time.Second
	for _, c := range []struct {
		what   string
		target Target
		change func(*measure.Result)
		want   []string // how each warning begins
	}{
		{"nothing to doubt", embedded, func(*measure.Result) {}, nil},
		{"12 operations", embedded, func(r *measure.Result) { times12(r) }, []string{"p99 and p99.9 of 12 applied operations are just the maximum"}},
		{"a clock that was set", embedded, func(r *measure.Result) { r.Latency.Others.Attempt.Record(-1) }, []string{"1 duration is negative or above 1h0m0s"}},
		{"durations that are too long", embedded, func(r *measure.Result) {
			r.Latency.Succeeded.Response.Record(2 * time.Hour)
			r.Latency.Succeeded.Service.Record(2 * time.Hour)
		}, []string{"2 durations are negative or above 1h0m0s"}},
		{"one worker", embedded, func(r *measure.Result) { r.Scenario.Load.Workers = 1 }, []string{"a single worker has nobody"}},
		{"no conflict", embedded, func(r *measure.Result) { r.Tally.Conflicts = 0 }, []string{"none of 3000 update attempts met a conflict"}},
		{"no conflict but throttles", embedded, func(r *measure.Result) { r.Tally.Conflicts, r.Tally.Throttles = 0, 3 }, nil},
		{"no conflict is possible", embedded, func(r *measure.Result) { r.Tally.Conflicts, r.Scenario.Strategy = 0, "atomic-add" }, nil},
		{"only reads", embedded, func(r *measure.Result) { r.Tally.Conflicts, r.Tally.UpdateAttempts = 0, 0 }, nil},
		{"stopped early", embedded, func(r *measure.Result) { r.LoadEnded = 3 * second }, []string{"the run ended after 3.00 s of 10 s"}},
		{"the last operation ended before the duration", embedded, func(r *measure.Result) { r.LoadEnded = 9900 * time.Millisecond }, nil},
		{"the last worker was thinking for long", embedded, func(r *measure.Result) {
			r.LoadEnded, r.Scenario.Load.Think, r.Scenario.Load.ThinkVaries = 4*second, second, true
		}, nil},
		{"the last worker was thinking", embedded, func(r *measure.Result) { r.LoadEnded, r.Scenario.Load.Think = 8*second, 2*second }, nil},
		{"all operations done before the duration", embedded, func(r *measure.Result) { r.LoadEnded, r.Scenario.Load.Operations = second, 2000 }, nil},
		{"some operations not done", embedded, func(r *measure.Result) { r.Scenario.Load = scenario.Load{Workers: 2, Operations: 2001} },
			[]string{"the run ended after 2000 of 2001 operations"}},
		{"neither limit reached", embedded, func(r *measure.Result) { r.LoadEnded, r.Scenario.Load.Operations = second, 5000 },
			[]string{"the run ended after 1.00 s of 10 s and 2000 of 5000 operations"}},
		{"4 s are brief", embedded, func(r *measure.Result) { r.LoadEnded, r.Scenario.Load.Duration = 4*second, 4*second },
			[]string{"rates and latencies cover 4.00 s only: in less than 5 s, "}},
		{"4 s after a warm-up", embedded, func(r *measure.Result) { r.Scenario.Load.Warmup = 6 * second }, []string{"rates and latencies cover 4.00 s only"}},
		{"5 s after a warm-up", embedded, func(r *measure.Result) { r.Scenario.Load.Warmup = 5 * second }, nil},
		{"as brief as its operations", embedded, func(r *measure.Result) {
			r.LoadEnded, r.Scenario.Load.Duration, r.Scenario.Load.Operations = second, 2*second, 2000
		}, nil},
		{"workers that starve", embedded, func(r *measure.Result) { r.Workers = workersWith(100, 100, 100, 2) },
			[]string{"worker 3 got less than a tenth of the mean of 75.5 applied updates"}},
		{"drift", embedded, func(r *measure.Result) {
			r.LoadEnded, r.Scenario.Load.Duration = 12*second, 12*second
			r.Seconds = secondsOf(200, 201, 199, 202, 150, 151, 149, 152, 100, 101, 99, 102)
		}, []string{"throughput drifted from 200/s in the first third of the run to 100/s in the last"}},
		{"a URL", other, func(*measure.Result) {}, []string{"the target may ignore capacity limits"}},
		{"a model for another target", other, func(r *measure.Result) { r.Scenario.Embedded.WriteCapacity = 100 },
			[]string{"the scenario's embedded settings", "the target may ignore"}},
		{"a model for AWS", Target{Kind: "aws"}, func(r *measure.Result) { r.Scenario.Embedded.Latency.Mean = second }, []string{"the scenario's embedded settings"}},
		{"a model for the embedded server", embedded, func(r *measure.Result) {
			r.Scenario.Embedded.ReadLag, r.Scenario.Reads = second, scenario.ReadsEventual
			r.Scenario.Operations = scenario.Mix{history.Read: 1}
		}, nil},
		{"a lag that no read sees", embedded, func(r *measure.Result) {
			r.Scenario.Embedded.ReadLag, r.Scenario.Operations = second, scenario.Mix{history.Read: 1}
		}, []string{"embedded.read_lag has no effect"}},
		{"eventual reads that nobody sends", embedded, func(r *measure.Result) { r.Scenario.Reads = scenario.ReadsEventual },
			[]string{"reads: eventual has no effect"}},
		{"views and refreshes of a strategy without", embedded, func(r *measure.Result) {
			r.Scenario.Strategy, r.Scenario.View, r.Scenario.Retry.Refresh = "atomic-add", scenario.ViewKept, scenario.RefreshAtConflict
		}, []string{"view: kept has no effect", "retry.refresh: at-conflict has no effect"}},
		{"views and refreshes of a strategy with them", embedded, func(r *measure.Result) {
			r.Scenario.View, r.Scenario.Retry.Refresh = scenario.ViewKept, scenario.RefreshAtConflict
		}, nil},
		{"defaults of a strategy without", embedded, func(r *measure.Result) {
			r.Scenario.Strategy, r.Scenario.View, r.Scenario.Retry.Refresh = "atomic-add", scenario.ViewFresh, scenario.RefreshAfterWait
		}, nil},
		{"a limit of each shard", embedded, func(r *measure.Result) {
			r.Scenario.Strategy, r.Scenario.Parameters.Shards, r.Scenario.Embedded.WriteCapacity = "sharded", 8, 1000
		}, []string{"embedded.write_capacity gives each shard 1000 write units a second"}},
		{"shards that share partitions", embedded, func(r *measure.Result) {
			r.Scenario.Strategy, r.Scenario.Parameters.Shards, r.Scenario.Embedded.Throughput.Mode = "sharded", 8, "on-demand"
		}, nil},
		{"own counters for all", embedded, func(r *measure.Result) {
			r.Scenario.Counters = scenario.Counters{Count: 8, Pick: scenario.Pick{Kind: scenario.PickOwn}}
		}, nil},
		{"own counters for some", embedded, func(r *measure.Result) {
			r.Scenario.Counters = scenario.Counters{Count: 3, Pick: scenario.Pick{Kind: scenario.PickOwn}}
		}, []string{"counters.pick: own cannot give every worker a counter of its own: 8 workers share 3 counters"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			run := SoundRun()
			c.change(run)
			got := Assumptions(run, c.target)
			if len(got) != len(c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], c.want[i]) {
					t.Errorf("got %q, want %q", got[i], c.want[i])
				}
			}
		})
	}
}

// SoundRun is a run that no warning applies to.
func SoundRun() *measure.Result {
	run := &measure.Result{
		Scenario: scenario.Scenario{Strategy: "conditional", Load: scenario.Load{Workers: 8, Duration: 10 * time.Second}},
		Course:   measure.Course{Elapsed: 10 * time.Second, LoadEnded: 10 * time.Second},
		Stalls:   measure.Stalls{Succeeded: true, LastSuccess: 10 * time.Second},
		Tally:    measure.Tally{Due: 2000, Started: 2000, Applied: 2000, UpdateAttempts: 3000, UpdatesApplied: 2000, Conflicts: 1000},
	}
	for range 2000 {
		run.Latency.Succeeded.Service.Record(time.Millisecond)
	}
	return run
}

func times12(run *measure.Result) {
	run.Latency = measure.Latency{}
	for range 12 {
		run.Latency.Succeeded.Service.Record(time.Millisecond)
	}
}
