package history

import "fmt"

// sequence holds the operations against those that stand before them.
type sequence struct {
	workers []progress // of an ordered history
	ended   []int64    // of each counter, when the last of its operations returned
	read    []bool     // of each counter, whether its final reading stands already
}

// progress is how far a worker has come.
type progress struct {
	operations int64
	returned   int64 // of the last one; since when it may have begun another
}

// follow enters an operation; numbered tells that it says which of the worker's
// it is. In an ordered history that is counted otherwise.
func (s *sequence) follow(op *Op, ordered, numbered bool) error {
	s.ended = grown(s.ended, op.Counter)
	if op.Returned != NoEnd {
		s.ended[op.Counter] = max(s.ended[op.Counter], op.Returned)
	}
	if !ordered {
		return nil
	}
	s.workers = grown(s.workers, op.Worker)
	p := &s.workers[op.Worker]
	p.operations++
	if !numbered {
		op.Sequence = p.operations
	}
	switch {
	case numbered && op.Sequence < p.operations:
		return fmt.Errorf("seq: worker %d's operation %d stands twice, or in the wrong place, though the history says that it is ordered", op.Worker, op.Sequence)
	case numbered && op.Sequence > p.operations:
		return fmt.Errorf("seq: worker %d's operation %d is missing before its operation %d, though the history says that it is ordered",
			op.Worker, p.operations, op.Sequence)
	case op.Invoked < p.returned:
		return fmt.Errorf("invoked_ns: worker %d began this at %d, before its operation before it had ended, at %d, though the history says that it is ordered",
			op.Worker, op.Invoked, p.returned)
	}
	if p.returned = op.Returned; op.Returned == NoEnd {
		p.returned = op.Invoked
	}
	return nil
}

// grown is the table with an entry for the number.
func grown[T any](table []T, number int) []T {
	if missing := number + 1 - len(table); missing > 0 {
		table = append(table, make([]T, missing)...)
	}
	return table
}

// finish holds a final reading against the counter's operations and against
// those that stand before it; timed says that its times are given.
func (s *sequence) finish(end *CounterEnd, timed bool) error {
	s.read = grown(s.read, end.Counter)
	if s.read[end.Counter] {
		return fmt.Errorf("counter %d stands twice", end.Counter)
	}
	s.read[end.Counter] = true
	if !timed || end.Counter >= len(s.ended) {
		return nil
	}
	if last := s.ended[end.Counter]; end.Invoked < last {
		return fmt.Errorf("invoked_ns: counter %d was read at %d, before its last operation had ended, at %d", end.Counter, end.Invoked, last)
	}
	return nil
}
