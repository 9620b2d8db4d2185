package measure

import "contend/counter"

// WorkerTally is one worker's part of the increments and decrements, and of the requests,
// without the warm-up.
type WorkerTally struct {
	// Number is the worker's among those of the whole run, counted from 0.
	Number                                    int
	UpdatesApplied, UpdateAttempts, Conflicts int64
	// LosingStreak is the most conflicts in a row, of one operation or several,
	// with no update applied between them. Other endings of attempts neither
	// lengthen a streak nor end it.
	LosingStreak int64
	// Reads and Writes are the requests that were sent, those of read operations included.
	// ReadAttempts are the attempts of these: each is one of Reads.
	Reads, Writes, ReadAttempts int64
}

func (m *Recorder) worker() WorkerTally {
	t := m.own
	t.LosingStreak = m.streak.longest
	return t
}

// streak follows the conflicts in a row. The zero value has seen none.
type streak struct{ now, longest int64 }

func (s *streak) count(outcome counter.Outcome) {
	switch outcome {
	case counter.Conflict:
		s.now++
		s.longest = max(s.longest, s.now)
	case counter.Applied:
		s.now = 0
	}
}
