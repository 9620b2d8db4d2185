package rendezvous

import (
	"slices"
	"time"

	"contend/internal/clock"
)

// pause returns how long to wait until the next update, and the event that ends the wait.
func (m *Meeting) pause() (d time.Duration, wake *clock.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := &m.state
	if s.wake.Fired() {
		s.wake = m.clock.NewEvent()
		return 0, s.wake
	}
	return m.untilNext(s), s.wake
}

// The pauses before the start.
const (
	firstPoll    = 100 * time.Millisecond
	burstsFor    = 5 * time.Second // after which updates no longer follow each other closely
	slowBurst    = 250 * time.Millisecond
	roundsAtEnd  = 8
	fewestRounds = 6
	mostRounds   = 12
)

// untilNext returns the time until the next update that nobody asked for.
func (m *Meeting) untilNext(s *state) time.Duration {
	now := m.now()
	burst := m.spacing
	if now-s.since > burstsFor {
		burst = max(burst, slowBurst)
	}
	isZero := m.member.Machine == 0
	switch stage := s.sign.stage; {
	case stage == waiting:
		s.polls++
		return min(m.requests.jitter(m.beat), max(m.requests.jitter(firstPoll), m.spacing)<<min(s.polls/4, 10))
	case stage == measuring, stage == ready && isZero && !s.started:
		return m.requests.jitter(burst)
	case stage == ready && !s.started:
		return m.readyPoll()
	case s.over && now-s.overSince < burstsFor && (isZero && s.someMeasure() || stage == ended && s.clock.rounds < roundsAtEnd):
		return m.requests.jitter(m.spacing)
	}
	return s.clock.untilBeat(now, m.beat)
}

// someMeasure reports whether another machine measures its clock at the end.
func (s *state) someMeasure() bool {
	return slices.ContainsFunc(s.peers[1:], func(p peer) bool { return p.sign.stage == ended && !p.silent })
}

// readyPoll is the pause of a machine that waits for the start.
func (m *Meeting) readyPoll() time.Duration { return max(150*time.Millisecond, 2*m.spacing) }

// lead is how far in the future the start is: so that all learn of it, and with a margin
// for requests that have to be repeated, if some had.
func (m *Meeting) lead(s *state) time.Duration {
	if m.member.Machines == 1 {
		return 0
	}
	return 2*m.readyPoll() + 500*time.Millisecond + 2*s.clock.slowest
}

// untilBeat returns the time until the next beat. All machines beat at the same moments of
// machine 0's clock, so that their updates and machine 0's are next to each other. The
// others aim a little before and a little after machine 0 in turn: an update before it
// bounds their offset from above, and one after it from below.
func (c *own) untilBeat(now, beat time.Duration) time.Duration {
	common, aim := now, time.Duration(0)
	if !c.isZero {
		at := c.bounds.now(now)
		if !at.isBounded() {
			return beat
		}
		common += at.middle()
		if c.beats++; c.beats%2 == 0 {
			aim = c.roundTrip() / 2
		} else {
			aim = -c.roundTrip() / 2
		}
	}
	next := (common+beat/2)/beat*beat + beat + aim // the first that is more than half a beat away
	return next - common
}
