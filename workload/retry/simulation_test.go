package retry

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"time"

	"contend/counter"
)

// simulation is one item and its clients in a closed loop, event by event.
type simulation struct {
	now    time.Duration
	random *rand.Rand
	events events
	item   counter.State
	shared counter.Shared
	fleet  []*client

	lost    float64       // share of requests that are lost, half of them before their effect
	frozen  float64       // share of requests whose reply finds the client frozen, for ten seconds
	writeAt time.Duration // the time that the store needs for a write; 0: none
	free    time.Duration // when the store has capacity again
	tally
}

// tally is what was counted since the last reset.
type tally struct {
	since                    time.Duration
	writes, reads, throttled int
	wins                     []int
}

type client struct {
	number   int
	policy   Policy
	hop, sd  time.Duration // one-way latency
	waits    bool          // its next operation waits
	leaving  bool
	gone     bool // it left, or crashed
	memory   Memory
	gap      time.Duration
	attempt  Attempt // what it knows
	told     time.Duration
	began    time.Duration
	decision Decision
	reply    int // the event that it waits for
	timedOut bool
}

type event struct {
	at       time.Duration
	sequence int
	client   *client
	arrives  bool // at the store; else at the client
	answers  bool // the reply is not lost
}

type events struct {
	list []event
	next int
}

func (e *events) Len() int      { return len(e.list) }
func (e *events) Swap(i, j int) { e.list[i], e.list[j] = e.list[j], e.list[i] }
func (e *events) Push(x any)    { e.list = append(e.list, x.(event)) }
func (e *events) Pop() any {
	last := e.list[len(e.list)-1]
	e.list = e.list[:len(e.list)-1]
	return last
}
func (e *events) Less(i, j int) bool {
	a, b := &e.list[i], &e.list[j]
	return a.at < b.at || a.at == b.at && a.sequence < b.sequence
}

const requestTimeout = 300 * time.Millisecond

// join adds clients, with a one-way latency of N(hop, hop/5).
func (s *simulation) join(n int, p Policy, hop time.Duration) {
	for range n {
		c := &client{number: len(s.fleet), policy: p, hop: hop, sd: hop / 5, waits: true}
		s.fleet = append(s.fleet, c)
		s.begin(c)
	}
	s.reset()
}

func (s *simulation) reset() { s.tally = tally{since: s.now, wins: make([]int, len(s.fleet))} }

func (s *simulation) latency(c *client) time.Duration {
	return (c.hop + time.Duration(s.random.NormFloat64()*float64(c.sd))).Abs()
}

// runFor lets the time pass.
func (s *simulation) runFor(d time.Duration) {
	for end := s.now + d; ; {
		if s.events.Len() == 0 || s.events.list[0].at > end {
			s.now = end
			return
		}
		e := heap.Pop(&s.events).(event)
		s.now = e.at
		if e.arrives {
			s.serve(e.client, e.answers)
		} else if e.client.reply == e.sequence && !e.client.gone {
			s.hear(e.client)
		}
	}
}

func (s *simulation) schedule(c *client, after time.Duration, arrives, answers bool) {
	s.events.next++
	heap.Push(&s.events, event{s.now + after, s.events.next, c, arrives, answers})
	if !arrives {
		c.reply = s.events.next
	}
}

func (s *simulation) begin(c *client) {
	c.began = s.now
	known := c.attempt.Known && c.attempt.Outcome == counter.Applied
	c.attempt = Attempt{Moment: Begins, State: c.attempt.State, Known: known}
	if c.leaving {
		c.attempt.Moment, c.attempt.Known = Leaves, false
	}
	s.decide(c)
}

// decide asks the policy and sends what it says.
func (s *simulation) decide(c *client) {
	a := &c.attempt
	a.Now, a.Elapsed, a.Gap, a.Worker, a.Workers, a.Waiting = s.now, s.now-c.began, c.gap, c.number, len(s.fleet), c.waits
	c.decision, c.memory = c.policy.Decide(*a, c.memory, s.random.Float64())
	switch a.LastWait = c.decision.Wait; {
	case c.decision.Retry:
		s.send(c, c.decision.Wait)
	case c.decision.Reason == ReasonLeaves:
		c.gone = true
	default:
		s.begin(c)
	}
}

func (s *simulation) send(c *client, wait time.Duration) {
	c.timedOut = s.random.Float64() < s.lost
	if c.timedOut {
		s.schedule(c, wait+requestTimeout, false, false)
	}
	if !c.timedOut || s.random.IntN(2) == 0 {
		s.schedule(c, wait+s.latency(c), true, !c.timedOut)
	}
}

// serve is what the store does; the client's attempt has the answer.
func (s *simulation) serve(c *client, answers bool) {
	a := &c.attempt
	a.Outcome = counter.Applied
	if next := c.decision.Next; next == Usual || next == Read || next == ReadEventually {
		s.reads++
	} else if s.writeAt > 0 && s.free > s.now {
		s.throttled++
		a.Outcome = counter.Throttled
	} else {
		s.writes++
		s.free = max(s.free, s.now-time.Second) + s.writeAt
		a.Outcome = s.change(c)
	}
	if answers {
		reply := s.latency(c)
		if s.random.Float64() < s.frozen {
			reply += 10 * time.Second
		}
		s.schedule(c, reply, false, true)
	}
	if c.decision.Next == Write {
		c.gap, a.Seen = Average(c.gap, s.now-c.told), a.State
	}
	numbers := s.shared
	a.State, a.Known, c.told = s.item, a.Outcome != counter.Throttled, s.now
	a.State.Shared = &numbers
}

// change makes a write, a ticket or a release.
func (s *simulation) change(c *client) counter.Outcome {
	d, next := c.decision, s.shared.Next
	switch {
	case d.Next == TakeTicket:
		if s.shared.Damaged {
			return counter.Failed
		}
		s.addTicket()
		if d.Longest > 0 {
			s.shared.LongestGap = int64(d.Longest)
		}
		return counter.Applied
	case d.Next == Release:
		if s.shared.Serve == d.Ticket {
			s.shared.Serve++
		}
		return counter.Applied
	case c.attempt.State.Version != s.item.Version:
		return counter.Conflict
	}
	s.wins[c.number]++
	s.item.Version++
	if d.Shares {
		if s.shared.Damaged {
			next = 0
		}
		s.shared = d.Shared
		s.shared.Next = next
	}
	if d.Enlist {
		s.addTicket()
	}
	return counter.Applied
}

// addTicket adds to a number that may grow beyond what clients read.
func (s *simulation) addTicket() {
	if s.shared.Next++; s.shared.Next == math.MinInt64 {
		s.shared.Next, s.shared.Damaged = 0, true
	}
}

// hear is what the client makes of an answer, or of none.
func (s *simulation) hear(c *client) {
	a := &c.attempt
	if c.timedOut {
		a.Outcome, a.Known = counter.Unknown, false
	}
	switch next := c.decision.Next; {
	case next == Usual && a.Outcome == counter.Applied: // a policy that does not pace has read
		c.decision.Next = Write
		s.send(c, 0)
		return
	case next == Read || next == ReadEventually:
		a.Moment = WasRead
	case next == TakeTicket:
		a.Moment = TookTicket
	case next == Release:
		c.gone = true
		return
	default:
		a.Number, a.Moment = a.Number+1, Ended
	}
	s.decide(c)
}
