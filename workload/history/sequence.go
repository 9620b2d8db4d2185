package history

import "fmt"

// sequence checks each operation against those that stand before it.
type sequence struct {
	workers []progress // of an ordered history
	ended   []int64    // when the last operation of each counter returned
	read    []bool     // whether each counter already has a final reading
}

// progress is how far a worker has got.
type progress struct {
	operations int64
	returned   int64 // when its last operation returned, so that another may have begun
}

// follow adds an operation. numbered is true if the operation gives its own sequence
// number. Otherwise, in an ordered history, follow counts.
func (s *sequence) follow(op *Op, ordered, numbered bool) error {
	s.ended = grown(s.ended, max(op.Counter, op.To))
	if op.Returned != NoEnd {
		s.ended[op.Counter] = max(s.ended[op.Counter], op.Returned)
	}
	if op.Returned != NoEnd && op.Kind == Transfer {
		s.ended[op.To] = max(s.ended[op.To], op.Returned)
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
		return fmt.Errorf("seq: worker %d's operation %d occurs twice or is in the wrong place, but the header says that the history is ordered", op.Worker, op.Sequence)
	case numbered && op.Sequence > p.operations:
		return fmt.Errorf("seq: worker %d's operation %d is missing before its operation %d, but the header says that the history is ordered",
			op.Worker, p.operations, op.Sequence)
	case op.Invoked < p.returned:
		return fmt.Errorf("invoked_ns: worker %d began this at %d, before its previous operation ended at %d, but the header says that the history is ordered",
			op.Worker, op.Invoked, p.returned)
	}
	if p.returned = op.Returned; op.Returned == NoEnd {
		p.returned = op.Invoked
	}
	return nil
}

// grown is the table, extended to have an entry for the number.
func grown[T any](table []T, number int) []T {
	if missing := number + 1 - len(table); missing > 0 {
		table = append(table, make([]T, missing)...)
	}
	return table
}

// finish checks a final reading against the counter's operations and the readings
// before it. timed is true if the reading has times.
func (s *sequence) finish(end *CounterEnd, timed bool) error {
	s.read = grown(s.read, end.Counter)
	if s.read[end.Counter] {
		return fmt.Errorf("counter %d occurs twice", end.Counter)
	}
	s.read[end.Counter] = true
	if !timed || end.Counter >= len(s.ended) {
		return nil
	}
	if last := s.ended[end.Counter]; end.Invoked < last {
		return fmt.Errorf("invoked_ns: counter %d was read at %d, before its last operation ended at %d", end.Counter, end.Invoked, last)
	}
	return nil
}
