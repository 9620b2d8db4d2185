package retry

import (
	"time"

	"contend/counter"
)

const (
	// learning is the part of a new value in the averages of the item.
	learning = 1.0 / 16
	// forgetting is what is left of the longest gap after each write.
	forgetting = 0.998
	// pushGain is how fast k follows, and pushLeast below which it is 1.
	pushGain, pushLeast = 0.2, 1.05
)

// corrupt reports whether the numbers of tickets contradict each other, so that nobody's
// turn could be told from them. Clients alone never leave such numbers.
func corrupt(s counter.Shared) bool {
	return s.Damaged || s.Void > s.Serve || s.Serve > s.Next
}

// writeTurn is the write of a client whose turn it is, or who takes over.
func (p Policy) writeTurn(a Attempt, m Memory, takesOver bool) (Decision, Memory) {
	q, numbers := &m.queue, shared(a.State)
	more := a.Waiting && q.done+1 < p.Chain
	q.endsTurn, q.enlists, q.lags = true, false, false
	switch {
	case corrupt(numbers):
		numbers, q.holds = anew(numbers), false
	case takesOver && more:
		numbers.Serve, numbers.Void, q.endsTurn = q.ticket, q.ticket, false
	case takesOver:
		numbers.Serve, numbers.Void = q.ticket+1, q.ticket
	case more && (!q.holds || numbers.Serve == q.ticket):
		q.endsTurn = false
	case q.holds:
		numbers.Serve = min(after(numbers.Serve), numbers.Next)
	}
	if q.endsTurn {
		q.enlists = p.Enlist && a.Waiting && !numbers.Damaged
		if q.holds {
			numbers.Chained = toThousandths(learn(thousandths(numbers.Chained), float64(q.done+1)))
		}
	}
	g := gap(a)
	numbers.MeanGap = int64(learn(meanGap(a), g))
	numbers.LongestGap = int64(max(g, forgetting*longest(a)))
	k := pushing(numbers)
	k += pushGain * (clamp(foreignWeight*float64(m.now.foreigners), 1, 64) - k)
	if k < pushLeast {
		k = 1
	}
	numbers.Pushing, numbers.PaceVersion, numbers.Damaged = toThousandths(k), after(a.State.Version), false
	return Decision{Next: Write, Shared: numbers, Shares: true, Enlist: q.enlists}, m
}

// anew are numbers of tickets for an empty queue. All older tickets are void. The number of
// tickets stays, so that one taken at the same time counts, unless it is damaged: the write
// sets it to 0 then.
func anew(s counter.Shared) counter.Shared {
	if s.Damaged {
		s.Next = 0
	}
	s.Serve, s.Void = s.Next, s.Next
	return s
}

// learn moves an average.
func learn(mean, x float64) float64 { return mean + (x-mean)*learning }

func toThousandths(x float64) int64 { return int64(1000*x + 0.5) }

// look is the place after a state was seen.
func (q place) look(a Attempt) place {
	numbers := shared(a.State)
	if !q.looked || q.serve != numbers.Serve {
		q.version, q.at = a.State.Version, a.Now
	}
	q.serve, q.longest, q.looked = numbers.Serve, numbers.LongestGap, true
	return q
}

// ahead is how many turns are left until the client's; it is below 0 if the turn is over.
// The difference is exact as long as it fits, which a difference of floats would not be.
func (q place) ahead(s counter.Shared) float64 {
	if d := q.ticket - s.Serve; d >= 0 == (q.ticket >= s.Serve) {
		return float64(d)
	}
	return float64(q.ticket) - float64(s.Serve)
}

// hold is the place with a new ticket. The turn counts as silent from now on: before, the
// queue may have been empty.
func (q place) hold(ticket int64, a Attempt) place {
	q.ticket, q.holds, q.done = ticket, true, 0
	q.version, q.at = a.State.Version, a.Now
	return q
}

// take is the update that takes a ticket. It shows the others the client's gap if that is
// the longest.
func (q place) take(a Attempt) Decision {
	d := Decision{Next: TakeTicket}
	if g := gap(a); a.Gap > 0 && q.looked && g > float64(q.longest) {
		d.Longest = time.Duration(g)
	}
	return d
}

// wrote is the place after a success. A ticket that was enlisted with it is known only if
// the reply shows the item right after this write.
func (q place) wrote(a Attempt) place {
	q.done++
	if !q.endsTurn {
		return q
	}
	q.holds, q.done = false, 0
	numbers := shared(a.State)
	if q.enlists && a.Known && a.State.Version == after(a.Seen.Version) {
		q = q.hold(before(numbers.Next), a)
	}
	q.endsTurn, q.enlists = false, false
	return q
}
