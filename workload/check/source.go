package check

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"contend/workload/history"
)

// source is one of several histories that are judged together.
type source struct {
	path   string
	number int    // from 0, among those of the run
	name   string // for people
	header history.Header
	footer *history.Footer // nil: the history was cut off
	line   *history.Timeline
	base   int              // what is added to its workers' numbers
	last   map[int]int64    // by worker: the end of the last operation, in the history's own time
	ended  map[int]int64    // by counter: the same
	steps  map[int]struct{} // the counters that it changes or reads
	align  int64            // its own time + align is roughly common time

	file   *os.File
	reader *history.Reader
	ahead  *history.Ahead
	op     history.Op // the next one
	own    int64      // all that began before this own time has been read
	marks  map[int]int64
	wide   []history.Attempt // memory that is used again
	over   bool              // all has been read
}

// driftAfterCut is by how many parts per million the bound of a clock grows after the last
// reading of a history that was cut off: two clocks, each wrong by at most [maxSkew].
const driftAfterCut = 2 * maxSkew

// inspect reads the histories to their ends. It takes turns, so that they are decoded at the
// same time. The error is that of the first history that has one.
func inspect(paths []string) ([]*source, error) {
	sources := make([]*source, len(paths))
	failed := make([]error, len(paths))
	for i, path := range paths {
		s := &source{path: path, last: map[int]int64{}, ended: map[int]int64{}, steps: map[int]struct{}{}}
		sources[i] = s
		if failed[i] = s.open(); failed[i] == nil {
			defer s.close()
			s.header = s.reader.Header()
		}
	}
	for reading := true; reading; {
		reading = false
		for i, s := range sources {
			if failed[i] == nil && !s.over {
				failed[i], reading = s.takeTurn(), true
			}
		}
	}
	for i, s := range sources {
		if failed[i] != nil {
			return nil, failed[i]
		}
		s.conclude()
	}
	return sources, nil
}

// takeTurn reads and notes some operations.
func (s *source) takeTurn() error {
	const most = 256
	for range most {
		if err := s.next(); err != nil || s.over {
			return err
		}
		s.note(&s.op)
	}
	return nil
}

// conclude takes over what is known at the end of the history.
func (s *source) conclude() {
	s.close()
	s.footer = s.reader.Footer()
	clock, drift := s.header.Clock, int64(0)
	switch {
	case s.footer == nil:
		drift = driftAfterCut
	case s.footer.Clock != nil:
		clock = s.footer.Clock
	}
	if s.line = history.NewTimeline(clock, drift); s.line.Known() {
		s.align = clock[0].Offset
	}
}

// note remembers what must be known before the histories are read together.
func (s *source) note(op *history.Op) {
	ended := op.Returned
	if ended == history.NoEnd {
		ended = op.Invoked // as it has no end, nothing can come after it
	}
	s.last[op.Worker] = max(s.last[op.Worker], ended)
	s.ended[op.Counter] = max(s.ended[op.Counter], ended)
	s.steps[op.Counter] = struct{}{}
	if op.Kind == history.Transfer {
		s.ended[op.To] = max(s.ended[op.To], ended)
		s.steps[op.To] = struct{}{}
	}
}

// open begins to read the history from its beginning.
func (s *source) open() (err error) {
	if s.file, err = os.Open(s.path); err != nil {
		return err
	}
	s.over, s.own, s.marks = false, 0, map[int]int64{}
	for worker := range s.last {
		s.marks[worker] = 0
	}
	if s.reader, err = history.NewReader(s.file); err != nil {
		return errors.Join(fmt.Errorf("%q: %w", s.path, err), s.file.Close())
	}
	s.ahead = history.ReadAhead(s.reader)
	return nil
}

// close ends what open began. It may be called twice.
func (s *source) close() {
	if s.ahead != nil {
		s.ahead.Close()
		s.ahead = nil
		_ = s.file.Close() // nothing was written
	}
}

// next reads the next operation, or finds that there is none.
func (s *source) next() error {
	switch err := s.ahead.Next(&s.op); {
	case errors.Is(err, io.EOF):
		s.over = true
		return nil
	case err != nil:
		return fmt.Errorf("%q: %w", s.path, err)
	}
	return nil
}

// ended at the latest, in common time.
func (s *source) due() int64 {
	if s.op.Returned == history.NoEnd {
		return s.common(s.op.Invoked)
	}
	return s.common(s.op.Returned)
}

func (s *source) common(own int64) int64 {
	at, _ := s.line.Common(own)
	return at
}

// earliest is the earliest common time of an own time.
func (s *source) earliest(own int64) int64 {
	at, _ := s.line.Span(own)
	return at
}

// follow notes that an operation has been read: the worker's next one begins after it.
func (s *source) follow(op *history.Op) {
	if s.marks[op.Worker] = op.Returned; op.Returned == history.NoEnd {
		s.marks[op.Worker] = op.Invoked
	}
}

// mark is the own time before which all operations that began have been read.
func (s *source) mark() int64 {
	if s.over {
		return math.MaxInt64
	}
	mark := int64(math.MaxInt64)
	for _, at := range s.marks {
		mark = min(mark, at)
	}
	return mark
}

// workers is how many workers the history may have.
func (s *source) workers() int {
	highest := s.header.Workers - 1
	for worker := range s.last {
		highest = max(highest, worker)
	}
	return highest + 1
}

// cutAt is the own time from which on operations may be missing in a history that was cut
// off.
func (s *source) cutAt() int64 {
	if !s.header.Ordered {
		return 0
	}
	cut := int64(math.MaxInt64)
	for worker := range s.workers() {
		if s.header.Sources > 0 && worker%s.header.Sources != s.number {
			continue // another history's
		}
		cut = min(cut, s.last[worker])
	}
	return cut
}

// end is the own time after which there is nothing more.
func (s *source) end() int64 {
	var end int64
	for _, at := range s.last {
		end = max(end, at)
	}
	if s.footer != nil {
		for _, r := range s.footer.Finals {
			end = max(end, r.Returned)
		}
	}
	return end
}

// widest is the largest bound that the history's clock has at its beginning, in its middle
// or at its end.
func (s *source) widest() int64 {
	var widest int64
	for _, at := range []int64{0, s.end() / 2, s.end()} {
		_, within := s.line.Common(at)
		widest = max(widest, within)
	}
	return widest
}
