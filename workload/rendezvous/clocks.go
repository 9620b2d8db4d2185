package rendezvous

import (
	"fmt"
	"time"

	"contend/workload/history"
)

// Clock returns the readings of this machine's clock until now. Their times are those of
// a history that began at the given moment of it, which must have its monotonic part as
// [time.Now] returns it; common time is the time since the start, on machine 0's clock.
// They hold for all moments from [Enter] until now: at those before the first and after the
// last, the clock was not needed.
//
// Where the readings contradict each other, a clock jumped or was stopped: the bounds are
// as wide as needed there, and [Meeting.ClockBreaks] counts it.
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

// ClockBreaks says, one sentence each, where the readings of this machine's clock
// contradict each other. Times are since the start.
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
