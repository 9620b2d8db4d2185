package bracket

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Trial is a trial to make.
type Trial struct {
	Load   float64
	Length time.Duration
}

// Result is a finished trial.
type Result struct {
	Trial
	// Kept is true if the trial kept the goal. It means nothing if Void is true: the trial
	// says nothing about the goal, because the client could not make the load.
	Kept, Void bool
}

// Search looks for the highest load that meets a goal. All its fields must be set before the
// first call of a method, and not be changed afterwards.
type Search struct {
	Scale
	Rules
	// Width is how wide the bracket may be, as a share of its larger end, in (0, 1).
	Width float64
	// First is the load to begin with.
	First float64
	// Short is the length of the trials that only show where to look.
	Short time.Duration

	levels []*level
}

// level is a load with all its trials.
type level struct {
	load  float64
	spent spent
	void  int
}

// voids is how many trials of a load must be void until the client is believed to be
// unable to make the load: once may be a disturbance.
const voids = 2

// maxAimed is how many loads may be tried before hints are ignored, because they must be
// wrong.
const maxAimed = 5

// coarse is how many widths wide a bracket may be for the first full trials.
const coarse = 4

// Add enters the result of a trial.
func (s *Search) Add(r Result) {
	i, found := slices.BinarySearchFunc(s.levels, s.at(r.Load), func(l *level, at float64) int { return cmp.Compare(s.at(l.load), at) })
	if !found {
		s.levels = slices.Insert(s.levels, i, &level{load: r.Load})
	}
	if r.Void {
		s.levels[i].void++
		return
	}
	s.levels[i].spent.add(r, s.Full)
}

// Loads returns how many different loads were tried.
func (s *Search) Loads() int { return len(s.levels) }

// Bracket is the result of a search so far. A pointer is nil if there is no such load.
type Bracket struct {
	// Kept is the hardest load that meets the goal, and Missed the easiest that misses it.
	Kept, Missed *float64
	// Void is the easiest load that the client could not make; nil if a load that misses
	// the goal is easier.
	Void *float64
}

// Bracket returns the result so far. Only full trials decide a load, so that one with only
// short trials is no end of the bracket. A load whose trials disagree is left out if the
// bracket is narrow enough without it.
func (s *Search) Bracket() Bracket {
	decided := func(l *level) Finding { return l.spent.judge(s.Rules) }
	if clear := s.bracket(unless(contested, decided)); s.closed(clear) {
		return clear.public()
	}
	return s.bracket(decided).public()
}

// contested reports whether full trials of a level disagree. The limit is then near it, so
// that chance decided.
func contested(l *level) bool { return l.spent.fullKept > 0 && l.spent.fullMissed > 0 }

// unless is a finding of which some levels have none.
func unless(without func(*level) bool, finding func(*level) Finding) func(*level) Finding {
	return func(l *level) Finding {
		if without(l) {
			return Undecided
		}
		return finding(l)
	}
}

// closed reports whether the ends are as narrow as asked for.
func (s *Search) closed(e ends) bool {
	return e.kept != nil && e.missed != nil && s.isNarrow(e.kept.load, e.missed.load, s.Width)
}

// ends are the levels around the limit.
type ends struct{ kept, missed, void *level }

func (e ends) public() Bracket {
	load := func(l *level) *float64 {
		if l == nil {
			return nil
		}
		return &l.load
	}
	return Bracket{load(e.kept), load(e.missed), load(e.void)}
}

func (s *Search) bracket(finding func(*level) Finding) (e ends) {
	for _, l := range s.levels { // the easiest first
		switch f := finding(l); {
		case f == Missed:
			e.missed = l
			return e
		case f == Kept:
			e.kept = l
		case l.void >= voids:
			e.void = l
			return e
		}
	}
	return e
}

// believed is what is decided, or what the trials so far say.
func (s *Search) believed(l *level) Finding {
	if f := l.spent.judge(s.Rules); f != Undecided {
		return f
	}
	return l.spent.first()
}

// Next returns the next trial to make. ok is false if the bracket is as narrow as asked for,
// or cannot become narrower. hint is the caller's estimate of the limit from the results so
// far; 0 means that there is none.
func (s *Search) Next(hint float64) (next Trial, ok bool) {
	if len(s.levels) == 0 {
		return Trial{s.load(s.at(s.First)), s.Short}, true
	}
	for _, l := range s.levels {
		if l.void > 0 && l.void < voids && l.spent == (spent{}) {
			return Trial{l.load, s.Short}, true
		}
	}
	if e := s.bracket(unless(contested, s.believed)); s.closed(e) {
		return s.confirm(e)
	}
	e := s.bracket(s.believed)
	for _, end := range []*level{e.kept, e.missed} { // what was measured in full is decided first
		if end != nil && end.spent.fullKept+end.spent.fullMissed > 0 && !s.decided(end) {
			return Trial{end.load, s.Full}, true
		}
	}
	load, inside := s.inside(e, hint)
	if !inside {
		return s.confirm(e)
	}
	if e.kept != nil && e.missed != nil && s.isNarrow(e.kept.load, e.missed.load, coarse*s.Width) {
		return Trial{load, s.Full}, true
	}
	return Trial{load, s.Short}, true
}

func (s *Search) decided(l *level) bool { return l.spent.judge(s.Rules) != Undecided }

// confirm returns a full trial of an end that is not decided yet, or beside one whose trials
// disagree; ok is false if there is none.
func (s *Search) confirm(e ends) (next Trial, ok bool) {
	for _, end := range []*level{e.kept, e.missed} {
		if end != nil && !s.decided(end) {
			return Trial{end.load, s.Full}, true
		}
	}
	for _, end := range []*level{e.kept, e.missed} {
		if end == nil || !contested(end) || s.Whole {
			continue
		}
		for _, side := range s.sides() {
			if load := s.load(s.at(end.load) + side); !s.triedNear(load) {
				return Trial{load, s.Full}, true
			}
		}
	}
	return Trial{}, false
}

// sides are the distances of two loads around a place, a bracket that is just narrow enough.
func (s *Search) sides() [2]float64 { return [2]float64{-0.48 * s.Width, 0.48 * s.Width} }

// near is the distance of two loads that are as good as one.
func (s *Search) near() float64 { return 0.2 * s.Width }

func (s *Search) triedNear(load float64) bool {
	return slices.ContainsFunc(s.levels, func(l *level) bool { return math.Abs(s.at(l.load)-s.at(load)) < s.near() })
}

// inside returns a load between the ends, or beyond the only one; ok is false if no load
// is worth a trial.
func (s *Search) inside(e ends, hint float64) (load float64, ok bool) {
	hardest := e.missed
	if hardest == nil {
		hardest = e.void
	}
	switch {
	case e.kept == nil && hardest == nil:
		return 0, false
	case e.kept == nil:
		return s.easier(hardest, hint)
	case hardest == nil:
		return s.harder(e.kept, hint)
	case s.isNarrow(e.kept.load, hardest.load, s.Width):
		return 0, false
	}
	if load, ok := s.aim(e.kept.load, hardest.load, hint); ok {
		return load, true
	}
	return s.between(e.kept.load, hardest.load), true
}

// aim returns a load nearly half a width beside the hint, so that two such loads make a
// bracket around the limit that is narrow enough, and neither is so near to it that chance
// decides.
func (s *Search) aim(kept, missed, hint float64) (load float64, ok bool) {
	if hint <= 0 || s.Loads() > maxAimed {
		return 0, false
	}
	for _, side := range s.sides() {
		load := s.load(s.at(hint) + side)
		if s.at(load) > s.at(kept)+s.near() && s.at(load) < s.at(missed)-s.near() {
			return load, true
		}
	}
	return 0, false
}

// easier returns a load easier than one that misses the goal.
func (s *Search) easier(missed *level, hint float64) (load float64, ok bool) {
	if missed.load == s.easiest() {
		return 0, false
	}
	if load, ok := s.aim(s.easiest(), missed.load, hint); ok && s.Loads() == 1 {
		return load, true
	}
	if load := s.below(missed.load); hint > 0 && s.at(hint) > s.at(missed.load)-s.near() && s.at(load) < s.at(missed.load) {
		return load, true
	}
	return s.step(missed, -1), true
}

// below returns a load not far below one that misses the goal although the hint says that it
// should keep it. Chance decided, or the hint is wrong; where it stays wrong, the steps double.
func (s *Search) below(missed float64) float64 {
	return s.load(s.at(missed) - 0.5*coarse*s.Width*math.Exp2(float64(s.Loads()-2)))
}

// harder returns a load harder than one that meets the goal.
func (s *Search) harder(kept *level, hint float64) (load float64, ok bool) {
	if kept.load == s.hardest() {
		return 0, false
	}
	if load, ok := s.aim(kept.load, s.hardest(), hint); ok {
		return load, true
	}
	return s.step(kept, 1), true
}

// step leaves the loads that were tried. The first step doubles the load, or halves it, and
// then the steps grow. Where the trials of the last load disagree, the limit is near, and a
// step is a width.
func (s *Search) step(from *level, direction float64) float64 {
	const doubling = 0.7 // about ln 2
	beyond := 0          // the first load, on that side
	for _, l := range s.levels {
		if direction*(s.at(l.load)-s.at(s.First)) > s.near() {
			beyond++
		}
	}
	far := doubling * float64(1+beyond)
	if from.spent.anyKept() && from.spent.anyMissed() {
		far = 2 * s.sides()[1]
	}
	load := s.load(s.at(from.load) + direction*far)
	if load == from.load {
		load++
		if direction < 0 != s.Falling {
			load -= 2
		}
	}
	return min(max(load, s.Least), s.Most)
}
