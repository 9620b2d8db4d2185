package explore

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"contend/counter"
	"contend/workload/history"
)

// Story is what happened in a short run, one event after another.
type Story struct {
	Events []Event
	// Omitted is the number of operations that are not told.
	Omitted int64
}

// Event is a moment of a story. At counts from the start of the load.
type Event struct {
	At   time.Duration
	Text string // a sentence without its full stop
}

// MaxTold is the number of operations that a story tells at most: the first ones.
const MaxTold = 40

// Tell reads the history of a run: who did what, what was answered, and what was lost.
// Attempts are told in the order in which they began.
func Tell(historyPath string) (*Story, error) {
	file, err := os.Open(historyPath)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r, err := history.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", historyPath, err)
	}
	t := &teller{counters: r.Header().Counters, touched: map[int]bool{}}
	for told := int64(0); ; told++ {
		var op history.Op
		switch err := r.Next(&op); {
		case errors.Is(err, io.EOF):
			return t.end(r.Footer()), nil
		case err != nil:
			return nil, fmt.Errorf("%q: %w", historyPath, err)
		case told >= MaxTold:
			t.story.Omitted++
		default:
			t.tell(&op)
		}
	}
}

// teller collects the events of a story.
type teller struct {
	counters []history.CounterStart
	touched  map[int]bool // counters of the operations that are told
	story    Story
	last     time.Duration
}

// end sorts the events, and adds what the counters were before and after them.
func (t *teller) end(finals *history.Footer) *Story {
	slices.SortStableFunc(t.story.Events, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	var before []Event
	for i, c := range t.counters {
		if t.touched[i] {
			before = append(before, Event{0, fmt.Sprintf("%q begins at %s", c.Key, shown(c.Initial))})
		}
	}
	t.story.Events = append(before, t.story.Events...)
	if finals == nil {
		return &t.story
	}
	for _, f := range finals.Finals {
		if t.touched[f.Counter] {
			t.story.Events = append(t.story.Events, Event{t.last, fmt.Sprintf("%q ends at %s", t.counters[f.Counter].Key, shown(f.Final))})
		}
	}
	return &t.story
}

// tell adds the attempts of an operation, with its end after the last one.
func (t *teller) tell(op *history.Op) {
	t.touched[op.Counter] = true
	on := ""
	if len(t.counters) > 1 {
		on = fmt.Sprintf(" of %q", t.counters[op.Counter].Key)
	}
	if op.Kind == history.Transfer {
		t.touched[op.To] = true
		on += fmt.Sprintf(" with the opposite for %q", t.counters[op.To].Key)
	}
	for i := range op.Attempts {
		a := &op.Attempts[i]
		text := fmt.Sprintf("%s%s: %s", op, on, told(op, a))
		if i > 0 {
			text = fmt.Sprintf("worker %d, operation %d again: %s", op.Worker, op.Sequence, told(op, a))
		}
		if i == len(op.Attempts)-1 && op.Kind != history.Read {
			text += fmt.Sprintf("; the caller got %q", op.Ending)
		}
		t.add(begin(a), text)
		t.last = max(t.last, time.Duration(op.Returned))
	}
	if len(op.Attempts) == 0 {
		t.add(op.Invoked, fmt.Sprintf("%s%s: no attempt; the caller got %q", op, on, op.Ending))
	}
}

func (t *teller) add(at int64, text string) {
	t.story.Events = append(t.story.Events, Event{time.Duration(at), text})
	t.last = max(t.last, time.Duration(at))
}

// begin is when an attempt sent its first request.
func begin(a *history.Attempt) int64 {
	if a.LookReturned > 0 {
		return a.LookInvoked
	}
	return a.Invoked
}

// told says what an attempt did, and what was answered.
func told(op *history.Op, a *history.Attempt) string {
	switch {
	case op.Kind == history.Read && a.Outcome == counter.Applied:
		return "saw " + shown(a.Saw)
	case op.Kind == history.Read:
		return answered(a)
	case !a.Written:
		return "sent no write, because the read before it was " + answered(a)
	}
	did := fmt.Sprintf("sent %+d", op.Delta)
	if a.Before.Known {
		read := "knew"
		if a.LookReturned > 0 {
			read = "read"
		}
		did = fmt.Sprintf("%s %s and sent %+d", read, shown(a.Before), op.Delta)
	}
	if a.Carried {
		did += " with another worker's request"
	}
	return did + ": " + answered(a)
}

// answered says how an attempt ended, and what caused it.
func answered(a *history.Attempt) string {
	text := a.Outcome.String()
	switch {
	case a.Outcome == counter.Unknown:
		text = "no usable answer"
	case a.Repeated:
		text = "applied, by an earlier attempt"
	}
	if a.After.Known {
		text += ", leaving " + shown(a.After)
	}
	if a.Saw.Known {
		text += ", because it was " + shown(a.Saw)
	}
	if a.AmbiguousWrites > 0 {
		text += fmt.Sprintf(", after %d that the SDK sent again", a.AmbiguousWrites)
	}
	var causes []string
	if a.Reason != "" {
		causes = append(causes, a.Reason)
	}
	for i := range a.Faults {
		causes = append(causes, a.Faults[i].String())
	}
	if len(causes) == 0 {
		return text
	}
	return text + " (" + strings.Join(causes, "; ") + ")"
}

// shown is a state's value, with its version if that says more.
func shown(s history.State) string {
	switch {
	case !s.Known:
		return "an unknown value"
	case s.Version == 0 || s.Version == s.Value:
		return fmt.Sprint(s.Value)
	}
	return fmt.Sprintf("%d (version %d)", s.Value, s.Version)
}
