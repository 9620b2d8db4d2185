package rendezvous

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Fate says how a run ended for one machine, as seen by another.
type Fate struct {
	Machine int
	// Ended: the machine said that its load had ended. Left: it left before that.
	Ended, Left bool
	// Lost: the machine sent no heartbeat for too long, as machine LostBy noticed. Returned: it
	// sent one again later; it may then have Ended too.
	Lost, Returned bool
	LostBy         int
	// At is when this machine saw the end of the other, or the last heartbeat of a lost one, on
	// its own clock.
	At       time.Time
	Progress int64 // operations, by its last heartbeat
}

// Outcome is how a run ended.
type Outcome struct {
	Fates []Fate // by machine
	Abort *Abort // nil: the run was not ended early
}

// maxReason is the longest reason of an abort, in bytes.
const maxReason = 200

// Abort ends the run early on all machines, which notice it with their next heartbeat. Only the
// first reason counts. Abort returns at once.
func (m *Meeting) Abort(reason string) {
	reason = strings.ToValidUTF8(reason, "?")
	for len(reason) > maxReason {
		_, size := utf8.DecodeLastRuneInString(reason)
		reason = reason[:len(reason)-size]
	}
	m.change(func(s *state) {
		if s.abort == nil && s.writes.abort == nil {
			s.writes.abort = &Abort{m.member.Machine, reason}
		}
	})
}

// Aborted returns a channel that is closed once any machine has ended the run early and the
// store has acknowledged that. The [Outcome] says which machine, and why.
func (m *Meeting) Aborted() <-chan struct{} { return m.aborted }

// freshAfter is how long a machine waits at the end for the last readings of its clock.
const freshAfter = 3 * time.Second

// AwaitEnd tells the others that this machine's load has ended, and waits until each of them
// has ended its load, left or been lost. Meanwhile it measures the clock once more. The table
// stays until machine 0 calls [Meeting.Close], which waits for the Close of this machine.
//
// The error is a [*GoneError] or that of the store or the context. The outcome has what is
// known, even with an error.
func (m *Meeting) AwaitEnd(ctx context.Context) (Outcome, error) {
	m.change(func(s *state) { s.enter(ended, m.now()) })
	err := m.await(ctx, func(s *state) bool {
		fresh := m.member.Machine == 0 || s.clock.rounds >= roundsAtEnd || s.peers[0].lost || s.peers[0].left
		return s.over && s.written.rank() >= ended.rank() && (fresh || m.now()-s.overSince >= freshAfter)
	})
	if err == nil {
		m.change(func(s *state) { s.enter(informed, m.now()) })
	}
	return m.outcome(), err
}

func (m *Meeting) outcome() Outcome {
	m.mu.Lock()
	defer m.mu.Unlock()
	o := Outcome{Abort: m.state.abort}
	for i := range m.state.peers {
		p := &m.state.peers[i]
		f := Fate{Machine: i, Ended: p.ended, Left: p.left, Lost: p.lost, Returned: p.returned, LostBy: p.lostBy, At: m.origin.Add(p.at), Progress: p.sign.progress}
		switch {
		case i == m.member.Machine:
			f.Ended, f.Progress, f.At = m.state.sign.stage.rank() >= ended.rank() && m.state.sign.stage != leaving, m.state.sign.progress, m.origin.Add(m.state.endedAt)
			if by := m.state.lostBy; by != nil {
				f.Lost, f.Returned, f.LostBy = true, true, *by
			}
		case f.Lost && !f.Ended:
			f.At = m.origin.Add(p.lostSince)
		}
		o.Fates = append(o.Fates, f)
	}
	return o
}

// Close tells the others that this machine leaves, and ends the heartbeats. On machine 0, after
// whose Close the table or the items may be removed, it first waits until each other machine
// has left or sent no heartbeat for [Options.Lost]. Close returns after about two minutes at
// the latest, after three seconds if the run never started, or when ctx ends. A second call
// does nothing.
//
// The error says that the others could not be told, or which of them did not leave.
func (m *Meeting) Close(ctx context.Context) error {
	patience := farewell + m.options.Lost + m.requests.patience
	m.mu.Lock()
	if !m.state.started {
		patience = unmet
	}
	m.mu.Unlock()
	limited, cancel := m.clock.WithDeadline(ctx, m.clock.Now().Add(patience))
	defer cancel()
	m.change(func(s *state) {
		if s.sign.stage.rank() < ended.rank() {
			s.enter(leaving, m.now())
		} else {
			s.enter(done, m.now())
		}
	})
	err := m.await(limited, func(s *state) bool {
		return s.closing || s.written.hasLeft() && s.writes.abort == nil && (m.member.Machine != 0 || len(s.staying()) == 0)
	})
	m.stop()
	switch gone := (*GoneError)(nil); {
	case errors.As(err, &gone):
		return nil // nobody is left to be told
	case err != nil && ctx.Err() == nil && limited.Err() != nil:
		return m.unheard(patience)
	}
	return err
}

// unheard says whom a machine that leaves waited for in vain.
func (m *Meeting) unheard(waited time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := &m.state; s.written.hasLeft() {
		if staying := s.staying(); len(staying) > 0 {
			return fmt.Errorf("run %q: %s did not say that the table is needed no longer, within %s", m.member.Run, machines(staying), waited)
		}
	}
	return fmt.Errorf("run %q: machine %d could not tell the others that it left within %s: they will count it as lost", m.member.Run, m.member.Machine, waited)
}

// farewell is how long others may take to read what the run left.
const farewell = 2 * time.Minute

// unmet is how long the others of a run that never started may take to read why. They poll
// more often than once a second.
const unmet = 3 * time.Second

// stop ends the heartbeats.
func (m *Meeting) stop() {
	m.closed.Fire()
	m.change(func(s *state) { s.closing = true })
	m.cancel()
	_ = m.group.Wait() // its errors are in the state
}

// staying are the other machines that have not left, and are neither lost nor never came. One
// that was killed after its load had ended is not lost, but is not waited for either.
func (s *state) staying() (list []int) {
	for i := range s.peers {
		p := &s.peers[i]
		if i > 0 && (p.known || s.started) && !p.sign.stage.hasLeft() && !p.quiet && (!p.lost || p.returned) {
			list = append(list, i)
		}
	}
	return list
}
