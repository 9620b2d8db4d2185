package fault

import "time"

// Course is what one request meets on its way to the server and back. A transport calls
// its methods in the order of events, each with the moment of the event since
// [Plan.Begin]: [Course.Arrive]; [Course.Leave] after the delay; [Course.Sent] and
// [Course.Delivered] for each time that the server gets the request; [Course.Return] when
// there is an answer for the client; and [Course.Injected] at the end, whatever happened.
// It is for one goroutine.
type Course struct {
	injectors []*injector
	worker    int
	began     time.Time

	left   time.Duration // when the request was to be sent, since began
	fate   Fate
	met    []Injected
	common Injected // what all of met have in common
}

// Fate says what happens to a request when it is sent.
type Fate struct {
	// Kind is the fault's kind; "" is no fault.
	Kind Kind
	// Sends is how often the server gets the request: 0, 1 or 2. The second time is
	// after the first answer.
	Sends int
}

// Passes reports whether the client gets the server's answer, the first one if there
// are two. Otherwise the client gets what the kind says. If the server does not answer
// the first time that it gets the request, the client gets nothing, whatever the kind.
func (f Fate) Passes() bool { return f.Kind == "" || f.Kind == Duplicate }

// Arrive returns how long the request is held back before it is sent. If the client's
// time ends before that, the request is not sent.
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

// Leave returns the fate of the request, which is sent now. All rules draw, whichever is
// chosen, so that no rule disturbs the random stream of another.
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

// sends is how often the server gets a request with a fault.
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

// MeetsNothing reports whether the request meets no fault and its answer can meet none.
// Call it after [Course.Leave].
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

// Sent says that the server gets the request.
func (c *Course) Sent() { c.common.Pending = true }

// Delivered says that the request that was sent was answered in full, with a status of
// HTTP, and a code such as "ConditionalCheckFailedException"; "" if it is no error.
func (c *Course) Delivered(status int, code string) {
	c.common.Pending = false
	c.common.Delivered++
	c.common.Status, c.common.ErrorType = status, code
}

// Return reports whether an answer for the client, from the server or made up, is lost on
// its way: it came during a partition that began after the request was sent. A partition
// that had begun before has let the request pass.
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

// unanswered counts the deliveries whose answer the client did not get.
func (c *Course) unanswered() int {
	if c.common.Answered {
		return c.common.Delivered - 1
	}
	return c.common.Delivered
}
