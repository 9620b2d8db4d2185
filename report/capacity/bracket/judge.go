package bracket

import "time"

// Finding is the result of all trials of one load.
type Finding int

// The findings. [Undecided] is the zero value.
const (
	Undecided Finding = iota
	Kept
	Missed
)

func (f Finding) String() string {
	switch f {
	case Kept:
		return "kept"
	case Missed:
		return "missed"
	}
	return "undecided"
}

// Rules say when a load is decided.
type Rules struct {
	// Full is the length of a full trial, which can decide a load. A shorter trial only shows
	// where to look.
	Full time.Duration
	// Sum is how long the trials of a load must be together before the load is decided. It
	// is decided sooner if no outcome of the remaining time could change the result.
	Sum time.Duration
	// Exceed is the share of that time, in (0, 1), in which trials may miss the goal although
	// the load counts as one that keeps it.
	Exceed float64
}

// spent is the time that was spent on a load, by the length and result of its trials.
type spent struct{ fullKept, fullMissed, shortKept, shortMissed time.Duration }

func (s *spent) add(r Result, full time.Duration) {
	switch {
	case r.Length >= full && r.Kept:
		s.fullKept += r.Length
	case r.Length >= full:
		s.fullMissed += r.Length
	case r.Kept:
		s.shortKept += r.Length
	default:
		s.shortMissed += r.Length
	}
}

// judge is the rule of RFC 9971, appendix A: short trials that missed the goal count unless
// as many kept it, and the load is decided if it does not matter how the rest of the time
// would turn out.
func (s *spent) judge(r Rules) Finding {
	balance := time.Duration(float64(s.shortKept) * r.Exceed / (1 - r.Exceed))
	missed := s.fullMissed + max(0, s.shortMissed-balance)
	whole := max(s.fullKept+missed, r.Sum)
	allowed := time.Duration(float64(whole) * r.Exceed)
	optimistic, pessimistic := missed <= allowed, whole-s.fullKept <= allowed
	switch {
	case optimistic && pessimistic:
		return Kept
	case !optimistic && !pessimistic:
		return Missed
	}
	return Undecided
}

// first is what the short trials say of a load that no full one decided.
func (s *spent) first() Finding {
	kept, missed := s.shortKept+s.fullKept, s.shortMissed+s.fullMissed
	switch {
	case kept > missed:
		return Kept
	case missed > 0:
		return Missed
	}
	return Undecided
}

func (s *spent) anyKept() bool { return s.fullKept+s.shortKept > 0 }

func (s *spent) anyMissed() bool { return s.fullMissed+s.shortMissed > 0 }
