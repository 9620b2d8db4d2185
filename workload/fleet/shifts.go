package fleet

import (
	"math"
	"time"

	"contend/workload/pace"
	"contend/workload/scenario"
)

// shifts says when workers are active: numbers of them that change with time, the
// workers with the lowest numbers first.
type shifts []pace.Segment

// newShifts is nil if all workers are always active.
func newShifts(l *scenario.Load) shifts {
	if l.Open() || len(l.Stages) == 0 {
		return nil
	}
	return l.Segments()
}

// next is the first moment from now at which a worker is active; false if it is
// not any more. Of a number between two whole ones the larger is active, so that
// a ramp begins at once and somebody always is.
func (t shifts) next(worker int, now int64) (at int64, ok bool) {
	began := int64(0)
	for _, s := range t {
		if ended := began + int64(s.Duration); now < ended {
			if passed, active := activeIn(s, worker, max(now-began, 0)); active {
				return began + passed, true
			}
		}
		began += int64(s.Duration)
	}
	return 0, false
}

// activeIn is when a worker is first active in a segment, from a moment in it.
func activeIn(s pace.Segment, worker int, passed int64) (at int64, ok bool) {
	number := float64(worker)
	if s.Level(time.Duration(passed)) > number {
		return passed, true
	}
	if s.To <= number {
		return 0, false
	}
	// It is active from just after the moment at which the level is its number.
	crossing := (number - s.From) / (s.To - s.From) * float64(s.Duration)
	at = int64(math.Floor(crossing)) + 1
	return at, at < int64(s.Duration)
}
