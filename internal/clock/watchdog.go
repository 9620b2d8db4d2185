package clock

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
)

// DeadlockError: all processes wait, and nothing will wake one.
type DeadlockError struct {
	// Waiting names the processes, in the order of their names.
	Waiting []string
}

// maxNamed is how many processes a message names.
const maxNamed = 5

func (e *DeadlockError) Error() string {
	return fmt.Sprintf("deadlock: %d processes wait for events that nobody will fire, among them %s", len(e.Waiting), some(e.Waiting))
}

// EndlessError: the context of the simulation has ended, and a process goes on and on.
type EndlessError struct {
	// Processes names those that have not ended, in the order of their names: the one
	// that goes on, and those that wait for it.
	Processes []string
}

func (e *EndlessError) Error() string {
	return fmt.Sprintf("the context has ended, but %d processes do not end, among them %s", len(e.Processes), some(e.Processes))
}

// some are the first of many names, for a message.
func some(names []string) string {
	return strings.Trim(fmt.Sprintf("%q", names[:min(len(names), maxNamed)]), "[]")
}

func (s *scheduler) deadlock() error { return &DeadlockError{Waiting: s.names()} }

// names are of the processes that have not ended, sorted.
func (s *scheduler) names() []string {
	var names []string
	for _, p := range s.processes {
		names = append(names, p.name)
	}
	slices.Sort(names)
	return names
}

// BlockedError: a process waits for something that is not the clock, such as a channel.
type BlockedError struct {
	Process string
	// State is what it waits for, in the words of Go's runtime: "chan receive", say.
	State string
	// Stack is where it waits.
	Stack string
}

func (e *BlockedError) Error() string {
	return fmt.Sprintf("process %q waits for something that is not the clock (%s):\n%s", e.Process, e.State, e.Stack)
}

// guard returns when the scheduler has ended, or with an error when one process has been
// blocked for as long as patience. A process that computes may wait for the runtime at
// the moment of a look, so that two looks must find it at the same place.
func (s *scheduler) guard(ended <-chan struct{}, patience time.Duration) error {
	const looks = 4 // in a patience
	ticker := time.NewTicker(max(patience/looks, 1))
	defer ticker.Stop()
	seen, since, place := s.steps.Load(), time.Now(), ""
	for {
		select {
		case <-ended:
			return nil
		case <-ticker.C:
		}
		if steps := s.steps.Load(); steps != seen {
			seen, since, place = steps, time.Now(), ""
			continue
		}
		p := s.current.Load()
		if p == nil || time.Since(since) < patience {
			continue
		}
		state, stack := stackOf(p)
		if isBlocked(state) && stack == place {
			return &BlockedError{Process: p.name, State: state, Stack: stack}
		}
		place = stack
	}
}

// isBlocked tells waits of the runtime from computing, and from input and output.
func isBlocked(state string) bool {
	return slices.ContainsFunc([]string{"chan ", "select", "sync.", "semacquire", "sleep"}, func(prefix string) bool { return strings.HasPrefix(state, prefix) })
}

// stackOf finds the goroutine of a process, what it does, and where; "" if there is no
// such goroutine.
func stackOf(p *process) (state, stack string) {
	const most = 64 << 20
	buffer := make([]byte, 1<<20)
	for {
		n := runtime.Stack(buffer, true)
		if n < len(buffer) || n >= most {
			buffer = buffer[:n]
			break
		}
		buffer = make([]byte, 2*len(buffer))
	}
	life := fmt.Sprintf("clock.(*process).run(%p", p)
	for _, text := range strings.Split(string(buffer), "\n\n") {
		if strings.Contains(text, life) {
			header, stack, _ := strings.Cut(text, "\n")
			_, state, _ = strings.Cut(header, "[")
			state, _, _ = strings.Cut(state, "]")
			state, _, _ = strings.Cut(state, ",") // the minutes
			return state, stack
		}
	}
	return "", ""
}
