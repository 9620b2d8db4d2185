package report

import (
	"fmt"
	"strings"
	"time"

	"contend/internal/format"
	"contend/workload/measure"
	"contend/workload/scenario"
)

// Client describes the process that made the load. It helps to distinguish a slow store
// from a client that was itself at its limit.
type Client struct {
	// CPU is the average number of processors that this process used while it made the
	// load; CPUs is how many it had. The embedded server is part of the process.
	CPU  *float64 `json:"cpu,omitempty"`
	CPUs int      `json:"cpus"`
	// Delay is how late a goroutine that only sleeps woke up.
	Delay Times `json:"scheduling_delay"`
	// ArrivalDelay is how late operations of an open loop began although a worker was
	// free; absent in a closed loop.
	ArrivalDelay *Times `json:"arrival_delay,omitempty"`
	// ClockStepMS is the largest step of the wall clock against the monotonic one.
	ClockStepMS float64 `json:"clock_step_ms"`
}

// The limits beyond which a client is doubtful. Each is far above what an idle machine
// shows, and large enough to distort the latencies being compared.
const (
	// maxDelay limits the 99th percentile of Delay. An idle machine wakes a sleeper
	// within about 0.1 ms. Go lets a goroutine run for 10 ms before it takes the
	// processor away, so a sleeper that was later than that waited for more than one
	// goroutine, or for other programs. The scenario hot-key with its embedded server
	// was seen at 5 ms on two processors that other programs kept busy.
	maxDelay = 10.0 // ms
	// maxCPU is the share of the processors that may be busy on average. Above it there
	// is hardly a moment without a queue for them. hot-key uses a quarter of two
	// processors. A closed loop on an embedded server without latency can use all of
	// them; then the machine limits the load.
	maxCPU = 0.9
	// maxClockStep is more than slewing does, and more than a virtual machine loses
	// when it is moved. A smaller step changes no timestamp that people read.
	maxClockStep = 100 * time.Millisecond
	// fewestDelays is how many delays a percentile needs so that no single one decides
	// it; wake-ups reach it in two seconds.
	fewestDelays = 200
)

// Doubtful returns the reason why the times that this client measured describe the
// client as much as the store, as a clause without a full stop; "" if there is none.
// Verdicts do not depend on it. A nil client is not doubtful.
func (c *Client) Doubtful() (reason string) {
	if c == nil {
		return ""
	}
	var late []string
	if p99 := c.Delay.P99; p99 != nil && *p99 > maxDelay && c.Delay.Count >= fewestDelays {
		late = append(late, fmt.Sprintf("1%% of its wake-ups were at least %s ms late", format.Number(*p99)))
	}
	if a := c.ArrivalDelay; a != nil && a.P99 != nil && *a.P99 > maxDelay && a.Count >= fewestDelays {
		late = append(late, fmt.Sprintf("1%% of the operations began at least %s ms late although a worker was free", format.Number(*a.P99)))
	}
	if c.CPU != nil && c.CPUs > 0 && *c.CPU > maxCPU*float64(c.CPUs) {
		used := fmt.Sprintf("it used %s of %s", format.Number(*c.CPU), format.Count(int64(c.CPUs), "processor"))
		return "the client was saturated: " + strings.Join(append([]string{used}, late...), ", ")
	}
	if len(late) > 0 { // because of other programs, or of a limit on its processor time
		return "the client was held up: " + strings.Join(late, ", ")
	}
	return ""
}

// doubts returns the warnings about the client.
func (c *Client) doubts() []string {
	var doubts []string
	if reason := c.Doubtful(); reason != "" {
		doubts = append(doubts, reason+"; its times describe this machine as much as the store")
	}
	if c != nil && c.ClockStepMS > millis(maxClockStep) {
		doubts = append(doubts, fmt.Sprintf("the wall clock was moved by %s ms during the run: times of day do not match other machines, but durations are right",
			format.Number(c.ClockStepMS)))
	}
	return doubts
}

// client is nil if the run did not watch its own process, which has no part in a
// simulated one.
func client(run *measure.Result) *Client {
	use := &run.Client
	if use.CPUs == 0 || run.Scenario.Target == scenario.TargetSimulated {
		return nil
	}
	c := &Client{CPUs: use.CPUs, Delay: TimesOf(&use.Delay), ClockStepMS: millis(use.ClockStep)}
	if use.CPUKnown {
		c.CPU = Ratio(use.CPU.Seconds(), use.CPUIn.Seconds())
	}
	if run.OpenLoop != nil {
		delay := TimesOf(&run.OpenLoop.Delay)
		c.ArrivalDelay = &delay
	}
	return c
}
