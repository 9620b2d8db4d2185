package retry

import (
	"testing"
	"time"

	"contend/counter"
)

// Each test here is about one way in which an earlier form of a policy failed, and fails
// if what was done about it is taken out.

// Estimates of a turn that were learnt from turns contain the time that was overslept.
func TestAQueueThatOversleptRecovers(t *testing.T) {
	s := simulate(1, 100, queues)
	s.runFor(20 * second)
	s.shared.MeanGap *= 20
	s.runFor(20 * second)
	if f := s.measure(20 * second); f.gaps > 1.6 {
		t.Errorf("got T %.2f, want at most 1.6", f.gaps)
	}
}

// A near client that measures the silence of a turn by its own gap takes the turns of far
// ones. That a ticket shows the longest gap helps a far one that has not written yet.
func TestFarClientsKeepTheirTurns(t *testing.T) {
	for _, p := range []Policy{queues, enlists} {
		s := simulate(1, 0, p)
		s.join(10, p, 2500*time.Microsecond)
		s.runFor(10 * second)
		s.join(10, p, 25*ms)
		s.runFor(10 * second)
		s.measure(40 * second)
		near, far := 0, 0
		for i, n := range s.wins {
			if i < 10 {
				near += n
			} else {
				far += n
			}
		}
		if share := float64(far) / float64(near); share < 0.85 || share > 1.15 {
			t.Errorf("enlist %t: far clients have %.2f of what near ones have, want 0.85 to 1.15", p.Enlist, share)
		}
	}
}

// Clients that lost a reply come back to a queue that went on without them.
func TestTicketsPassedOverAreVoid(t *testing.T) {
	for _, c := range []struct {
		policy        Policy
		writes, turns float64
	}{{queues, 2.2, 1.95}, {enlists, 1.2, 1.95}, {queueChains, 1.35, 1.45}} {
		s := simulate(1, 20, c.policy)
		s.lost = 0.01
		s.runFor(60 * second)
		if f := s.measure(60 * second); f.writes > c.writes || f.gaps > c.turns {
			t.Errorf("%+v: got C %.2f, T %.2f, want at most %.2f, %.2f", c.policy, f.writes, f.gaps, c.writes, c.turns)
		}
	}
}

// Clients that may chain do so only if operations wait.
func TestTurnsAreAsLongAsTheyAre(t *testing.T) {
	s := simulate(1, 100, queueChains)
	s.runFor(20 * second)
	if f := s.measure(20 * second); f.gaps > 1.3 || f.reads > 2 {
		t.Errorf("chained: got T %.2f, R %.2f, want at most 1.3, 2", f.gaps, f.reads)
	}
	for _, c := range s.fleet {
		c.waits = false
	}
	s.runFor(20 * second)
	if f := s.measure(20 * second); f.gaps > 1.6 {
		t.Errorf("no longer chained: got T %.2f, want at most 1.6", f.gaps)
	}
}

// Others that look while a take-over chains must see that the turn is its own.
func TestATakeOverMovesTheTurnAtOnce(t *testing.T) {
	state := counter.State{Version: 5, Shared: &counter.Shared{Next: 9, Serve: 3}}
	a := Attempt{Moment: Begins, Gap: 20 * ms, Waiting: true}
	_, m := queueChains.Decide(a, Memory{queue: place{hot: true}}, 0)
	a.Moment, a.Outcome, a.State, a.Known = TookTicket, counter.Applied, state, true
	_, m = queueChains.Decide(a, m, 0)
	a.Moment, a.Now = WasRead, 10*second
	d, m := queueChains.Decide(a, m, 0)
	if d.Next != Write || d.Shared.Serve != 8 || d.Shared.Void != 8 || d.Enlist {
		t.Errorf("first write: got %+v, want turn 8, and no ticket below it", d)
	}
	written := counter.State{Version: 6, Shared: &d.Shared}
	d.Shared.Next = 9
	a.Moment, a.Number, a.Seen, a.State = Ended, 1, state, written
	_, m = queueChains.Decide(a, m, 0)
	a.Moment, a.Number, a.Outcome, a.Waiting = Begins, 0, counter.Unset, false
	d, _ = queueChains.Decide(a, m, 0)
	if d.Next != Write || d.Wait != 0 || d.Shared.Serve != 9 {
		t.Errorf("last write: got %+v, want turn 9", d)
	}
}

// A wait that many clients left in the item is not for the one that stays.
func TestALoneClientAfterABurstIsQuick(t *testing.T) {
	s := simulate(1, 200, shares)
	s.runFor(40 * second)
	s.crash(1, 200)
	s.runFor(15 * second)
	if rate := s.rate(20 * second); rate < 22 {
		t.Errorf("got %.1f successes a second, want at least 22 of 25", rate)
	}
}

// The same after a time in which nobody came.
func TestAWindowIsStaleAfterAPause(t *testing.T) {
	s := simulate(1, 100, shares)
	s.runFor(40 * second)
	s.crash(0, 100)
	s.runFor(30 * second)
	s.join(10, shares, 10*ms)
	if rate := s.rate(10 * second); rate < 27 {
		t.Errorf("got %.1f successes a second, want at least 27 of 31", rate)
	}
}

// A fleet that is throttled must learn that it is too busy.
func TestThrottlesAreLosses(t *testing.T) {
	s := simulate(1, 0, shares)
	s.writeAt = ms
	s.join(1000, shares, ms)
	s.runFor(60 * second)
	s.measure(20 * second)
	if n := float64(s.throttled) / float64(s.writes); n > 0.25 {
		t.Errorf("got %.2f throttled for each write, want at most 0.25", n)
	}
}

// A client that dies in its turn keeps nobody for long.
func TestADeadClientsTurnIsTakenOver(t *testing.T) {
	for _, p := range []Policy{queues, enlists, queueChains} {
		s := simulate(1, 20, p)
		for i := range 10 {
			s.runFor(2 * second)
			s.crash(i, i+1)
		}
		s.runFor(second)
		if f := s.measure(20 * second); f.gaps > 1.6 {
			t.Errorf("%+v: got T %.2f, want at most 1.6", p, f.gaps)
		}
	}
}

// Clients that leave give up their turn, in the middle of it or with a ticket. It takes
// longer than the turns, because sleepers expect turns of four operations.
func TestClientsThatLeaveGiveUpTheirTurn(t *testing.T) {
	s := simulate(1, 200, queueChains)
	s.runFor(40 * second)
	for _, c := range s.fleet[10:] {
		c.leaving = true
	}
	s.runFor(18 * second)
	if rate := s.rate(10 * second); rate < 35 {
		t.Errorf("got %.1f successes a second, want at least 35 of 41", rate)
	}
	for _, c := range s.fleet[10:] {
		if !c.gone {
			t.Fatal("a client has not left")
		}
	}
}

// A process that was paused comes back with a ticket that is void, or writes on an old
// state.
func TestPausedClientsKeepNobody(t *testing.T) {
	s := simulate(1, 50, queues)
	s.frozen = 0.002
	s.runFor(60 * second)
	if f := s.measure(120 * second); f.gaps > 1.75 || f.writes > 2.2 {
		t.Errorf("got C %.2f, T %.2f, want at most 2.2, 1.75", f.writes, f.gaps)
	}
}

// A client that was away for long cannot tell from the turn that it saw last that nobody
// works: the one whose turn it is may have just come.
func TestANewTicketWaitsForTheTurnBeforeIt(t *testing.T) {
	look := func(p Policy, m Memory, at time.Duration, moment Moment, shared counter.Shared) (Decision, Memory) {
		a := Attempt{Moment: moment, Outcome: counter.Applied, Known: true, Now: at, Gap: 20 * ms}
		a.State = counter.State{Version: 100, Shared: &shared}
		return p.Decide(a, m, 0)
	}
	_, m := look(queues, Memory{}, 0, WasRead, counter.Shared{Next: 40, Serve: 40})
	d, m := look(queues, m, 60*second, WasRead, counter.Shared{Next: 41, Serve: 40})
	if d.Next != TakeTicket {
		t.Fatalf("got %+v, want a ticket", d)
	}
	if d, _ = look(queues, m, 60*second+20*ms, TookTicket, counter.Shared{Next: 42, Serve: 40}); d.Next != Read {
		t.Errorf("got %+v, want to wait and read", d)
	}
}

// crash stops clients without a word.
func (s *simulation) crash(from, to int) {
	for _, c := range s.fleet[from:to] {
		c.gone = true
	}
}
