package check

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/anishathalye/porcupine"

	"contend/counter"
	"contend/workload/history"
)

// meanwhile is a scene without positions: the operations in progress during the violation
// and, if the history is short enough, all before.
type meanwhile struct {
	violation Violation
	ops       []moved
	left      bool // what came before was left out
}

// moved is what an attempt of an operation did, as Porcupine reads it.
type moved struct {
	porcupine.Operation
	part  bool  // it takes part in the violation
	ended int64 // when its caller went on
}

func newMeanwhile(v Violation) meanwhile {
	m := meanwhile{violation: v}
	for i := range v.parts {
		if e := &v.parts[i]; e.sequence == 0 { // no operation tells of it
			m.enter(e, history.State{Value: e.value, Known: true}, fmt.Sprintf("read: value %d", e.value))
		}
	}
	return m
}

// add keeps the part of an operation that belongs to the scene.
func (m *meanwhile) add(op *history.Op) {
	if op.Invoked > m.violation.To || m.left && op.Returned < m.violation.From {
		return
	}
	for i := range op.Attempts {
		a := &op.Attempts[i]
		e := entry{kind: strongRead, sequence: op.Sequence, worker: int32(op.Worker), invoked: a.LookInvoked, returned: a.LookReturned}
		if a.Before.Known && a.LookReturned > 0 {
			m.enter(&e, a.Before, fmt.Sprintf("#%d read: value %d", op.Sequence, a.Before.Value))
		}
		e.invoked, e.returned = a.Invoked, a.Returned
		m.attempt(op, a, e)
	}
	m.shorten()
}

func (m *meanwhile) attempt(op *history.Op, a *history.Attempt, e entry) {
	switch {
	case op.Kind == history.Read:
		if !a.Saw.Known {
			return
		}
		word := history.Read.String()
		if op.Eventual {
			e.kind, word = eventualRead, "eventual read"
		}
		m.enter(&e, a.Saw, fmt.Sprintf("#%d %s: value %d", op.Sequence, word, a.Saw.Value))
	case acknowledges(a):
		e.kind, e.delta = acknowledged, op.Delta
		text := fmt.Sprintf("#%d %+d", op.Sequence, op.Delta)
		if a.Repeated {
			e.invoked, _ = earlierWrite(op, slices.IndexFunc(op.Attempts, func(o history.Attempt) bool { return o.Invoked == a.Invoked && o.Repeated }))
		}
		if a.After.Known {
			text += fmt.Sprintf(": value %d", a.After.Value)
		}
		m.enter(&e, a.After, text)
	case a.Writes().Unknown > 0:
		e.kind, e.delta = acknowledged, op.Delta
		m.enter(&e, history.State{}, fmt.Sprintf("#%d %+d: no answer", op.Sequence, op.Delta))
		m.ops[len(m.ops)-1].Return = math.MaxInt64
	case a.Outcome == counter.Conflict || refusedAtFloor(a):
		text := fmt.Sprintf("#%d %+d refused", op.Sequence, op.Delta)
		if a.Saw.Known {
			text += fmt.Sprintf(": value %d", a.Saw.Value)
		}
		m.enter(&e, a.Saw, text)
	}
}

func (m *meanwhile) enter(e *entry, told history.State, label string) {
	told.Version = 0
	told.Known = told.Known && (e.kind == strongRead || e.kind == acknowledged && !m.violation.spread)
	in := step{client: e.client(), change: !e.isRead(), delta: e.delta, told: told, label: label, wrong: m.is(0, e)}
	part := in.wrong
	for i := range m.violation.parts {
		part = part || m.is(i, e)
	}
	m.ops = append(m.ops, moved{porcupine.Operation{ClientId: in.client, Input: in, Call: e.invoked, Return: e.returned}, part, e.returned})
}

// is reports whether an entry is that part of the violation.
func (m *meanwhile) is(part int, e *entry) bool {
	if part >= len(m.violation.parts) {
		return false
	}
	p := &m.violation.parts[part]
	return p.sequence == e.sequence && p.returned == e.returned && (p.sequence == 0 || p.worker == e.worker)
}

// shorten leaves out operations if there are too many to draw: first those that were over
// before the violation, then the last ones.
func (m *meanwhile) shorten() {
	if !m.left && len(m.ops) <= longest {
		return
	}
	m.left = true
	m.ops = slices.DeleteFunc(m.ops, func(o moved) bool { return !o.part && o.ended < m.violation.From })
	for i := len(m.ops) - 1; i >= 0 && len(m.ops) > longest; i-- {
		if !m.ops[i].part {
			m.ops = slices.Delete(m.ops, i, i+1)
		}
	}
}

func (m *meanwhile) operations() []porcupine.Operation {
	var ops []porcupine.Operation
	for i := range m.ops {
		ops = append(ops, m.ops[i].Operation)
	}
	slices.SortStableFunc(ops, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	return ops
}

// model returns the counter for the scene. If the scene begins with the first value, a
// reading must show what the counter holds; otherwise the reading sets the value. What
// the check found to be impossible has no place.
func (m *meanwhile) model() porcupine.Model {
	start := history.State{}
	if !m.left {
		start = m.violation.start
	}
	whole := start.Known
	model := counterModel(start)
	model.Init = func() any { return history.State{Value: start.Value, Known: whole} }
	model.Step = func(now, input, _ any) (bool, any) {
		before, s := now.(history.State), input.(step)
		after := before
		if s.change {
			after.Value += s.delta
		}
		switch {
		case s.wrong:
			return false, before
		case !s.told.Known:
			return true, after
		case whole:
			return s.told.Value == after.Value, after
		}
		return true, history.State{Value: s.told.Value, Known: true}
	}
	model.DescribeState = func(now any) string {
		if s := now.(history.State); s.Known {
			return fmt.Sprintf("value %d", s.Value)
		}
		return "some value"
	}
	return model
}
