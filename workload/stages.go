package workload

import (
	"math"
	"sync"
	"time"

	"contend/counter"
	"contend/internal/hist"
	"contend/internal/history"
	"contend/workload/pace"
)

// StageTally is what was measured of a stage: of the operations that were due in
// it, whenever they ended.
type StageTally struct {
	Stage
	From, To                  time.Duration // since the start; To is the load's end if that came first
	Due, Dropped, Started     int64
	Applied                   int64
	UpdateAttempts, Conflicts int64
	Response                  hist.Histogram // of applied operations
}

// stageTallies are of all stages. The workers share them, because a histogram for
// each worker and stage would take too much memory: they are safe for use by
// several goroutines.
type stageTallies struct {
	mu     sync.Mutex
	stages []StageTally
}

// newStageTallies is nil if the load has no stages.
func newStageTallies(l *Load) *stageTallies {
	if len(l.Stages) == 0 {
		return nil
	}
	t := &stageTallies{stages: make([]StageTally, len(l.Stages))}
	var at time.Duration
	for i, s := range l.Stages {
		t.stages[i] = StageTally{Stage: s, From: at, To: at + s.Duration}
		at += s.Duration
	}
	return t
}

// operation records an operation that has ended.
func (t *stageTallies) operation(op *history.Op) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := &t.stages[0]
	for i := 1; i < len(t.stages) && time.Duration(op.Due) >= t.stages[i].From; i++ {
		s = &t.stages[i]
	}
	s.Started++
	if op.Ending == history.Applied {
		s.Applied++
		s.Response.Record(time.Duration(op.Returned - op.Due))
	}
	if op.Kind == history.Read {
		return
	}
	s.UpdateAttempts += int64(len(op.Attempts))
	for i := range op.Attempts {
		if op.Attempts[i].Outcome == counter.Conflict {
			s.Conflicts++
		}
	}
}

// end returns the stages that began before the load ended. due are the arrivals
// of each in an open loop, nil in a closed one.
func (t *stageTallies) end(at time.Duration, due []int64) []StageTally {
	t.mu.Lock()
	defer t.mu.Unlock()
	var reached []StageTally
	for i := range t.stages {
		s := &t.stages[i]
		if s.From > at && s.Started == 0 {
			break
		}
		s.To = max(min(s.To, at), s.From)
		s.Due = s.Started
		if due != nil {
			s.Due = due[i]
		}
		s.Dropped = s.Due - s.Started
		reached = append(reached, *s)
	}
	return reached
}

// turns says when workers are active: numbers of them that change with time, the
// workers with the lowest numbers first.
type turns []pace.Segment

// newTurns is nil if all workers are always active.
func newTurns(l *Load) turns {
	if l.Open() || len(l.Stages) == 0 {
		return nil
	}
	return l.segments()
}

// next is the first moment from now at which a worker is active; false if it is
// not any more. Of a number between two whole ones the larger is active, so that
// a ramp begins at once and somebody always is.
func (t turns) next(worker int, now int64) (at int64, ok bool) {
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
