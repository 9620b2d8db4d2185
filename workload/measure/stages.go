package measure

import (
	"sync"
	"time"

	"contend/counter"
	"contend/workload/hist"
	"contend/workload/history"
	"contend/workload/scenario"
)

// StageTally counts the operations that became due during a stage, whenever they ended.
type StageTally struct {
	scenario.Stage
	From, To                  time.Duration // since the start; To is the load's end if that came first
	Due, Dropped, Started     int64
	Applied                   int64
	UpdateAttempts, Conflicts int64
	UpdatesApplied, Throttles int64 // the increments' and decrements' part of Applied, and their throttled attempts
	// Wins and WonGap are as in [Gaps].
	Wins   int64
	WonGap time.Duration
	// Served counts the increments and decrements that were applied during the stage, whenever
	// they were due.
	Served   int64
	Response hist.Histogram // of applied operations
}

// Stages measures all stages of a load. All workers share one Stages, because a histogram for
// each worker and stage would take too much memory. It is safe for use by several goroutines.
type Stages struct {
	mu     sync.Mutex
	stages []StageTally
}

// NewStages returns nil if the load has no stages.
func NewStages(l *scenario.Load) *Stages {
	if len(l.Stages) == 0 {
		return nil
	}
	t := &Stages{stages: make([]StageTally, len(l.Stages))}
	var at time.Duration
	for i, s := range l.Stages {
		t.stages[i] = StageTally{Stage: s, From: at, To: at + s.Duration}
		at += s.Duration
	}
	return t
}

// Operation records an operation that has ended.
func (t *Stages) Operation(op *history.Op) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.at(op.Due)
	s.Started++
	if op.Ending == history.Applied {
		s.Applied++
		s.Response.Record(time.Duration(op.Returned - op.Due))
	}
	if op.Kind == history.Read {
		return
	}
	s.UpdateAttempts += int64(len(op.Attempts))
	if op.Ending == history.Applied {
		s.UpdatesApplied++
		if ended := t.at(op.Returned); time.Duration(op.Returned) < ended.To {
			ended.Served++
		}
	}
	for i := range op.Attempts {
		s.attempt(&op.Attempts[i])
	}
}

// at is the stage of a time, or the last one after all of them.
func (t *Stages) at(time int64) *StageTally {
	s := &t.stages[0]
	for i := 1; i < len(t.stages) && time >= int64(t.stages[i].From); i++ {
		s = &t.stages[i]
	}
	return s
}

func (s *StageTally) attempt(a *history.Attempt) {
	switch a.Outcome {
	case counter.Conflict:
		s.Conflicts++
	case counter.Throttled:
		s.Throttles++
	case counter.Applied:
		if a.LookReturned > 0 && !a.Carried {
			s.Wins++
			s.WonGap += time.Duration((a.Invoked + a.Returned - a.LookInvoked - a.LookReturned) / 2)
		}
	}
}

// End returns the stages that began before the load ended, at at. due has the arrivals of each
// stage in an open loop, and is nil in a closed one.
func (t *Stages) End(at time.Duration, due []int64) []StageTally {
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
