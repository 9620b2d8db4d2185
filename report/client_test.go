package report_test

import (
	"strings"
	"testing"
	"time"

	"contend/report"
	"contend/report/reporttest"
	"contend/workload/measure"
)

func TestDoubtful(t *testing.T) {
	const busy, heldUp = "the client was saturated: ", "the client was held up: "
	late := func(count int64, p99 float64) report.Times { return report.Times{Count: count, P99: &p99} }
	for _, c := range []struct {
		name   string
		client *report.Client
		want   string
	}{
		{"not looked at", nil, ""},
		{"idle", &report.Client{CPU: new(0.1), CPUs: 2, Delay: late(1000, 0.2)}, ""},
		{"busy, not full", &report.Client{CPU: new(1.79), CPUs: 2, Delay: late(1000, 9.9)}, ""},
		{"full", &report.Client{CPU: new(1.95), CPUs: 2, Delay: late(1000, 5)}, busy + "it used 1.95 of 2 processors"},
		{"no such number here", &report.Client{CPUs: 2, Delay: late(1000, 5)}, ""},
		{"woken late", &report.Client{CPUs: 1, Delay: late(1000, 12)}, heldUp + "1% of its wake-ups were at least 12.0 ms late"},
		{"too few looks", &report.Client{CPUs: 1, Delay: late(199, 12)}, ""},
		{"clock set", &report.Client{CPUs: 1, ClockStepMS: 1e6}, ""},
		{"late with arrivals", &report.Client{CPUs: 1, ArrivalDelay: new(late(200, 30))}, heldUp + "1% of the operations began at least 30.0 ms late although a worker was free"},
		{"all", &report.Client{CPU: new(1.0), CPUs: 1, Delay: late(200, 11), ArrivalDelay: new(late(200, 30))},
			busy + "it used 1.00 of 1 processor, 1% of its wake-ups were at least 11.0 ms late, 1% of the operations began at least 30.0 ms late although a worker was free"},
	} {
		if got := c.client.Doubtful(); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestClientOfARun(t *testing.T) {
	f := reporttest.NewFixture(1)
	f.Load(10)
	if got := f.Report().Client; got != nil {
		t.Errorf("a run that did not look: got %+v", got)
	}
	f.Result.Client = measure.ClientUse{CPUs: 4, CPU: 20200 * time.Millisecond, CPUIn: 10100 * time.Millisecond, CPUKnown: true, ClockStep: 101 * time.Millisecond}
	r := f.Report()
	if *r.Client.CPU != 2 || r.Client.ClockStepMS != 101 || r.Client.ArrivalDelay != nil {
		t.Errorf("got %+v", r.Client)
	}
	if all := strings.Join(r.Warnings, "\n"); !strings.Contains(all, "the wall clock was moved by 101 ms during the run") || strings.Contains(all, "saturated") {
		t.Errorf("warnings:\n%s", all)
	}
	f.Result.Client.CPUKnown = false
	if got := f.Report().Client.CPU; got != nil {
		t.Errorf("a system that does not tell: got %v processors", *got)
	}
}
