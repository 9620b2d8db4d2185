package workload

import "contend/counter"

// WorkerTally is one worker's part of the increments and decrements, without the
// warm-up.
type WorkerTally struct {
	UpdatesApplied, UpdateAttempts, Conflicts int64
	// LosingStreak is the most conflicts in a row, of one operation or several,
	// with no update applied between them. Other endings of attempts neither
	// lengthen a streak nor end it.
	LosingStreak int64
}

func (m *measurements) worker() WorkerTally {
	t := &m.tallies[counted]
	return WorkerTally{
		UpdatesApplied: t.UpdatesApplied,
		UpdateAttempts: t.UpdateAttempts,
		Conflicts:      t.Conflicts,
		LosingStreak:   m.streak.longest,
	}
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
