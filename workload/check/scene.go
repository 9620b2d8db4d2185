package check

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"contend/workload/history"
)

// Scene is the part of a history around one violation, small enough for Porcupine to
// draw: the states before and after those in question or, if they have no positions,
// the operations in progress. Use [NewScene] to make one.
type Scene struct {
	violation Violation
	entries   []entry
	unknown   []sentWrite
	meanwhile meanwhile
}

// sentWrite is an unknown write with its sender.
type sentWrite struct {
	unknownWrite
	worker   int32
	sequence int64
}

// around is how many positions a scene shows before and after the violation, and
// longest how many it shows in between; of more than that the middle is left out.
const (
	around  = 2
	longest = 24
)

// NewScene returns an empty scene of a violation; add all operations of the history.
func NewScene(v Violation) *Scene {
	s := &Scene{violation: v, meanwhile: newMeanwhile(v)}
	for _, e := range v.parts {
		if e.sequence == 0 { // no operation tells of it
			s.entries = append(s.entries, e)
		}
	}
	return s
}

// Add keeps the part of an operation that belongs to the scene.
func (s *Scene) Add(op *history.Op) {
	if op.Counter != s.violation.Counter {
		return
	}
	s.meanwhile.add(op)
	tell := func(e entry, state history.State) {
		if !state.Known {
			return
		}
		e.value = state.Value
		if e = s.violation.ruler.place(e, state.Version); s.shows(&e) {
			s.entries = append(s.entries, e)
		}
	}
	entriesOf(op, tell, func(w unknownWrite) {
		if w.invoked <= s.violation.To && op.Returned >= s.violation.From && len(s.unknown) < longest {
			s.unknown = append(s.unknown, sentWrite{w, int32(op.Worker), op.Sequence})
		}
	})
}

// shows reports whether an entry belongs to the scene: writes by their position,
// reads also by their time.
func (s *Scene) shows(e *entry) bool {
	v := &s.violation
	if e.at < v.low-around || e.from > v.high+around {
		return false
	}
	if v.high-v.low > longest && e.at > v.low+around && e.from < v.high-around {
		return false
	}
	return !e.isRead() || e.returned >= v.From && e.invoked <= v.To
}

// ErrNoScene: the history holds nothing of the violation that could be drawn.
var ErrNoScene = errors.New("nothing to draw")

// searchPatience bounds Porcupine's search, which may take exponential time.
const searchPatience = 5 * time.Second

// Draw writes a page on which Porcupine shows the longest orders of the scene's
// operations that it found, and the operations that fit into none.
func (s *Scene) Draw(w io.Writer) error {
	model, operations := s.positions()
	if len(operations) == 0 {
		model, operations = s.meanwhile.model(), s.meanwhile.operations()
	}
	if len(operations) == 0 {
		return ErrNoScene
	}
	names := nameClients(operations)
	_, info := porcupine.CheckOperationsVerbose(model, operations, searchPatience)
	v := &s.violation
	info.AddAnnotations([]porcupine.Annotation{{Tag: "violation", Start: v.From, End: v.To, Description: "here", Details: v.Text}})
	return writePicture(w, model, info, names, v.Text)
}

// positions is the scene by the states' positions; empty if they have none.
func (s *Scene) positions() (porcupine.Model, []porcupine.Operation) {
	if s.violation.byTime || len(s.entries) == 0 {
		return porcupine.Model{}, nil
	}
	slices.SortFunc(s.entries, func(a, b entry) int { return cmp.Compare(a.place(), b.place()) })
	return s.model(), s.operations()
}

// model is the counter that the scene's operations are held against.
func (s *Scene) model() porcupine.Model {
	if s.violation.high-s.violation.low <= longest {
		return counterModel(before(s.entries[0]))
	}
	return rising(s.entries[0])
}

// before is the state that an entry began with.
func before(e entry) history.State {
	s := history.State{Value: e.value - e.delta, Known: true}
	if e.versioned {
		s.Version = e.from
	}
	return s
}

// rising is a counter of which only the order of positions is known: every
// write goes up from a position that is not above its own.
func rising(first entry) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return first.from },
		Step: func(state, input, _ any) (bool, any) {
			at, s := state.(int64), input.(step)
			if !s.told.Known {
				return true, at
			}
			if s.change {
				return at <= s.from, s.at
			}
			return at <= s.at, s.at
		},
		Equal:             func(a, b any) bool { return a == b },
		DescribeOperation: func(input, _ any) string { return input.(step).label },
		DescribeState:     func(state any) string { return fmt.Sprintf("state %d", state) },
	}
}

// operations are the scene as Porcupine reads it. Reads of one operation that
// follow each other get the operation's worker as client.
func (s *Scene) operations() []porcupine.Operation {
	var ops []porcupine.Operation
	for _, e := range s.entries {
		told := history.State{Value: e.value, Known: e.kind != eventualRead}
		if e.versioned {
			told.Version = e.at
		}
		ops = append(ops, porcupine.Operation{
			ClientId: e.client(), Call: e.invoked, Return: e.returned,
			Input: step{client: e.client(), change: !e.isRead(), delta: e.delta, told: told, from: e.from, at: e.at,
				label: fmt.Sprintf("#%d %s: %s", e.sequence, shortWord(&e), e.state())},
		})
	}
	for _, u := range s.unknown {
		var built *int64
		if u.isBuilt {
			built = &u.built
		}
		ops = append(ops, porcupine.Operation{
			ClientId: int(u.worker), Call: u.invoked, Return: math.MaxInt64,
			Input: step{client: int(u.worker), change: true, delta: u.delta, built: built, label: fmt.Sprintf("#%d %+d: no answer", u.sequence, u.delta)},
		})
	}
	slices.SortFunc(ops, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	return ops
}

func shortWord(e *entry) string {
	switch e.kind {
	case acknowledged:
		return fmt.Sprintf("%+d", e.delta)
	case eventualRead:
		return "eventual read"
	}
	return history.Read.String()
}
