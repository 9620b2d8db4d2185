package rendezvous

import (
	"fmt"
	"strings"
	"time"
)

// JoinedError says that another process has already joined with this machine's number.
type JoinedError struct {
	Run     string
	Machine int
	At      string // when the other one joined, by its own clock, RFC 3339
}

func (e *JoinedError) Error() string {
	return fmt.Sprintf("machine %d of run %q has joined already, at %s: a machine cannot join twice, and a run's ID is used once", e.Machine, e.Run, e.At)
}

// StartedError says that the run has started without this machine.
type StartedError struct {
	Run     string
	Machine int
}

func (e *StartedError) Error() string {
	return fmt.Sprintf("run %q has started already, without machine %d: a run's ID is used once", e.Run, e.Machine)
}

// MissingError says which machines did not join in time.
type MissingError struct {
	Run      string
	Machines []int
	Waited   time.Duration
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("run %q: %s", e.Run, e.sentence())
}

func (e *MissingError) sentence() string {
	return fmt.Sprintf("%s did not come within %s", machines(e.Machines), e.Waited)
}

// DisagreementError says that another machine has a different program version or scenario.
type DisagreementError struct {
	Run         string
	Machine     int
	Differences []string
}

func (e *DisagreementError) Error() string {
	return fmt.Sprintf("run %q: %s", e.Run, e.sentence("this one"))
}

// sentence says in what the other machine differs from this one, which it calls so.
func (e *DisagreementError) sentence(thisOne string) string {
	return fmt.Sprintf("machine %d differs from %s: %s", e.Machine, thisOne, strings.Join(e.Differences, "; "))
}

// Abort says which machine ended a run early, and why.
type Abort struct {
	Machine int // that ended it
	Reason  string
}

func (a Abort) String() string {
	return fmt.Sprintf("machine %d ended the run: %s", a.Machine, a.Reason)
}

// AbortedError says that a machine ended the run before it started.
type AbortedError struct {
	Run string
	Abort
}

func (e *AbortedError) Error() string { return fmt.Sprintf("run %q: %s", e.Run, e.Abort) }

// GoneError says that the run's items were removed or replaced, by another program or by the
// other machines, which counted this one as lost.
type GoneError struct {
	Run     string
	Machine int
	Err     error // the store's answer
}

func (e *GoneError) Error() string {
	return fmt.Sprintf("run %q: the items by which machine %d was in touch with the others are gone", e.Run, e.Machine)
}

// Unwrap returns Err.
func (e *GoneError) Unwrap() error { return e.Err }

// machines lists machines as a sentence does.
func machines(list []int) string {
	words := make([]string, len(list))
	for i, m := range list {
		words[i] = fmt.Sprint(m)
	}
	if len(words) == 1 {
		return "machine " + words[0]
	}
	return "machines " + strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
