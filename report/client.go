package report

import (
	"fmt"
	"strings"
	"time"

	"contend/internal/format"
	"contend/workload/measure"
)

// Client is what is known of the process that put the load on, to tell a slow
// store from a client that was itself at its limit.
type Client struct {
	// CPU is the processors that this process used on average while it put load on, and
	// CPUs how many there are for it. The embedded server is part of the process.
	CPU  *float64 `json:"cpu,omitempty"`
	CPUs int      `json:"cpus"`
	// Delay is by how much a sleeper that does nothing else woke up late.
	Delay Times `json:"scheduling_delay"`
	// ArrivalDelay is by how much operations of an open loop began late although a
	// free worker awaited them; absent in a closed loop.
	ArrivalDelay *Times `json:"arrival_delay,omitempty"`
	// ClockStepMS is the largest step of the wall clock against the monotonic one.
	ClockStepMS float64 `json:"clock_step_ms"`
}

// The limits beyond which a client is doubtful. Each is far from what an idle
// machine shows and near what makes times wrong by as much as they are compared
// by.
const (
	// mostDelay is of the 99th percentile. An idle machine wakes a sleeper in a tenth
	// of a millisecond or so. Go lets a goroutine run for 10 ms before it takes the
	// processor away: a sleeper that waits for longer had to wait for more than one,
	// or for other programs. The scenario hot-key with its embedded server was seen
	// at 5 ms on two processors that others kept busy, too.
	mostDelay = 10.0 // ms
	// mostCPU is the part of the processors that may be busy on average: beyond it
	// there is hardly a moment without a queue for them. hot-key uses a quarter of two
	// processors; a closed loop on an embedded server without latency can use all, and
	// then the machine is what bounds it.
	mostCPU = 0.9
	// mostClockStep is beyond what slewing does, and what a virtual machine loses
	// when it is moved; a step that was smaller moves no timestamp that people read.
	mostClockStep = 100 * time.Millisecond
	// fewestLooks is how many times make a percentile that does not hang on one of
	// them; of wake-ups it is two seconds.
	fewestLooks = 200
)

// Doubtful says why times that this client measured say as much about itself as
// about the store, in a clause without a full stop; "" if nothing suggests it.
// Verdicts do not depend on it. A nil client is not known to be doubtful.
func (c *Client) Doubtful() (reason string) {
	if c == nil {
		return ""
	}
	var late []string
	if p99 := c.Delay.P99; p99 != nil && *p99 > mostDelay && c.Delay.Count >= fewestLooks {
		late = append(late, fmt.Sprintf("1%% of its wake-ups came %s ms late or more", format.Number(*p99)))
	}
	if a := c.ArrivalDelay; a != nil && a.P99 != nil && *a.P99 > mostDelay && a.Count >= fewestLooks {
		late = append(late, fmt.Sprintf("1%% of the operations that a free worker awaited began %s ms late or more", format.Number(*a.P99)))
	}
	if c.CPU != nil && c.CPUs > 0 && *c.CPU > mostCPU*float64(c.CPUs) {
		used := fmt.Sprintf("it used %s of %s", format.Number(*c.CPU), format.Count(int64(c.CPUs), "processor"))
		return "the client was saturated: " + strings.Join(append([]string{used}, late...), ", ")
	}
	if len(late) > 0 { // by other programs, or by a limit on its processor time
		return "the client was held up: " + strings.Join(late, ", ")
	}
	return ""
}

// doubts are warnings about the client.
func (c *Client) doubts() []string {
	var doubts []string
	if reason := c.Doubtful(); reason != "" {
		doubts = append(doubts, reason+"; its times say as much about this machine as about the store")
	}
	if c != nil && c.ClockStepMS > millis(mostClockStep) {
		doubts = append(doubts, fmt.Sprintf("the wall clock was set by %s ms during the run: times of day are not those of other machines, durations are right",
			format.Number(c.ClockStepMS)))
	}
	return doubts
}

// client is nil if the run did not look.
func client(run *measure.Result) *Client {
	use := &run.Client
	if use.CPUs == 0 {
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
