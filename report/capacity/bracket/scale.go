package bracket

import "math"

// Scale says which loads a search may try, and which of two is harder.
type Scale struct {
	// Least and Most are the ends of the search, 0 < Least < Most.
	Least, Most float64
	// Whole is true if loads are whole numbers.
	Whole bool
	// Falling is true if a smaller number is the harder load: fewer shards sustain less.
	Falling bool
}

// at is the place of a load on an axis on which harder loads lie higher, in equal steps
// for equal factors.
func (s *Scale) at(load float64) float64 {
	if s.Falling {
		return -math.Log(load)
	}
	return math.Log(load)
}

// load is the load at a place, within the ends.
func (s *Scale) load(at float64) float64 {
	load := math.Exp(at)
	if s.Falling {
		load = math.Exp(-at)
	}
	if s.Whole {
		load = math.Round(load)
	} else {
		load = significant(load)
	}
	return min(max(load, s.Least), s.Most)
}

// Rounded returns a load as a search would try it: rounded to four digits or to a whole
// number, and within the ends.
func (s *Scale) Rounded(load float64) float64 { return s.load(s.at(load)) }

// easiest and hardest are the ends of the search.
func (s *Scale) easiest() float64 {
	if s.Falling {
		return s.Most
	}
	return s.Least
}

func (s *Scale) hardest() float64 {
	if s.Falling {
		return s.Least
	}
	return s.Most
}

// significant keeps four digits, which is far finer than any search.
func significant(v float64) float64 {
	digits := math.Pow(10, 3-math.Floor(math.Log10(v)))
	return math.Round(v*digits) / digits
}

// isNarrow reports whether no load between the two is worth a trial.
func (s *Scale) isNarrow(kept, missed, width float64) bool {
	if s.Whole && math.Abs(kept-missed) <= 1 {
		return true
	}
	return math.Abs(kept-missed) <= width*max(kept, missed)
}

// between is the load in the middle of two.
func (s *Scale) between(kept, missed float64) float64 {
	middle := s.load((s.at(kept) + s.at(missed)) / 2)
	if s.Whole && (middle == kept || middle == missed) {
		middle = math.Floor((kept + missed) / 2)
		if middle == min(kept, missed) {
			middle++
		}
	}
	return middle
}
