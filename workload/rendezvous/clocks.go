package rendezvous

import (
	"fmt"
	"time"

	"contend/workload/history"
)

// Clock returns the readings of this machine's clock until now. Their own times count from
// began, which must have a monotonic part, as from [time.Now]; common times count from the
// start, on machine 0's clock. The readings apply to all times from Enter until now.
//
// If readings contradict each other, a clock jumped or was stopped. The bounds there are as
// wide as necessary, and [Meeting.ClockBreaks] lists the place.
func (m *Meeting) Clock(began time.Time) []history.ClockReading {
	m.mu.Lock()
	defer m.mu.Unlock()
	start := m.state.start
	if m.state.clock.isZero {
		return []history.ClockReading{{At: 0, Offset: int64(began.Sub(m.origin) - start)}}
	}
	t := m.state.clock.bounds.track(m.now())
	return t.readings(began.Sub(m.origin), start)
}

// ClockBreaks returns a sentence for each place where the readings of this machine's clock
// contradict each other. Times in it count from the start.
func (m *Meeting) ClockBreaks() (sentences []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.state.clock.isZero {
		return nil
	}
	t := m.state.clock.bounds.track(m.now())
	for _, b := range t.breaks {
		start := m.state.start - m.state.clock.offset(b.from).middle()
		sentences = append(sentences, fmt.Sprintf("between %.1f s and %.1f s, the clock of machine %d or machine 0 jumped by at least %s, or ran wrong by more than 500 ppm",
			(b.from-start).Seconds(), (b.to-start).Seconds(), m.member.Machine, b.step.Round(time.Microsecond)))
	}
	return sentences
}
