package report

import (
	"strings"
	"testing"
	"time"

	"contend/workload/measure"
)

func TestDoubtful(t *testing.T) {
	const busy, heldUp = "the client was saturated: ", "the client was held up: "
	late := func(count int64, p99 float64) Times { return Times{Count: count, P99: &p99} }
	for _, c := range []struct {
		name   string
		client *Client
		want   string
	}{
		{"not looked at", nil, ""},
		{"idle", &Client{CPU: new(0.1), CPUs: 2, Delay: late(1000, 0.2)}, ""},
		{"busy, not full", &Client{CPU: new(1.79), CPUs: 2, Delay: late(1000, 9.9)}, ""},
		{"full", &Client{CPU: new(1.95), CPUs: 2, Delay: late(1000, 5)}, busy + "it used 1.95 of 2 processors"},
		{"no such number here", &Client{CPUs: 2, Delay: late(1000, 5)}, ""},
		{"woken late", &Client{CPUs: 1, Delay: late(1000, 12)}, heldUp + "1% of its wake-ups came 12.0 ms late or more"},
		{"too few looks", &Client{CPUs: 1, Delay: late(199, 12)}, ""},
		{"clock set", &Client{CPUs: 1, ClockStepMS: 1e6}, ""},
		{"late with arrivals", &Client{CPUs: 1, ArrivalDelay: new(late(200, 30))}, heldUp + "1% of the operations that a free worker awaited began 30.0 ms late or more"},
		{"all", &Client{CPU: new(1.0), CPUs: 1, Delay: late(200, 11), ArrivalDelay: new(late(200, 30))},
			busy + "it used 1.00 of 1 processor, 1% of its wake-ups came 11.0 ms late or more, 1% of the operations that a free worker awaited began 30.0 ms late or more"},
	} {
		if got := c.client.Doubtful(); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestClientOfARun(t *testing.T) {
	f := newFixture(1)
	f.load(10)
	if got := f.report().Client; got != nil {
		t.Errorf("a run that did not look: got %+v", got)
	}
	f.result.Client = measure.ClientUse{CPUs: 4, CPU: 20200 * time.Millisecond, CPUIn: 10100 * time.Millisecond, CPUKnown: true, ClockStep: 101 * time.Millisecond}
	r := f.report()
	if *r.Client.CPU != 2 || r.Client.ClockStepMS != 101 || r.Client.ArrivalDelay != nil {
		t.Errorf("got %+v", r.Client)
	}
	if all := strings.Join(r.Warnings, "\n"); !strings.Contains(all, "the wall clock was set by 101 ms during the run") || strings.Contains(all, "saturated") {
		t.Errorf("warnings:\n%s", all)
	}
	f.result.Client.CPUKnown = false
	if got := f.report().Client.CPU; got != nil {
		t.Errorf("a system that does not tell: got %v processors", *got)
	}
}

func TestARateThatWasNotKeptIsDoubted(t *testing.T) {
	for _, c := range []struct {
		due, started float64
		doubted      bool
	}{{100, 100, false}, {100, 95, false}, {100, 94, true}, {0, 0, false}} {
		if got := (&OpenLoop{DueRatePerS: c.due, StartedRatePerS: c.started}).doubts(); (got != nil) != c.doubted {
			t.Errorf("%v of %v: got %q", c.started, c.due, got)
		}
	}
}
