package estimate

import (
	"strings"
	"testing"

	"contend/scenarios"
	"contend/workload/scenario"
)

// TestCost compares the bounds with the requests that a run was seen to send: storm
// made 25582 requests for 1000 operations.
func TestCost(t *testing.T) {
	for _, c := range []struct {
		scenario string
		set      []string
		want     string
	}{
		{"storm", []string{"load.duration=0s", "load.operations=1000"},
			"about 1001 writes and 1002 reads, $0.0008 on demand (us-east-1 price), without any conflict; up to 64001 and 64002, $0.0480, by how often workers conflict"},
		{"storm", []string{"load.duration=0s", "load.operations=1000", "retry.max_attempts=3"}, "up to 3001 and 3002"},
		{"storm", []string{"load.duration=0s", "load.operations=1000", "retry.policy=none"}, "about 1001 writes and 1002 reads, $0.0008 on demand (us-east-1 price), and more if"},
		{"storm", nil, "at most about 160065 writes and 160066 reads, $0.1200 on demand (us-east-1 price), if a request takes 2 ms"},
		// A policy that paces reads whenever it likes; tickets are writes; turns may write without reading.
		{"storm", []string{"retry.policy=window"}, "at most about 160065 writes and 320066 reads"},
		{"storm", []string{"retry.policy=ticket", "retry.chain=4"}, "at most about 320065 writes and 320066 reads"},
		{"storm", []string{"retry.policy=ticket", "load.duration=0s", "load.operations=1000"}, "up to 66001 and 64002"},
		{"storm", []string{"retry.policy=window", "load={workers: 1, duration: 10s}"}, "at most about 2502 writes and 5003 reads"},
		{"storm", []string{"retry.mix=[{share: 0.5, policy: none}, {share: 0.5, policy: fixed, max_attempts: 3}]", "load.duration=0s", "load.operations=1000"},
			"up to 3001 and 3002"},
		{"storm", []string{"load.duration=10s", "load.operations=1000"}, "at most about 64001 writes and 64002 reads"},
		{"storm", []string{"load.duration=10s", "load.operations=1000000"}, "at most about 160065 writes and 160066 reads"},
		{"storm", []string{"view=kept"}, "at most about 320065 writes"},
		{"atomic-add", []string{"load.duration=0s", "load.operations=1000"}, "about 1001 writes and 2 reads, $0.0006"},
		{"atomic-add", nil, "at most about 160033 writes and 2 reads"},
		{"atomic-add", []string{"load.think=8ms"}, "at most about 32033 writes and 2 reads"},
		{"atomic-add", []string{"load.think=exponential(8ms)"}, "at most about 32569 writes and 2 reads"},
		{"read-mostly", []string{"strategy=atomic-add", "load.duration=0s", "load.operations=1000", "operations={increment: 1, read: 19}"}, "about 51 writes and 952 reads"},
		{"atomic-add", []string{"strategy=transaction-marker", "load={workers: 1, operations: 1000}"}, "about 1001 writes and 2 reads, $0.0025 on demand"},
		{"atomic-add", []string{"strategy=sharded", "load={workers: 1, operations: 1000}", "operations={read: 1}"}, "about 8 writes and 1002 reads, $0.0010 on demand"},
		{"atomic-add", []string{"strategy=token-set", "load={workers: 1, operations: 1000}"}, "about 1001 writes and 2 reads, $0.0067 on demand (us-east-1 price), and more if answers are lost"},
		{"atomic-add", []string{"strategy=token-set", "load={workers: 1, operations: 1000}", "table=mine"}, "$0.0068 on demand (us-east-1 price), and more if the counters of the table have grown before, and more if answers are lost"},
		{"atomic-add", []string{"strategy=transaction-token", "load={workers: 1, operations: 1000}", "counters.count=10", "operations={increment: 1}"}, "about 1010 writes and 20 reads, $0.0013"},
		{"atomic-add", []string{"strategy=transaction-token", "load={workers: 1, operations: 1000}", "counters.count=10", "operations={transfer: 1}"}, "about 1010 writes and 20 reads, $0.0025"},
		{"atomic-add", []string{"strategy=transaction-marker", "load={workers: 1, operations: 1000}", "counters.count=10", "operations={transfer: 1}"}, "about 1010 writes and 20 reads, $0.0038"},
		{"atomic-add", []string{"load={workers: 1, operations: 1000}", "table=mine", "counters.count=10"}, "about 1020 writes and 50 reads"},
		{"atomic-add", []string{"load={workers: 1, operations: 1000}", "table=mine", "counters={count: 10, keep: true}"}, "about 1010 writes and 20 reads"},
		{"atomic-add", []string{"strategy=token-set", "load={workers: 1, operations: 1000}", "counters.count=1000"}, "about 2000 writes and 2000 reads, $0.0015 on demand"},
		{"atomic-add", []string{"price={write: 10, read: 0}", "load={workers: 1, operations: 1000}"}, "$0.0100 at the scenario's price"},
		{"read-mostly", []string{"operations={read: 1}", "load.duration=1s"}, "at most about 1 writes and 8018 reads"},
		{"atomic-add", []string{"load={rate: 10/s, arrivals: uniform, duration: 60s}"}, "at most about 601 writes and 2 reads, $0.0004 on demand (us-east-1 price), if a request takes 2 ms, and more if answers are lost"},
		{"atomic-add", []string{"load={rate: 100/s, duration: 100s}"}, "at most about 10301 writes and 2 reads"},
		{"atomic-add", []string{"load={rate: 10/s, operations: 50}"}, "about 51 writes and 2 reads, $0.0000"},
		{"atomic-add", []string{"load={workers: 1, rate: 10000/s, duration: 1s}"}, "at most about 502 writes and 2 reads"},
		{"atomic-add", []string{"load={arrivals: uniform, stages: [{rate: 10/s, duration: 10s, ramp: true}, {rate: 10/s, duration: 10s}]}"}, "at most about 151 writes and 2 reads"},
		{"atomic-add", []string{"load={stages: [{workers: 2, duration: 1s}, {workers: 4, duration: 1s, ramp: true}]}"}, "at most about 3005 writes and 2 reads"},
		{"storm", []string{"load={workers: 4, rate: 10/s, arrivals: uniform, duration: 10s}"}, "at most about 401 writes and 402 reads"},
	} {
		s := resolved(t, c.scenario, c.set...)
		if got := Of(&s).String(); !strings.Contains(got, c.want) {
			t.Errorf("%s %q:\ngot  %s\nwant %s", c.scenario, c.set, got, c.want)
		}
	}
}

// resolved is a scenario with flags applied.
func resolved(t *testing.T, name string, sets ...string) scenario.Scenario {
	t.Helper()
	var overrides []scenario.Override
	for _, assignment := range sets {
		o, err := scenario.ParseSet(assignment)
		if err != nil {
			t.Fatal(err)
		}
		overrides = append(overrides, o)
	}
	text, err := scenarios.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.Decode(name, text, overrides...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCostOfACampaignIsThatOfItsRuns, whatever limits them.
func TestCostOfACampaignIsThatOfItsRuns(t *testing.T) {
	add := resolved(t, "atomic-add", "load={workers: 1, operations: 1000}")
	marker := resolved(t, "atomic-add", "strategy=transaction-marker", "load={workers: 1, operations: 1000}")
	storm := resolved(t, "storm", "load.duration=0s", "load.operations=1000")
	timed := resolved(t, "storm")
	for _, c := range []struct {
		runs []*scenario.Scenario
		want string
	}{
		{[]*scenario.Scenario{&add, &add, &add}, "about 3003 writes and 6 reads, $0.0019 on demand"},
		{[]*scenario.Scenario{&add, &marker}, "about 2002 writes and 4 reads, $0.0031 on demand"},
		{[]*scenario.Scenario{&add, &storm}, "about 2002 writes and 1004 reads, $0.0014 on demand (us-east-1 price), without any conflict; up to 65002 and 64004, $0.0486"},
		{[]*scenario.Scenario{&timed, &add}, "at most about 161066 writes and 160068 reads, $0.1207 on demand"},
	} {
		if got := Of(c.runs...).String(); !strings.Contains(got, c.want) {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
