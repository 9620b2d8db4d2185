package rendezvous

import (
	"context"
	"fmt"
	"time"
)

// Start waits for the common start, and returns its time on this machine's clock. late is how
// long after that time Start returned.
//
// The error is an [*AbortedError], a [*GoneError], or that of the store or the context.
func (m *Meeting) Start(ctx context.Context) (at time.Time, late time.Duration, err error) {
	s := m.clock.NewSleeper()
	for {
		if err := ctx.Err(); err != nil {
			return time.Time{}, 0, err
		}
		if err := m.ifAborted(); err != nil {
			return time.Time{}, 0, err
		}
		m.mu.Lock()
		now := m.now()
		offset, news, failed := m.state.clock.offset(now), m.state.news, m.state.failed
		start := m.state.start - offset.middle()
		m.mu.Unlock()
		if failed != nil {
			return time.Time{}, 0, failed
		}
		if now >= start {
			late := now - start
			if late > offset.width()/2+tolerance {
				m.options.OnNote(fmt.Sprintf("machine %d starts %s late", m.member.Machine, late.Round(time.Millisecond)))
			}
			return m.origin.Add(start), late, nil
		}
		s.SleepOr(min(start-now, m.beat), news)
	}
}

// tolerance is a delay of the start that nobody needs to know.
const tolerance = 20 * time.Millisecond
