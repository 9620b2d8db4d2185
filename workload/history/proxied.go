package history

import "math"

// Kinds of faults that nobody injected. A proxy notes them for writes that it saw applied, and
// for which the caller got no acknowledgement of their own.
const (
	NotHeard    = "not-heard"    // the client did not get the store's answer
	SentAgain   = "sent-again"   // the program had the answer, and sent another write
	NotReported = "not-reported" // the program had the answer, and did not tell its caller
)

// uninjected describes a fault that nobody injected; "" for others.
func uninjected(kind string) string {
	switch kind {
	case NotHeard:
		return "an answer that the client did not get"
	case SentAgain:
		return "a program that sent another write after the answer"
	case NotReported:
		return "a program that did not report the answer"
	}
	return ""
}

// Claim is what a program itself says that it changed, as opposed to what its SDK was answered.
type Claim struct {
	// Counter is an index into the run's counters; -1 means that the claim is about all of them
	// together.
	Counter int
	// Change is the sum of the changes that the program believes were applied. Low and High
	// bound the sum of those whose outcome it does not know.
	Change, Low, High int64
}

func appendClaims(dst []byte, claims []Claim) []byte {
	dst = append(dst, `,"claims":[`...)
	for i, c := range claims {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendInteger(dst, `{"change":`, c.Change)
		if c.Counter >= 0 {
			dst = appendInteger(dst, `,"counter":`, int64(c.Counter))
		}
		dst = appendUnlessZero(dst, `,"low":`, c.Low)
		dst = appendUnlessZero(dst, `,"high":`, c.High)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func decodeClaim(m *members, counters int) Claim {
	m.conform(claimShape)
	change, given := m.integer("change")
	if !given {
		m.fail("change is missing")
	}
	c := Claim{Counter: -1, Change: change}
	if m.get("counter") != nil {
		c.Counter = int(m.natural("counter", numbered(counters)))
	}
	c.Low, _ = m.integer("low")
	c.High, _ = m.integer("high")
	if c.Low > 0 || c.High < 0 || c.Low == math.MinInt64 {
		m.fail("low and high: must be at most 0 and at least 0, not %d and %d", c.Low, c.High)
	}
	return c
}
