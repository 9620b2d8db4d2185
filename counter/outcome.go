package counter

import "fmt"

// Outcome is how one attempt ended. The zero value is [Unset], which no
// finished attempt has.
type Outcome uint8

const (
	// Unset means that the attempt has not ended.
	Unset Outcome = iota
	// Applied means that the store acknowledged the attempt.
	Applied
	// Conflict means that a condition or a transaction was refused because
	// somebody else was there first. Nothing was changed.
	Conflict
	// Throttled means that the store refused for lack of capacity. Nothing was
	// changed.
	Throttled
	// Failed means that the attempt was refused for a reason other than
	// contention or load, or was never sent. Nothing was changed.
	Failed
	// Unknown means that no usable answer came (time-out, reset, HTTP 5xx): the
	// change may have been made, and may still be made later.
	Unknown
)

// Outcomes lists the outcomes of finished attempts.
func Outcomes() []Outcome { return []Outcome{Applied, Conflict, Throttled, Failed, Unknown} }

// String is the word that scenarios, histories and reports use.
func (o Outcome) String() string {
	switch o {
	case Unset:
		return "unset"
	case Applied:
		return "applied"
	case Conflict:
		return "conflict"
	case Throttled:
		return "throttled"
	case Failed:
		return "failed"
	case Unknown:
		return "unknown"
	}
	return fmt.Sprintf("outcome(%d)", uint8(o))
}

// ParseOutcome is the inverse of [Outcome.String]. It does not accept "unset".
func ParseOutcome(word string) (Outcome, error) {
	for _, o := range Outcomes() {
		if o.String() == word {
			return o, nil
		}
	}
	return Unset, fmt.Errorf("unknown outcome %q", word)
}

// SurelyNotApplied reports whether the attempt cannot have changed the
// counter.
func (o Outcome) SurelyNotApplied() bool {
	return o == Conflict || o == Throttled || o == Failed
}
