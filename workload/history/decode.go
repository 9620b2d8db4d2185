package history

import (
	"math"
	"time"

	"contend/counter"
)

// maxNumbered bounds workers and counters, so that readers can keep tables of
// them.
const maxNumbered = 1 << 20

func decodeHeader(m *members) (Header, error) {
	if v, _ := m.integer("contend_history"); v != version {
		m.fail("a history of version %d; this program reads version %d", v, version)
	}
	m.strict = m.truth("strict", false)
	m.conform(headerShape)
	h := Header{
		Strict:     m.strict,
		Tool:       m.text("tool"),
		Scenario:   m.text("scenario"),
		Strategy:   m.text("strategy"),
		Table:      m.text("table"),
		Attribute:  m.text("attribute"),
		Version:    m.text("version"),
		Key:        m.tableKey(),
		Workers:    int(m.natural("workers", maxNumbered)),
		Ordered:    m.truth("ordered", false),
		Idempotent: m.truth("idempotent", false),
		Shards:     int(m.natural("shards", maxNumbered)),
		Calls:      m.truth("calls", false),
		Clock:      m.clock(),
	}
	m.source(&h)
	if floor, given := m.integer("floor"); given {
		h.Floor = &floor
	}
	if text := m.text("started_at"); text != "" {
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			m.fail("started_at: %q is not an RFC 3339 time", text)
		}
		h.StartedAt = at.UTC()
	}
	keys := map[string]bool{}
	m.each("counters", func(inner members) error {
		inner.conform(counterShape)
		start := CounterStart{Key: inner.text("key"), Initial: inner.valueAndVersion("initial", "initial_version")}
		if keys[start.Key] {
			inner.fail("key: %q is also the key of another counter", start.Key)
		}
		keys[start.Key] = start.Key != ""
		h.Counters = append(h.Counters, start)
		return inner.err
	})
	return h, m.err
}

// decodeOp reads an operation of the run that the header describes. It reuses the
// memory of op.Attempts.
func (r *Reader) decodeOp(m *members, op *Op) error {
	if m.get("attempts") != nil && m.strict {
		m.conform(operationShape)
	} else {
		m.conform(singleShape)
	}
	*op = Op{
		Worker:   int(m.natural("worker", numbered(r.header.Workers))),
		Sequence: m.natural("seq", math.MaxInt64),
		Counter:  int(m.natural("counter", numbered(len(r.header.Counters)))),
		Eventual: m.eventual(),
		Ending:   m.end(),
		Call:     m.text("call"),
		Attempts: op.Attempts[:0],
	}
	op.Kind, op.Delta = m.kindAndDelta()
	r.decodeTransfer(m, op)
	op.Invoked, op.Returned = m.span("invoked_ns", "returned_ns")
	if op.Returned == NoEnd && op.Ending != Unknown {
		m.fail("returned_ns is missing")
	}
	op.Due = op.Invoked
	if m.get("due_ns") != nil {
		op.Due = m.natural("due_ns", math.MaxInt64)
	}
	numbered := op.Sequence > 0
	if !numbered {
		op.Sequence = r.operations + 1
	}
	given := m.each("attempts", func(inner members) error {
		inner.conform(attemptShape)
		op.Attempts = append(op.Attempts, r.decodeAttempt(&inner, op.Kind, counter.Unset))
		return inner.err
	})
	if !given {
		op.Attempts = append(op.Attempts, r.decodeAttempt(m, op.Kind, outcomeOf(op.Ending)))
	}
	if m.err != nil {
		return m.err
	}
	if err := op.contradiction(); err != nil {
		return err
	}
	return r.sequence.follow(op, r.header.Ordered, numbered)
}

// numbered is the largest number if things are numbered from 0 to many − 1. If many is
// 0, their number is not known.
func numbered(many int) int64 {
	if many == 0 {
		return maxNumbered - 1
	}
	return int64(many) - 1
}

// decodeAttempt uses otherwise if the attempt has no outcome. If otherwise is Unset,
// the outcome is required.
func (r *Reader) decodeAttempt(m *members, kind Kind, otherwise counter.Outcome) Attempt {
	a := Attempt{
		Outcome:         m.outcome(otherwise),
		Written:         m.truth("written", writes(kind)),
		Reason:          r.word(m, "reason"),
		Before:          m.state("before"),
		After:           m.state("after"),
		Saw:             m.state("saw"),
		ReadUnits:       m.units("read_units"),
		WriteUnits:      m.units("write_units"),
		Token:           m.text("token"),
		Repeated:        m.truth("repeated", false),
		Carried:         m.truth("carried", false),
		Requests:        int(m.natural("requests", maxRequests)),
		AmbiguousWrites: int(m.natural("doubts", maxRequests)),
		Settled:         int(m.natural("over", maxRequests)),
	}
	a.Invoked, a.Returned = m.span("invoked_ns", "returned_ns")
	a.LookInvoked, a.LookReturned = m.interval("look_invoked_ns", "look_returned_ns", false)
	m.each("faults", func(inner members) error {
		a.Faults = append(a.Faults, r.decodeFault(&inner))
		return inner.err
	})
	return a
}

// maxRequests bounds the requests of one attempt, so that a single line cannot fill
// the memory of a reader that keeps each doubt.
const maxRequests = 1 << 16

func (r *Reader) decodeFault(m *members) Fault {
	m.conform(faultShape)
	return Fault{
		Kind:                  r.word(m, "kind"),
		Request:               int(m.natural("request", maxRequests)),
		Write:                 m.truth("write", false),
		Delivered:             int(m.natural("delivered", maxRequests)),
		AppliedUnacknowledged: int(m.natural("unheard", maxRequests)),
		Status:                int(m.natural("status", maxRequests)),
		Code:                  r.word(m, "code"),
	}
}

// maxWords bounds the words that are kept; a history has a handful.
const maxWords = 1000

// word is a text that occurs often. Texts are kept, so that a reader does not allocate
// for each attempt.
func (r *Reader) word(m *members, name string) string {
	text := m.bytes(name)
	if len(text) == 0 {
		return ""
	}
	if known, ok := r.words[string(text)]; ok {
		return known
	}
	word := m.text(name)
	if len(r.words) < maxWords {
		r.words[string(text)] = word
	}
	return word
}

// outcomeOf is the outcome of an operation's only attempt.
func outcomeOf(e Ending) counter.Outcome {
	switch e {
	case Applied:
		return counter.Applied
	case GaveUp:
		return counter.Conflict
	case Failed:
		return counter.Failed
	}
	return counter.Unknown
}

func (r *Reader) decodeFooter(m *members) (*Footer, error) {
	m.conform(footerShape)
	f := &Footer{
		Operations: r.operations,
		Elapsed:    time.Duration(m.natural("elapsed_ns", math.MaxInt64)),
		Error:      m.text("error"),
		Clock:      m.clock(),
	}
	if n, given := m.integer("operations"); given && n != r.operations {
		m.fail("the footer says %d operations, but there are %d", n, r.operations)
	}
	m.each("claims", func(inner members) error {
		f.Claims = append(f.Claims, decodeClaim(&inner, len(r.header.Counters)))
		return inner.err
	})
	m.each("finals", func(inner members) error {
		inner.conform(finalShape)
		end := CounterEnd{
			Counter: int(inner.natural("counter", numbered(len(r.header.Counters)))),
			Final:   inner.valueAndVersion("value", "version"),
			Watched: time.Duration(inner.natural("watched_ns", math.MaxInt64)),
			Unseen:  inner.text("unseen"),
		}
		end.Invoked, end.Returned = inner.interval("invoked_ns", "returned_ns", false)
		if inner.err == nil {
			inner.err = r.sequence.finish(&end, inner.get("returned_ns") != nil)
		}
		f.Finals = append(f.Finals, end)
		return inner.err
	})
	return f, m.err
}
