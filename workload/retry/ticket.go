package retry

import (
	"math"
	"time"

	"contend/counter"
)

const (
	// turnPart is the part of the mean turns before it that a client sleeps.
	turnPart = 0.8
	// silentTurns and silentAtMost are how many of the longest gaps a turn may be silent
	// for each client up to this one, without foreigners and with many.
	silentTurns, silentAtMost = 4.0, 30.0
	// longestSilence is how long a turn may be silent at most, and how long a client sleeps
	// at most before it looks, so that a turn is taken over after twice that time.
	longestSilence = float64(15 * time.Second)
	// maxLeavePolls is how often a client that leaves looks for its turn to come.
	maxLeavePolls = 1000
)

// ticket decides for [Ticket]: clients queue in the item. In it are next, the number of
// tickets taken; serve, the ticket whose turn it is; forf, below which tickets are void;
// gm and gx, the mean and the longest gap; ch, the mean number of operations of a turn; k,
// how many may try at once; pv as in [SharedWindow]. a = t − serve is how many are before
// the ticket t. G is the own gap, b is [Policy.Chain]; nf and nF are the operation's
// conflicts with followers and with foreigners, κ = ¼; v_s is the version when the client
// first saw serve as it is.
//
//	begins:   with a ticket: wait for what is left of the wait before, read, turn.
//	          The last ticket had to wait: take one.  Else read;
//	          next = serve: write without a ticket, else take one
//	turn:     t < forf, t ≥ next, or a < 0, k = 1 and nf > 1 + nF: take a new ticket.  a < k: write
//	          serve is silent for min(30, 4 + 2·(v−v_s))·max(G, gx)·a, at most 15 s: take over, write
//	          else wait 0.8·(a − k + ½)·(½ + max(1, ch))·gm/k − G, at most 15 s, read, turn
//	write:    serve' = serve+1, gm += (G−gm)/16, gx' = max(G, .998·gx), ch += (operations−ch)/16
//	          k += .2·(max(1, min(64, κ·nF)) − k), below 1.05: 1
//	          take-over: serve' = t+1, forf' = t
//	          enlist: another operation waits here: next+1 in the same write, a ticket for nothing
//	          chain: fewer than b done and more wait: serve stays, and the next write is built on the reply
//	conflict: without a ticket: take one; with one: turn, with the item that refused
//	throttled: wait (½+u)·G, twice as long each time if others are before it, at most 1 s
//	leaves:   give up the turn that it has; with a ticket, wait for the turn and give it up,
//	          but not for a silent one
//
// It needs the version, eight attributes and an unconditional update of one of them. It is
// for clients that may be far and near, that come and go, and that need a fair share or a
// bound for the slowest operation. It is not for stores that allow no unconditional
// write, for counters in transactions (which the tickets would cancel), nor where one
// reply in thirty is lost.
//
// The numbers only decide who tries; that the write is refused unless the version is the
// one that was read keeps the counter right. Hostile numbers delay it: a client looks after
// 15 s at most, a silent turn is taken over after 30 s at most, gm counts as a 64th to 64
// times the own gap, gx as 1 to 64 times it, ch and k as 1 to 64. Where they contradict
// each other (see [corrupt]), the next write sets all of them anew.
//
// Source: ticket locks (Mellor-Crummey and Scott, 1991) moved into the item, with the
// bounds that clients which vanish need; measured here.
func (p Policy) ticket(a Attempt, m Memory, u float64) (Decision, Memory) {
	if a.Known {
		m.queue = m.queue.look(a)
	}
	switch a.Moment {
	case Begins:
		return p.joinQueue(a, m)
	case TookTicket:
		return p.tookTicket(a, m, u)
	case WasRead:
		if a.Outcome == counter.Applied {
			return p.inQueue(a, m)
		}
		return readAfter(m.queueBackoff(a, u)), m
	}
	switch a.Outcome {
	case counter.Applied:
		m.queue = m.queue.wrote(a)
		return Decision{}, m
	case counter.Conflict:
		switch {
		case m.queue.alone:
			return readAfter(u * gap(a) * math.Pow(2, float64(min(m.now.followers+m.now.foreigners, 6)))), m
		case a.Known && (m.queue.holds || corrupt(shared(a.State))):
			return p.inQueue(a, m)
		case !m.queue.holds:
			return m.queue.take(a), m
		}
		return readAfter(0), m
	}
	m.queue.enlists = false // it would not be known which ticket
	return readAfter(m.queueBackoff(a, u)), m
}

// queueBackoff is [Memory.backoff], short for a client whose turn it is, because the others
// wait for it.
func (m Memory) queueBackoff(a Attempt, u float64) float64 {
	wait := m.backoff(a, u)
	if m.queue.holds && m.queue.ticket <= m.queue.serve+1 {
		wait = min(wait, (0.5+u)*gap(a))
	}
	return wait
}

// joinQueue begins an operation.
func (p Policy) joinQueue(a Attempt, m Memory) (Decision, Memory) {
	m.queue.alone = false
	switch {
	case a.Known && (m.queue.holds || m.queue.done > 0):
		return p.inQueue(a, m)
	case m.queue.hot && !m.queue.holds:
		return m.queue.take(a), m
	}
	if !m.queue.holds {
		m.queue.done = 0
		return readAfter(0), m
	}
	// The operation that took the ticket was given up. Those after it look no sooner.
	return readAfter(float64(max(m.queue.due-a.Now, 0))), m
}

// tookTicket goes on from a ticket, or without one if it was refused for good.
func (p Policy) tookTicket(a Attempt, m Memory, u float64) (Decision, Memory) {
	numbers := shared(a.State)
	switch {
	case a.Outcome == counter.Applied && a.Known && a.State.Shared != nil && !numbers.Damaged:
		m.queue = m.queue.hold(before(numbers.Next), a)
		m.queue.hot = m.queue.ticket != numbers.Serve
		return p.inQueue(a, m)
	case a.Outcome == counter.Applied || a.Outcome == counter.Failed:
		m.queue.alone = true
		return readAfter(0), m
	}
	d := m.queue.take(a)
	d.Wait = nanoseconds(m.backoff(a, u), LongestPace)
	return d, m
}

// inQueue goes on from a state.
func (p Policy) inQueue(a Attempt, m Memory) (Decision, Memory) {
	d, next := p.turn(a, m)
	if m.queue.lags && d.Next == Write {
		return readAfter(0), m.polls(false) // a write that is built on an old version would lose
	}
	return d, next
}

// turn is what follows from a state, be it old or not.
func (p Policy) turn(a Attempt, m Memory) (Decision, Memory) {
	q, numbers := &m.queue, shared(a.State)
	ahead := q.ahead(numbers)
	switch {
	case corrupt(numbers):
		return p.writeTurn(a, m, false)
	case !q.holds && (q.alone || q.done > 0 || numbers.Next == numbers.Serve):
		return p.writeTurn(a, m, false)
	case !q.holds, m.passedOver(numbers, ahead):
		return q.take(a), m
	case q.ticket >= numbers.Next: // it cannot be, unless the read lagged behind
		return readAfter(0), m.polls(false)
	case ahead < pushing(numbers):
		return p.writeTurn(a, m, false)
	}
	silent, limit := since(a.Now, q.at), silence(a, *q, ahead)
	if silent > limit {
		return p.writeTurn(a, m, true)
	}
	d := Decision{Next: Read, Wait: nanoseconds(min(untilTurn(a, ahead), limit-silent), LongestPace)}
	m.queue.due = a.Now + d.Wait
	if m = m.polls(p.EventualPolls && ahead > 1); m.queue.lags {
		d.Next = ReadEventually
	}
	return d, m
}

// passedOver reports whether the client's ticket is no longer good. One whose turn is over
// may be: as long as several try at once, others may have used the turn. But if it loses to
// clients that queue, there are more of them at it than there are turns, such as those that
// repeat a write whose reply was lost; one that goes back into the queue ends that.
func (m Memory) passedOver(s counter.Shared, ahead float64) bool {
	q := m.queue
	return q.ticket < s.Void || q.ticket >= s.Next && !q.lags ||
		ahead < 0 && pushing(s) == 1 && m.now.followers > 1+m.now.foreigners
}

// polls notes whether the next read may lag behind.
func (m Memory) polls(lags bool) Memory {
	m.queue.lags = lags
	return m
}

// silence is how long a turn may be silent before a client takes over that has so many
// before it, in nanoseconds.
func silence(a Attempt, q place, ahead float64) float64 {
	writes := max(float64(a.State.Version)-float64(q.version), 0)
	turns := min(silentAtMost, silentTurns+2*writes)
	return min(turns*longest(a)*ahead, longestSilence)
}

// untilTurn is how long a client sleeps that has so many before it, in nanoseconds.
func untilTurn(a Attempt, ahead float64) float64 {
	numbers := shared(a.State)
	k := pushing(numbers)
	return clamp(turnPart*(ahead-k+0.5)*(0.5+thousandths(numbers.Chained))*meanGap(a)/k-gap(a), 0, longestSilence)
}

// meanGap is the mean gap of all clients, in nanoseconds: the own one if there is none yet.
func meanGap(a Attempt) float64 {
	g, mean := gap(a), float64(shared(a.State).MeanGap)
	if mean == 0 {
		return g
	}
	return clamp(mean, g/64, 64*g)
}

// longest is the longest gap of any client, in nanoseconds.
func longest(a Attempt) float64 {
	return clamp(float64(shared(a.State).LongestGap), gap(a), 64*gap(a))
}

// pushing is how many clients may try at once.
func pushing(s counter.Shared) float64 { return thousandths(s.Pushing) }

// thousandths is a number in thousandths within its bounds.
func thousandths(n int64) float64 { return clamp(float64(n)/1000, 1, 64) }

// leave goes on until the client holds no turn that others wait for.
func (p Policy) leave(a Attempt, m Memory, u float64) (Decision, Memory) {
	stop := Decision{Next: Stop, Reason: ReasonLeaves}
	if a.Moment == Leaves {
		m.queue.polls = 0
	}
	if a.Known {
		m.queue = m.queue.look(a)
	}
	q, numbers := &m.queue, shared(a.State)
	q.done, q.hot, q.lags = 0, false, false
	if !q.holds {
		return stop, m
	}
	switch {
	case q.looked && q.serve == q.ticket:
		q.holds = false
		return Decision{Retry: true, Next: Release, Ticket: q.ticket}, m
	case q.polls >= maxLeavePolls,
		a.Known && (corrupt(numbers) || q.ticket < numbers.Serve || q.ticket < numbers.Void || q.ticket >= numbers.Next):
		q.holds = false
		return stop, m
	}
	if a.Known && since(a.Now, q.at) > silence(a, *q, q.ahead(numbers)) {
		q.holds = false // whoever wants a turn takes over
		return stop, m
	}
	q.polls++
	wait := 0.0
	if a.Known {
		// Most turns before it end as its own, if many leave at once.
		wait = turnPart * (q.ahead(numbers) + 0.5) * 1.5 * meanGap(a)
	} else if a.Outcome != counter.Applied && a.Moment == WasRead {
		m.now = m.now.failed(a)
		wait = m.backoff(a, u)
	}
	d := readAfter(min(wait, longestSilence))
	d.Retry = true
	return d, m
}
