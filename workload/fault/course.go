package fault

import "time"

// Course is what one request meets on its way to the server and back. A transport calls
// its methods in the order of events: [Course.Arrive] when the client sends the request;
// [Course.Leave] after the delay; [Course.Sent] and [Course.Delivered] each time that the
// server gets and answers it; [Course.Return] when there is an answer for the client; and
// [Course.Injected] at the end, whatever happened. A parameter at is the time of the event
// since [Plan.Begin]. A Course comes from [Plan.Course] and is for one goroutine.
type Course struct {
	injectors []*injector
	worker    int
	began     time.Time

	left   time.Duration // when the request left the client, after any delay; since began
	fate   Fate
	met    []Injected // with only Rule, Kind and Delay set, until Injected is called
	common Injected   // the fields that all faults of the request share
}

// Fate says what happens to a request when it is sent.
type Fate struct {
	// Kind is the fault's kind; "" means no fault.
	Kind Kind
	// Sends is how often the server gets the request: 0, 1 or 2. It gets the second
	// copy after it has answered the first.
	Sends int
}

// Passes reports whether the client gets the server's answer; of two answers, it gets the
// first. If Passes is false, the client gets what the kind of fault puts in its place. If
// the server does not answer the first copy, the client gets nothing, whatever the kind.
func (f Fate) Passes() bool { return f.Kind == "" || f.Kind == Duplicate }

// Arrive returns how long the request is held back before it is sent; 0 means not at all.
// The transport must not send the request if the client gives up in the meantime.
func (c *Course) Arrive(at time.Duration) (hold time.Duration) {
	for _, i := range c.injectors {
		if i.Kind != LateRequest || !i.concerns(c.worker) || !i.isOpen(at) {
			continue
		}
		if draw := i.draw(c.worker); draw.hit && i.take() {
			length := i.Delay.length(draw.side)
			hold += length
			c.meet(i, length)
		}
	}
	return hold
}

// Leave returns the fate of the request, which is sent now. Every rule draws, even after
// another has been chosen, so that no rule disturbs the random stream of another.
func (c *Course) Leave(at time.Duration) Fate {
	c.left = at
	c.fate = Fate{Sends: 1}
	for _, i := range c.injectors {
		if i.Kind == LateRequest || !i.concerns(c.worker) || !i.isOpen(at) {
			continue
		}
		if draw := i.draw(c.worker); draw.hit && c.fate.Kind == "" && i.take() {
			c.fate = Fate{Kind: i.Kind, Sends: sends(i.Kind, draw.side)}
			c.meet(i, 0)
		}
	}
	return c.fate
}

// sends is how often the server gets a request with a fault. side is a random number in
// [0, 1).
func sends(kind Kind, side float64) int {
	const half = 0.5
	switch kind {
	case LostRequest, Throttle, ServerErrorBefore, Partition:
		return 0
	case Reset:
		if side < half {
			return 0
		}
	case Duplicate:
		return 2
	}
	return 1
}

// MeetsNothing reports whether the request has met no fault, and its answer cannot meet
// one either. Call it after [Course.Leave].
func (c *Course) MeetsNothing() bool {
	if len(c.met) > 0 {
		return false
	}
	for _, i := range c.injectors {
		if i.Kind == Partition && i.concerns(c.worker) && i.From > c.left {
			return false
		}
	}
	return true
}

// Sent notes that the request is on its way to the server.
func (c *Course) Sent() { c.common.Pending = true }

// Delivered notes that the server has answered the request in full. status is the HTTP
// status; code is the error code, such as "ConditionalCheckFailedException", or "" if the
// answer is no error.
func (c *Course) Delivered(status int, code string) {
	c.common.Pending = false
	c.common.Delivered++
	c.common.Status, c.common.ErrorType = status, code
}

// Return reports whether an answer for the client, from the server or made up, is lost on
// its way back. It is lost to a partition that began after the request was sent. A
// partition that had begun before has already let the request pass.
func (c *Course) Return(at time.Duration) (cutOff bool) {
	for _, i := range c.injectors {
		if i.Kind != Partition || !i.concerns(c.worker) || i.isOpen(c.left) || !i.isOpen(at) {
			continue
		}
		if i.draw(c.worker).hit && i.take() {
			c.meet(i, 0)
			return true
		}
	}
	c.common.Answered = c.fate.Passes()
	return false
}

func (c *Course) meet(i *injector, delay time.Duration) {
	c.met = append(c.met, Injected{Rule: i.index, Kind: i.Kind, Delay: delay})
}

// Injected returns the faults that the request met, in the order in which it met them.
func (c *Course) Injected() []Injected {
	for n, met := range c.met {
		injected := c.common
		if last := n == len(c.met)-1; last {
			injected.Unanswered = c.unanswered()
		}
		injected.Rule, injected.Kind, injected.Delay = met.Rule, met.Kind, met.Delay
		c.met[n] = injected
	}
	return c.met
}

// unanswered counts the answers of the server that the client did not get.
func (c *Course) unanswered() int {
	if c.common.Answered {
		return c.common.Delivered - 1
	}
	return c.common.Delivered
}
