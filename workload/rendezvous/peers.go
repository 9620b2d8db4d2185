package rendezvous

import (
	"fmt"
	"time"
)

// peer is what a machine knows about another one.
type peer struct {
	sign    sign
	seen    time.Duration // when its last change was seen; 0: none was
	known   bool          // it has a sign
	absent  bool          // there was an answer without a sign of it
	alive   bool          // its sign appeared or changed while this machine looked
	checked bool          // it agrees with this machine

	quiet     bool          // its sign has not changed for too long
	silent    bool          // so, and neither had its load ended nor had it left
	lost      bool          // it is or was lost
	lostBy    int           // who found that
	lostSince time.Duration // its last change before
	returned  bool          // it changed after that
	ended     bool
	left      bool // before its load had ended
	at        time.Duration
}

// isOver reports whether nobody has to wait for the machine.
func (p *peer) isOver() bool { return p.ended || p.left || p.lost && !p.returned || p.silent }

// see takes in a sign that the answer to an update had.
func (p *peer) see(s sign, has bool, t tick) {
	switch {
	case !has:
		p.absent = true
	case !p.known:
		p.known, p.alive, p.sign, p.seen = true, p.absent, s, t.returned
	case s.beat > p.sign.beat: // an older one is a request that arrived late
		p.alive, p.sign, p.seen, p.silent = true, s, t.returned, false
		p.returned = p.lost
	}
	if stage := p.sign.stage; p.known && !p.ended && !p.left && stage.rank() >= ended.rank() {
		p.ended, p.left, p.at = stage != leaving, stage == leaving, t.returned
	}
}

// takeIn takes in the answer to an update. began is when its first try was sent.
func (m *Meeting) takeIn(t tick, r *roll, began time.Duration) {
	var notes []string
	m.mu.Lock()
	s := &m.state
	s.clock.add(t, r.zero, began)
	s.written = r.life[m.member.Machine].stage
	for i := range s.peers {
		if i == m.member.Machine {
			continue
		}
		sign, has := r.life[i]
		p := &s.peers[i]
		was := p.returned
		p.see(sign, has, t)
		if p.returned && !was {
			notes = append(notes, fmt.Sprintf("machine %d goes on, after it had counted as lost", i))
		}
	}
	for i := range r.life {
		if i >= len(s.peers) && s.failed == nil {
			s.failed = &DisagreementError{m.member.Run, i, []string{fmt.Sprintf("it has joined, and this machine counts only %d machines", m.member.Machines)}}
		}
	}
	if s.started || s.sign.stage == ready {
		notes = append(notes, m.countLost(s, t, r)...)
	}
	notes = append(notes, m.takeInFlags(s, r)...)
	m.proceed(s, t.returned)
	s.tell(m.clock)
	m.mu.Unlock()
	for _, note := range notes {
		m.options.OnNote(note)
	}
}

// countLost finds the machines that are lost, by their silence or because others say so.
// Silence counts until the update was sent, not until its answer is read: a machine that
// was stopped in between must not take its own absence for that of the others.
func (m *Meeting) countLost(s *state, t tick, r *roll) (notes []string) {
	s.writes.lost = nil
	for i := range s.peers {
		p := &s.peers[i]
		by, marked := r.lost[i]
		if i == m.member.Machine {
			if marked && s.lostBy == nil {
				s.lostBy = &by
				notes = append(notes, fmt.Sprintf("this machine was counted as lost by machine %d: it gave no sign of life for %s", by, m.options.Lost))
			}
			continue
		}
		p.quiet = t.sent-p.seen >= m.options.Lost
		if p.quiet && !p.silent && !p.ended && !p.left {
			p.silent, p.returned = true, false
		}
		if (marked || p.silent) && !p.lost {
			if !marked {
				by = m.member.Machine
			}
			p.lost, p.lostBy, p.lostSince = true, by, p.seen
			notes = append(notes, fmt.Sprintf("machine %d is lost: machine %d saw no sign of life of it for %s", i, by, m.options.Lost))
		}
		if p.silent && !marked {
			s.writes.lost = append(s.writes.lost, i)
		}
	}
	return notes
}

// takeInFlags takes in what holds for the whole run.
func (m *Meeting) takeInFlags(s *state, r *roll) (notes []string) {
	if r.abort != nil && s.abort == nil {
		s.abort, s.writes.abort = r.abort, nil
		close(m.aborted)
		if s.started && r.abort.Machine != m.member.Machine { // before the start, an error says it
			notes = append(notes, r.abort.String())
		}
	}
	switch {
	case !r.started || s.started:
	case s.sign.stage.rank() < ready.rank():
		s.failed = &StartedError{m.member.Run, m.member.Machine}
	default:
		s.started, s.start, s.writes.start = true, r.start, false
	}
	return notes
}

// proceed enters the next stage when it is time for it.
func (m *Meeting) proceed(s *state, now time.Duration) {
	if s.sign.stage == measuring && s.clock.measured(now) {
		s.enter(ready, now)
		s.wake.Fire()
	}
	all, over := true, true
	for i := range s.peers {
		if p := &s.peers[i]; i != m.member.Machine {
			all = all && p.alive && p.sign.stage.rank() >= ready.rank()
			over = over && p.isOver()
		}
	}
	if m.member.Machine == 0 && s.sign.stage == ready && !s.started && !s.writes.start && all {
		s.writes.start = true
		s.wake.Fire()
	}
	if over = over && s.sign.stage.rank() >= ended.rank(); over && !s.over {
		s.overSince = now
		s.clock.again()
	}
	s.over = over
	if len(s.writes.lost) > 0 {
		s.wake.Fire()
	}
}
