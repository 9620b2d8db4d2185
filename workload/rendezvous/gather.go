package rendezvous

import (
	"context"
	"errors"
	"fmt"
	"time"

	"contend/counter/layout"
	"contend/internal/clock"
)

// gather waits until the others have come, compares this machine with each of them, and
// then waits for the common start.
func (m *Meeting) gather(ctx context.Context) error {
	for {
		var unchecked []int
		var alive bool
		if err := m.await(ctx, func(s *state) bool {
			unchecked, alive = s.unchecked(m.member.Machine)
			return len(unchecked) > 0 || alive || s.abort != nil
		}); err != nil {
			return err
		}
		if err := m.compare(ctx, unchecked); err != nil {
			return err
		}
		if err := m.ifAborted(); err != nil {
			return err
		}
		if len(unchecked) == 0 && alive {
			break
		}
	}
	m.change(func(s *state) {
		next := measuring
		if m.member.Machine == 0 {
			next = ready
		}
		s.clock.again()
		s.enter(next, m.now())
		m.proceed(s, m.now())
	})
	if err := m.await(ctx, func(s *state) bool { return s.started || s.abort != nil }); err != nil {
		return err
	}
	return m.ifAborted()
}

// unchecked returns the machines that have come and were not compared, and whether all
// have come and are alive. A sign that an earlier run left does not change: its machine is not alive.
func (s *state) unchecked(me int) (list []int, alive bool) {
	alive = true
	for i := range s.peers {
		p := &s.peers[i]
		if i == me {
			continue
		}
		if p.known && !p.checked {
			list = append(list, i)
		}
		alive = alive && p.alive
	}
	return list, alive
}

// compare compares this machine with others.
func (m *Meeting) compare(ctx context.Context, others []int) error {
	if len(others) == 0 {
		return nil
	}
	items, err := m.read(ctx, others)
	if err != nil {
		return err
	}
	var all []error
	for _, other := range others {
		if different := m.differences(items[other]); len(different) > 0 {
			all = append(all, &DisagreementError{m.member.Run, other, different})
		}
	}
	if err := errors.Join(all...); err != nil {
		return err
	}
	m.change(func(s *state) {
		for _, other := range others {
			s.peers[other].checked = true
		}
	})
	return nil
}

// differences lists in what a machine differs from this one, by its own item.
func (m *Meeting) differences(item layout.Item) (list []string) {
	if item == nil {
		return []string{"its own item is gone"}
	}
	if run := text(item[attributeRun]); run != m.member.Run {
		return []string{fmt.Sprintf("it is of run %q", run)}
	}
	machines, _ := whole(item[attributeMachines])
	for _, c := range []struct {
		format       string
		theirs, ours any
	}{
		{"it has %v machines, not %v", machines, int64(m.member.Machines)},
		{"its version is %v, not %v", text(item[attributeVersion]), m.member.Version},
		{"its scenario has the hash %v, not %v", text(item[attributeScenario]), m.member.Scenario},
	} {
		if c.theirs != c.ours {
			list = append(list, fmt.Sprintf(c.format, c.theirs, c.ours))
		}
	}
	return list
}

// ifAborted returns an error if the run was ended.
func (m *Meeting) ifAborted() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.state.abort == nil {
		return nil
	}
	return &AbortedError{m.member.Run, *m.state.abort}
}

// whyNot says why a machine could not join: if the time was over, who was missing.
func (m *Meeting) whyNot(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("run %q: stopped while waiting for the others: %w", m.member.Run, ctx.Err())
	case !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled):
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var missing, late []int
	for i := range m.state.peers {
		switch p := &m.state.peers[i]; {
		case i == m.member.Machine:
		case !p.alive:
			missing = append(missing, i)
		case p.sign.stage.rank() < ready.rank():
			late = append(late, i)
		}
	}
	switch {
	case len(missing) > 0:
		return &MissingError{m.member.Run, missing, m.options.JoinTimeout}
	case len(late) > 0:
		return fmt.Errorf("run %q: %s did not finish measuring the clocks within %s", m.member.Run, machines(late), m.options.JoinTimeout)
	}
	return fmt.Errorf("run %q: machine 0 did not announce a start within %s", m.member.Run, m.options.JoinTimeout)
}

// reasonOf is why this machine gave up, in words for the others: Abort.String puts
// "machine N ended the run: " before it.
func reasonOf(err error) string {
	var missing *MissingError
	var different *DisagreementError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "it was stopped while it waited for the others"
	case errors.As(err, &missing):
		return missing.sentence()
	case errors.As(err, &different):
		return different.sentence("it")
	}
	return err.Error()
}

// giveUp tells the others that the run will not take place, and leaves. A run that has
// started without this machine is none of its business.
func (m *Meeting) giveUp(why error) {
	var started *StartedError
	if errors.As(why, &started) {
		m.stop()
		return
	}
	ctx, cancel := m.clock.WithDeadline(clock.With(context.Background(), m.clock), m.clock.Now().Add(goodbye))
	defer cancel()
	m.Abort(reasonOf(why))
	_ = m.Close(ctx) // the others find out by themselves, too
}

// goodbye is how long a machine that gives up tries to tell the others.
const goodbye = 3 * time.Second
