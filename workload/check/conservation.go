package check

import (
	"fmt"

	"contend/workload/history"
)

// Conservation judges the store: a counter's final value must be between initial +
// surely applied and initial + possibly applied changes, where decrements count with
// their sign. Outside this band, the store lost an acknowledged update or invented
// one; retries of clients cannot explain it.
func Conservation(ledgers []history.Ledger) Result {
	return judgeEach("conservation", ledgers, conservation)
}

func conservation(l *history.Ledger) finding {
	switch {
	case l.Final < l.Lowest():
		return finding{Fail, outside(l), []string{fmt.Sprintf(
			"%q should be at least %d and is %d: the store lost %d", l.Key, l.Lowest(), l.Final, distance(l.Lowest(), l.Final))}}
	case l.Final > l.Highest():
		return finding{Fail, outside(l), []string{fmt.Sprintf(
			"%q should be at most %d and is %d: the store invented %d", l.Key, l.Highest(), l.Final, distance(l.Final, l.Highest()))}}
	}
	return finding{Pass, fmt.Sprintf("%q ended at %d, within %s%s", l.Key, l.Final, limits(l), reconciled(l)), nil}
}

// distance is larger − smaller, which may not fit an int64.
func distance(larger, smaller int64) uint64 { return uint64(larger) - uint64(smaller) }

func outside(l *history.Ledger) string {
	return fmt.Sprintf("%q ended at %d, outside %s%s", l.Key, l.Final, limits(l), reconciled(l))
}

func limits(l *history.Ledger) string {
	return fmt.Sprintf("[%d, %d]", l.Lowest(), l.Highest())
}
