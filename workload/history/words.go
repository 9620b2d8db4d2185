package history

import (
	"fmt"

	"contend/counter"
)

// The words of a history stand here and nowhere else, except for those of outcomes,
// which are [counter.Outcome.String]'s. The reader and the writer both use them.

// String is the word in scenarios, histories and reports.
func (k Kind) String() string {
	switch k {
	case Increment:
		return "increment"
	case Decrement:
		return "decrement"
	case Read:
		return "read"
	case Transfer:
		return "transfer"
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// String is the word in histories and reports.
func (e Ending) String() string {
	switch e {
	case Running:
		return "running"
	case Applied:
		return "applied"
	case GaveUp:
		return "gave up"
	case Unknown:
		return "unknown"
	case Failed:
		return "failed"
	}
	return fmt.Sprintf("ending(%d)", uint8(e))
}

const (
	addWord      = "add" // the kind of an increment or decrement, as its delta says
	eventualWord = "eventual"
	strongWord   = "strong"
)

// kindAndDelta reads two members, either of which may be absent.
func (m *members) kindAndDelta() (Kind, int64) {
	word := m.bytes("kind")
	delta, given := m.integer("delta")
	kind := kindOf(delta)
	switch {
	case word == nil && !given:
		m.fail("kind and delta are missing")
	case word == nil:
	case string(word) == addWord:
		if !given {
			m.fail("delta is missing")
		}
		if delta == 0 {
			kind = Increment // a write, although it adds nothing
		}
	default:
		kind = m.kind(word)
		if !given {
			delta = kind.Delta()
		}
		if delta != 0 && kindOf(delta) != kind && kind != Transfer {
			m.fail("delta: %d does not fit kind %q", delta, word)
		}
	}
	return kind, delta
}

func kindOf(delta int64) Kind {
	switch {
	case delta > 0:
		return Increment
	case delta < 0:
		return Decrement
	}
	return Read
}

func (m *members) kind(word []byte) Kind {
	for _, k := range [...]Kind{Increment, Decrement, Read, Transfer} {
		if string(word) == k.String() {
			return k
		}
	}
	m.fail("kind: unknown word %q", word)
	return Read
}

func (m *members) eventual() bool {
	switch word := m.bytes("reads"); string(word) {
	case eventualWord:
		return true
	case "", strongWord:
		return false
	default:
		m.fail("reads: unknown word %q", word)
		return false
	}
}

func (m *members) end() Ending {
	word := m.bytes("end")
	for _, e := range [...]Ending{Applied, GaveUp, Unknown, Failed} {
		if string(word) == e.String() {
			return e
		}
	}
	if len(word) == 0 {
		m.fail("end is missing")
	} else {
		m.fail("end: unknown word %q", word)
	}
	return Running
}

// outcome is otherwise if the member is absent. That is an error if otherwise is Unset.
func (m *members) outcome(otherwise counter.Outcome) counter.Outcome {
	word := m.bytes("outcome")
	if len(word) == 0 {
		if otherwise == counter.Unset {
			m.fail("outcome is missing")
		}
		return otherwise
	}
	for _, o := range counter.Outcomes() {
		if string(word) == o.String() {
			return o
		}
	}
	m.fail("outcome: unknown word %q", word)
	return counter.Unset
}
