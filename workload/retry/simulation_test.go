package retry

import (
	"container/heap"
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

	lost     float64       // share of requests that are lost, half of them before their effect
	writeGap time.Duration // 1/W; 0: no limit
	free     time.Duration // when the store has capacity again

	tally
}

// tally is what was counted since the last reset.
type tally struct {
	since                           time.Duration
	writes, reads, throttled, taken int
	wins                            []int
}

type client struct {
	number   int
	policy   Policy
	hop, sd  time.Duration
	memory   Memory
	gap      time.Duration
	attempt  Attempt // what is known
	told     time.Duration
	began    time.Duration
	decision Decision
	latest   time.Duration // when the reply is due; an older one is not waited for
	leaving  bool
	absent   bool
	timedOut bool
}

type event struct {
	at       time.Duration
	sequence int
	client   *client
	arrives  bool // at the store; else at the client
	effect   bool // a request that is lost may have one
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
	a, b := e.list[i], e.list[j]
	return a.at < b.at || a.at == b.at && a.sequence < b.sequence
}

const requestTimeout = 300 * time.Millisecond

// simulate makes a simulation of n clients with the policy, each with a one-way latency of
// N(10, 2) ms.
func simulate(seed uint64, n int, p Policy) *simulation {
	s := &simulation{random: rand.New(rand.NewPCG(seed, 0))}
	s.join(n, p)
	return s
}

func (s *simulation) join(n int, p Policy) {
	for range n {
		c := &client{number: len(s.fleet), policy: p, hop: 10 * time.Millisecond, sd: 2 * time.Millisecond}
		s.fleet = append(s.fleet, c)
		s.begin(c, false)
	}
	s.reset()
}

func (s *simulation) reset() { s.tally = tally{since: s.now, wins: make([]int, len(s.fleet))} }

func (s *simulation) latency(c *client) time.Duration {
	return (c.hop + time.Duration(s.random.NormFloat64()*float64(c.sd))).Abs()
}

// runFor lets the time pass.
func (s *simulation) runFor(d time.Duration) {
	end := s.now + d
	for s.events.Len() > 0 && s.events.list[0].at <= end {
		e := heap.Pop(&s.events).(event)
		s.now = e.at
		if e.arrives {
			s.serve(e.client, e.effect)
		} else if e.client.latest == e.at {
			s.reply(e.client)
		}
	}
	s.now = end
}

func (s *simulation) schedule(at time.Duration, c *client, arrives, effect bool) {
	s.events.next++
	heap.Push(&s.events, event{at, s.events.next, c, arrives, effect})
	if !arrives {
		c.latest = at
	}
}

func (s *simulation) begin(c *client, known bool) {
	c.began = s.now
	c.attempt = Attempt{Moment: Begins, State: c.attempt.State, Known: known}
	if c.leaving {
		c.attempt.Moment = Leaves
	}
	s.decide(c)
}

// decide asks the policy and sends what it says.
func (s *simulation) decide(c *client) {
	a := &c.attempt
	a.Now, a.Elapsed, a.Gap, a.Worker, a.Workers, a.Waiting = s.now, s.now-c.began, c.gap, c.number, len(s.fleet), !c.leaving
	c.decision, c.memory = c.policy.Decide(*a, c.memory, s.random.Float64())
	a.LastWait = c.decision.Wait
	switch {
	case !c.decision.Retry && (c.leaving && a.Moment != Ended || c.absent):
		c.absent = true
		return
	case !c.decision.Retry:
		s.begin(c, a.Known && a.Outcome == counter.Applied)
		return
	}
	s.send(c, c.decision.Wait)
}

func (s *simulation) send(c *client, wait time.Duration) {
	lost := s.random.Float64() < s.lost
	effect := !lost || s.random.IntN(2) == 0
	if c.timedOut = lost; lost {
		s.schedule(s.now+wait+requestTimeout, c, false, false)
	}
	if effect {
		s.schedule(s.now+wait+s.latency(c), c, true, !lost)
	}
}

// serve is what the store does; the client's attempt has the answer.
func (s *simulation) serve(c *client, answers bool) {
	a := &c.attempt
	a.Outcome = counter.Applied
	switch c.decision.Next {
	case Usual, Read, ReadEventually:
		s.reads++
	default:
		s.writes++
		if s.writeGap > 0 {
			if s.free > s.now {
				s.writes--
				s.throttled++
				a.Outcome = counter.Throttled
				break
			}
			s.free = max(s.free, s.now-time.Second) + s.writeGap
		}
		s.change(c)
	}
	if answers {
		s.schedule(s.now+s.latency(c), c, false, true)
	}
	copied := s.shared
	if c.decision.Next == Write {
		took := s.now - c.told
		c.gap = Average(c.gap, took)
		a.Seen = a.State
	}
	c.told = s.now
	a.State, a.Known = s.item, a.Outcome != counter.Throttled
	a.State.Shared = &copied
}

// change makes the change of a write, a ticket or a release.
func (s *simulation) change(c *client) {
	d, a := c.decision, &c.attempt
	switch d.Next {
	case TakeTicket:
		s.taken++
		s.shared.Next++
		if d.Longest > 0 {
			s.shared.LongestGap = int64(d.Longest)
		}
	case Release:
		if s.shared.Serve == d.Ticket {
			s.shared.Serve++
		}
	case Write:
		if a.State.Version != s.item.Version {
			a.Outcome = counter.Conflict
			return
		}
		s.wins[c.number]++
		s.item.Version++
		if d.Shares {
			next := s.shared.Next
			if s.shared.Damaged {
				next = 0
			}
			s.shared = d.Shared
			s.shared.Next = next
		}
		if d.Enlist {
			s.shared.Next++
		}
	}
}

// reply is what the client makes of an answer, or of none.
func (s *simulation) reply(c *client) {
	a := &c.attempt
	if c.timedOut {
		a.Outcome, a.Known = counter.Unknown, false
	}
	switch c.decision.Next {
	case Usual: // the read of a policy that does not pace
		c.decision.Next = Write
		if a.Outcome == counter.Applied {
			s.send(c, 0)
			return
		}
		a.Number, a.Moment = a.Number+1, Ended
	case Read, ReadEventually:
		a.Moment = WasRead
	case TakeTicket:
		a.Moment = TookTicket
	case Write:
		a.Number, a.Moment = a.Number+1, Ended
	case Release:
		c.absent = true
		return
	}
	s.decide(c)
}
