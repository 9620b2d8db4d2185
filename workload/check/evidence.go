package check

import (
	"fmt"
	"slices"
	"strings"

	"contend/counter"
	"contend/workload/history"
)

// suspects describes the operations that keep says may be the cause: first those
// of which the injected faults tell that they were applied without the caller
// knowing, then those that were tried again. If these faults explain the whole
// difference and no operation was left out, they alone are the cause.
func suspects(l *history.Ledger, keep func(*history.Op) bool) []string {
	var found []*history.Op
	for i := range l.Doubtful {
		if op := &l.Doubtful[i]; keep(op) {
			found = append(found, op)
		}
	}
	if explained(l) && l.AppliedUnacknowledged > 0 && complete(l) {
		found = slices.DeleteFunc(found, func(op *history.Op) bool { return op.Writes().AppliedUnacknowledged() == 0 })
	}
	slices.SortStableFunc(found, func(a, b *history.Op) int { return suspicion(b) - suspicion(a) })
	var lines []string
	for _, op := range found {
		lines = append(lines, describe(op))
	}
	return lines
}

// suspicion is higher for an operation that is more likely to have counted more
// than its caller knows.
func suspicion(op *history.Op) int {
	level := 0
	if triedAgain(op) {
		level++
	}
	if op.Writes().AppliedUnacknowledged() > 0 {
		level += 2
	}
	return level
}

// triedAgain reports whether a write without an answer was sent once more.
func triedAgain(op *history.Op) bool {
	unknown := op.Writes().Unknown
	return unknown > 1 || unknown == 1 && op.Ending == history.Applied
}

// complete reports whether a ledger holds all of its doubtful operations.
func complete(l *history.Ledger) bool {
	return l.Omitted(true, true)+l.Omitted(true, false)+l.Omitted(false, true)+l.Omitted(false, false) == 0
}

// explained reports whether the counter holds what it must by the faults that
// were injected into its writes without an answer, all of which were.
func explained(l *history.Ledger) bool {
	return traced(l) && l.Final == l.Initial+l.Traced
}

// traced reports whether there are writes without an answer, and all of them
// are injected faults whose effect is known.
func traced(l *history.Ledger) bool { return len(l.Doubtful) > 0 && l.Untraced == 0 && !l.Beyond() }

// reconciled compares a counter with the injected faults; "" if they cannot tell.
func reconciled(l *history.Ledger) string {
	switch {
	case !traced(l):
		return ""
	case !explained(l):
		expected := l.Initial + l.Traced
		if l.Final > expected {
			return fmt.Sprintf("; by the injected faults it should be %d, and is %d above", expected, distance(l.Final, expected))
		}
		return fmt.Sprintf("; by the injected faults it should be %d, and is %d below", expected, distance(expected, l.Final))
	case l.AppliedUnacknowledged == 0:
		return "; the injected faults explain it exactly: no write was applied without the caller knowing"
	case l.AppliedUnacknowledged == 1:
		return "; the injected faults explain it exactly: 1 write was applied without the caller knowing"
	}
	return fmt.Sprintf("; the injected faults explain it exactly: %d writes were applied and not acknowledged", l.AppliedUnacknowledged)
}

// describe says how an operation ended, and after which attempts.
func describe(op *history.Op) string {
	return fmt.Sprintf("%s at %s, %+d: %s; the caller got %q", op, millis(op.Invoked), op.Delta, attempts(op), op.Ending)
}

// attempts counts an operation's attempts and says why some are unknown.
func attempts(op *history.Op) string {
	unknown, doubts := 0, 0
	var reasons, faults []string
	for i := range op.Attempts {
		a := &op.Attempts[i]
		if a.Writes().Unknown == 0 {
			continue
		}
		doubts += a.AmbiguousWrites
		if a.Written && a.Outcome == counter.Unknown {
			unknown++
			reasons = appendNew(reasons, a.Reason)
		}
		for j := range a.Faults {
			if a.Faults[j].Write {
				faults = appendNew(faults, a.Faults[j].String())
			}
		}
	}
	why := strings.Join(slices.DeleteFunc([]string{strings.Join(reasons, ", "), strings.Join(faults, "; ")}, isEmpty), "; ")
	if why != "" {
		why = " (" + why + ")"
	}
	return tries(len(op.Attempts), unknown, doubts) + why
}

// tries says how many of an operation's attempts are unknown, and how many
// writes were repeated within them.
func tries(attempts, unknown, doubts int) string {
	var text string
	switch {
	case attempts == 1 && unknown == 1:
		text = "its one attempt is unknown"
	case unknown > 0:
		text = fmt.Sprintf("%d attempts, %d of them unknown", attempts, unknown)
	default:
		text = plural(int64(attempts), "attempt")
	}
	if doubts > 0 {
		text += fmt.Sprintf(", with %s below the program", plural(int64(doubts), "repeated write"))
	}
	return text
}

func appendNew(list []string, text string) []string {
	if text == "" || slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

func isEmpty(text string) bool { return text == "" }
