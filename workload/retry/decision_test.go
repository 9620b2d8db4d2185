package retry

import (
	"testing"
	"time"

	"contend/counter"
)

// Single decisions of the ticket policy, computed by hand from the formula: the gap is
// 20 ms, the draw 0.5, and the client holds the ticket 9 since the moment 0.
func TestDecisionsInAQueue(t *testing.T) {
	const gap = 20 * ms
	ticket := place{ticket: 9, holds: true, serve: 5, looked: true, version: 70}
	read := func(s counter.Shared) Attempt {
		return Attempt{Moment: WasRead, Outcome: counter.Applied, State: counter.State{Version: 70, Shared: &s}, Known: true}
	}
	next := func(p Policy, q place, a Attempt) Decision {
		a.Gap = gap
		d, _ := p.Decide(a, Memory{queue: q}, 0.5)
		d.Shared.LongestGap = 0 // rounded
		return d
	}
	at := func(now time.Duration, a Attempt) Attempt { a.Now = now; return a }
	numbers := counter.Shared{Next: 12, Serve: 5, MeanGap: int64(gap), Chained: 1000, Pushing: 1000}
	with := func(change func(*counter.Shared)) counter.Shared { s := numbers; change(&s); return s }
	write := func(serve, void int64, pushing int64) Decision {
		return Decision{Retry: true, Next: Write, Shares: true, Shared: counter.Shared{
			PaceVersion: 71, Next: 12, Serve: serve, Void: void, MeanGap: int64(gap), Chained: 1000, Pushing: pushing,
		}}
	}
	reads := func(wait time.Duration) Decision { return Decision{Retry: true, Next: Read, Wait: wait} }
	lags := queues
	lags.EventualPolls = true
	failed := func(moment Moment, outcome counter.Outcome) Attempt { return Attempt{Moment: moment, Outcome: outcome} }
	turn := with(func(s *counter.Shared) { s.Serve = 9 })
	for _, c := range []struct {
		why     string
		policy  Policy
		place   place
		attempt Attempt
		want    Decision
	}{
		{"four before it: 0.8·3.5·1.5 gaps, less one", queues, ticket, read(numbers), reads(64 * ms)},
		{"turns of four: 0.8·3.5·4.5 gaps, less one", queues, ticket, read(with(func(s *counter.Shared) { s.Chained = 4000 })), reads(232 * ms)},
		{"a mean gap beyond belief is 64 gaps, but a silent turn is over sooner", queues, ticket, read(with(func(s *counter.Shared) { s.MeanGap = 1 << 50 })), reads(16 * gap)},
		{"a longest gap beyond belief is 64 gaps", queues, place{ticket: 9, holds: true, serve: 8, looked: true, version: 70}, at(256*gap+1, read(with(func(s *counter.Shared) { s.Serve, s.LongestGap = 8, 1<<50 }))), write(10, 9, 1000)},
		{"a mean gap beyond belief", queues, ticket, read(with(func(s *counter.Shared) { s.MeanGap, s.LongestGap = 1<<50, 1<<50 })), reads(5356 * ms)},
		{"others are before it: the read may lag", lags, ticket, read(numbers), Decision{Retry: true, Next: ReadEventually, Wait: 64 * ms}},
		{"one is before it: it may not", lags, ticket, read(with(func(s *counter.Shared) { s.Serve = 8 })), reads(0)},
		{"its turn", queues, ticket, read(turn), write(10, 0, 1000)},
		{"the ticket of an operation that was given up: when that would have looked", queues, place{ticket: 9, holds: true, serve: 5, looked: true, due: 70 * ms},
			at(50*ms, Attempt{Moment: Begins}), reads(20 * ms)},
		{"the same later", queues, place{ticket: 9, holds: true, serve: 5, looked: true, due: 70 * ms}, at(90*ms, Attempt{Moment: Begins}), reads(0)},
		{"its turn, by a read that may lag: the version is old", lags, place{ticket: 9, holds: true, lags: true}, read(turn), reads(0)},
		{"a void ticket", queues, ticket, read(with(func(s *counter.Shared) { s.Serve, s.Void = 11, 10 })), Decision{Retry: true, Next: TakeTicket, Longest: gap}},
		{"a ticket that was never sold", queues, ticket, read(with(func(s *counter.Shared) { s.Next = 9 })), Decision{Retry: true, Next: TakeTicket, Longest: gap}},
		{"the same in a read that may lag", lags, place{ticket: 9, holds: true, lags: true}, read(with(func(s *counter.Shared) { s.Next = 9 })), reads(0)},
		{"silent for four gaps for each before it", queues, ticket, at(16*gap, read(numbers)), reads(0)},
		{"a foreigner writes: six gaps for each", queues, place{ticket: 9, holds: true, serve: 5, looked: true, version: 69}, at(24*gap, read(numbers)), reads(0)},
		{"silent for longer", queues, ticket, at(16*gap+1, read(numbers)), write(10, 9, 1000)},
		{"three may try at once", queues, ticket, read(with(func(s *counter.Shared) { s.Serve, s.Pushing = 7, 3000 })), write(8, 0, 2600)},
		{"four after foreigners", queues, ticket, read(with(func(s *counter.Shared) { s.Serve, s.Pushing = 9, 1040 })), write(10, 0, 1000)},
		{"no one may write without the numbers making sense", queues, ticket, read(with(func(s *counter.Shared) { s.Serve = 13 })), write(12, 12, 1000)},
		{"nobody queues", queues, place{}, read(with(func(s *counter.Shared) { s.Serve = 12 })), write(12, 0, 1000)},
		{"others queue", queues, place{}, read(numbers), Decision{Retry: true, Next: TakeTicket, Longest: gap}},
		{"others queue, but there are no tickets", queues, place{alone: true}, read(numbers), write(5, 0, 1000)},
		{"a ticket refused for good", queues, place{}, failed(TookTicket, counter.Failed), reads(0)},
		{"a ticket that was throttled", queues, place{}, failed(TookTicket, counter.Throttled), Decision{Retry: true, Next: TakeTicket, Wait: gap}},
		{"a lost reply", queues, ticket, failed(Ended, counter.Unknown), reads(0)},
		{"throttled", queues, ticket, failed(Ended, counter.Throttled), reads(gap)},
		{"a failure that is not tried again", queues, ticket, failed(WasRead, counter.Failed), Decision{Reason: ReasonOutcome}},
	} {
		if got := next(c.policy, c.place, c.attempt); got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.why, got, c.want)
		}
	}
}

// A ticket that is refused for good stops nobody, and is not asked for again.
func TestWithoutTicketsItWritesAnyway(t *testing.T) {
	state := counter.State{Version: 70, Shared: &counter.Shared{Next: 12, Serve: 5}}
	var m Memory
	for i, c := range []struct {
		a    Attempt
		next Action
	}{
		{Attempt{Moment: Begins}, Read},
		{Attempt{Moment: WasRead, Outcome: counter.Applied, State: state, Known: true}, TakeTicket},
		{Attempt{Moment: TookTicket, Outcome: counter.Failed}, Read},
		{Attempt{Moment: WasRead, Outcome: counter.Applied, State: state, Known: true}, Write},
		{Attempt{Moment: Ended, Number: 1, Outcome: counter.Conflict, State: state, Known: true}, Read},
		{Attempt{Moment: WasRead, Outcome: counter.Applied, State: state, Known: true}, Write},
	} {
		var d Decision
		if d, m = queues.Decide(c.a, m, 0.5); !d.Retry || d.Next != c.next {
			t.Errorf("step %d: got %+v, want %v next", i, d, c.next)
		}
	}
}

// A request that fails again and again is repeated less and less often, but a client whose
// turn it is keeps the others waiting.
func TestThrottledClientsSlowDownUnlessOthersWait(t *testing.T) {
	for _, c := range []struct {
		serve int64
		want  time.Duration
	}{{5, 160 * ms}, {8, 20 * ms}} {
		m := Memory{queue: place{ticket: 9, holds: true, serve: c.serve, looked: true}}
		var d Decision
		for range 4 {
			d, m = queues.Decide(Attempt{Moment: Ended, Number: 1, Outcome: counter.Throttled, Gap: 20 * ms}, m, 0.5)
		}
		if d.Wait != c.want {
			t.Errorf("serve %d: got %v after four, want %v", c.serve, d.Wait, c.want)
		}
	}
}

// A ticket that a lost reply may have taken is nobody's: it is the last one of the item only
// right after the client's own write.
func TestAnEnlistedTicketIsKnownFromTheReply(t *testing.T) {
	for _, c := range []struct {
		why     string
		ended   []counter.Outcome
		version int64
		holds   bool
	}{
		{"applied", []counter.Outcome{counter.Applied}, 71, true},
		{"applied, as a later write shows", []counter.Outcome{counter.Applied}, 72, false},
		{"applied, as a read shows after a lost reply", []counter.Outcome{counter.Unknown, counter.Applied}, 71, false},
	} {
		seen := counter.State{Version: 70, Shared: &counter.Shared{Next: 12, Serve: 9}}
		m := Memory{queue: place{ticket: 9, holds: true}}
		a := Attempt{Moment: WasRead, Outcome: counter.Applied, State: seen, Known: true, Waiting: true}
		d, m := enlists.Decide(a, m, 0)
		if !d.Enlist {
			t.Fatalf("got %+v, want it to enlist", d)
		}
		a.Moment, a.Seen, a.State = Ended, seen, counter.State{Version: c.version, Shared: &counter.Shared{Next: 13, Serve: 10}}
		for i, outcome := range c.ended {
			a.Number, a.Outcome, a.Known = i+1, outcome, outcome == counter.Applied
			_, m = enlists.Decide(a, m, 0)
		}
		if m.queue.holds != c.holds || m.queue.holds && m.queue.ticket != 12 {
			t.Errorf("%s: holds %t, ticket %d, want %t, 12", c.why, m.queue.holds, m.queue.ticket, c.holds)
		}
	}
}

// Limits hold for policies that pace too: attempts are counted where they end, and no wait
// after the first passes the deadline.
func TestLimitsOfPoliciesThatPace(t *testing.T) {
	p := window
	p.MaxAttempts, p.Deadline, p.Clients = 3, 100*ms, 5 // a draw of 0.5 waits 70 ms
	for _, c := range []struct {
		why string
		a   Attempt
		u   float64
		d   Decision
	}{
		{"a first attempt may wait for long", Attempt{Moment: Begins}, 0.9, Decision{Retry: true, Wait: 126 * ms, Next: Read}},
		{"a second one", Attempt{Number: 1, Outcome: counter.Conflict, Elapsed: 30 * ms}, 0.5, Decision{Retry: true, Wait: 70 * ms, Next: Read}},
		{"it would pass the deadline", Attempt{Number: 1, Outcome: counter.Conflict, Elapsed: 31 * ms}, 0.5, Decision{Reason: ReasonDeadline}},
		{"the read came after the deadline", Attempt{Number: 1, Moment: WasRead, Outcome: counter.Applied, Elapsed: 101 * ms}, 0.5, Decision{Reason: ReasonDeadline}},
		{"the first read did", Attempt{Moment: WasRead, Outcome: counter.Applied, Elapsed: 101 * ms}, 0.5, Decision{Retry: true, Next: Write}},
		{"the last attempt", Attempt{Number: 3, Outcome: counter.Conflict}, 0.5, Decision{Reason: ReasonMaxAttempts}},
		{"a read before the last attempt", Attempt{Number: 2, Moment: WasRead, Outcome: counter.Applied}, 0.5, Decision{Retry: true, Next: Write}},
		{"applied", Attempt{Number: 1, Outcome: counter.Applied}, 0.5, Decision{Reason: ReasonOutcome}},
		{"leaves", Attempt{Moment: Leaves}, 0.5, Decision{Next: Stop, Reason: ReasonLeaves}},
	} {
		c.a.Gap = 20 * ms
		if got, _ := p.Decide(c.a, Memory{}, c.u); got != c.d {
			t.Errorf("%s: got %+v, want %+v", c.why, got, c.d)
		}
	}
}

// In fleets with clients that follow no policy, followers keep a part of their share.
func TestFollowersHoldOutAmongForeigners(t *testing.T) {
	immediate := Policy{Kind: Immediate, On: allFailures}
	for _, c := range []struct {
		policy, foreign Policy
		clients         int
		want            float64
	}{
		{shares, immediate, 10, 0.6}, {shares, fullJitter, 50, 0.5}, {enlists, immediate, 10, 0.7}, {enlists, fullJitter, 50, 0.58},
	} {
		s := simulate(1, c.clients/2, c.policy)
		s.join(c.clients/2, c.foreign, 10*ms)
		s.runFor(40 * second)
		s.measure(60 * second)
		followers, all := 0, 0
		for i, n := range s.wins {
			if all += n; i < c.clients/2 {
				followers += n
			}
		}
		if share := 2 * float64(followers) / float64(all); share < c.want {
			t.Errorf("%s among %s: got %.2f of its share, want at least %.2f", c.policy.Kind, c.foreign.Kind, share, c.want)
		}
	}
}
