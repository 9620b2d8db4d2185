package measure

import "contend/counter"

// WorkerTally counts the increments, decrements and requests of one worker, without the
// warm-up.
type WorkerTally struct {
	// Number is the worker's among those of the whole run, counted from 0.
	Number                                    int
	UpdatesApplied, UpdateAttempts, Conflicts int64
	// LosingStreak is the largest number of consecutive conflicts, across operations, without
	// an applied update in between. Attempts with other outcomes neither extend nor end a
	// streak.
	LosingStreak int64
	// Reads and Writes count the requests that were sent, including those of read operations.
	// ReadAttempts counts the attempts of read operations, each of which is also one of Reads.
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
