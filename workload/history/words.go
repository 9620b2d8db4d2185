package history

import "contend/counter"

// kindAndDelta reads two members of which each may stand for the other.
func (m *members) kindAndDelta() (Kind, int64) {
	word := m.bytes("kind")
	delta, given := m.integer("delta")
	kind := kindOf(delta)
	switch {
	case word == nil && !given:
		m.fail("kind and delta are missing")
	case word == nil:
	case string(word) == "add":
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
		if delta != 0 && kindOf(delta) != kind {
			m.fail("delta: %d is not that of kind %q", delta, word)
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
	switch string(word) {
	case "increment":
		return Increment
	case "decrement":
		return Decrement
	case "read":
		return Read
	}
	m.fail("kind: unknown word %q", word)
	return Read
}

func (m *members) eventual() bool {
	switch word := m.bytes("reads"); string(word) {
	case "eventual":
		return true
	case "", "strong":
		return false
	default:
		m.fail("reads: unknown word %q", word)
		return false
	}
}

func (m *members) end() Ending {
	switch word := m.bytes("end"); string(word) {
	case "applied":
		return Applied
	case "gave up":
		return GaveUp
	case "unknown":
		return Unknown
	case "failed":
		return Failed
	case "":
		m.fail("end is missing")
	default:
		m.fail("end: unknown word %q", word)
	}
	return Running
}

// outcome is otherwise if the member is absent, which is an error if that is
// Unset.
func (m *members) outcome(otherwise counter.Outcome) counter.Outcome {
	word := m.bytes("outcome")
	switch string(word) {
	case "applied":
		return counter.Applied
	case "conflict":
		return counter.Conflict
	case "throttled":
		return counter.Throttled
	case "failed":
		return counter.Failed
	case "unknown":
		return counter.Unknown
	case "":
		if otherwise == counter.Unset {
			m.fail("outcome is missing")
		}
		return otherwise
	}
	m.fail("outcome: unknown word %q", word)
	return counter.Unset
}
