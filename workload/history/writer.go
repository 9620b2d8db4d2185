package history

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// flushInterval is the most of a run that is lost if its process is killed.
	flushInterval = time.Second
	// batchSize is how many operations or attempts a worker collects before it hands
	// them over.
	batchSize = 256
	// queueLength bounds the batches that wait for the flusher. When it is reached,
	// workers wait for the disk.
	queueLength = 16
)

// Writer is a [Sink] for a run in real time. Each worker copies its operations into its own
// batch. A goroutine encodes, compresses and writes the batches, and closes a frame at least
// once a second. [NewWriter] makes one; the zero value is not usable.
type Writer struct {
	lanes   atomic.Pointer[[]*lane] // one for each worker
	growing sync.Mutex
	full    chan *batch // batches to be written, in order for each worker
	free    chan *batch // batches to be reused
	closing chan struct{}
	closed  chan struct{}
	out     *frames // used by the flusher only, until Close
	lines   []byte  // used by the flusher only
}

// lane is where one worker puts its operations. The lock is for the flusher, which
// empties the lane once a second; the worker normally takes it without contention.
type lane struct {
	mu    sync.Mutex
	noted *batch   // nil: nothing
	_     [64]byte // workers do not share a cache line
}

// batch holds operations of one worker, in order. Their attempts stand one after
// another in memory of the batch.
type batch struct {
	ops      []Op // without their attempts
	tries    []int
	attempts []Attempt
}

func (b *batch) note(op *Op) {
	b.ops = append(b.ops, *op)
	b.ops[len(b.ops)-1].Attempts = nil
	b.tries = append(b.tries, len(op.Attempts))
	b.attempts = appendAttempts(b.attempts, op.Attempts)
}

// appendLines appends the operations' lines, and empties the batch.
func (b *batch) appendLines(dst []byte) []byte {
	rest := b.attempts
	for i := range b.ops {
		op := &b.ops[i]
		op.Attempts, rest = rest[:b.tries[i]], rest[b.tries[i]:]
		dst = appendOp(dst, op)
		op.Attempts = nil
	}
	b.ops, b.tries, b.attempts = b.ops[:0], b.tries[:0], b.attempts[:0]
	return dst
}

// NewWriter writes the header, immediately, and returns the writer, which must be closed.
func NewWriter(to io.Writer, h Header) (*Writer, error) {
	out, err := beginFile(to, &h)
	if err != nil {
		return nil, err
	}
	w := &Writer{
		full:    make(chan *batch, queueLength),
		free:    make(chan *batch, queueLength+2),
		closing: make(chan struct{}),
		closed:  make(chan struct{}),
		out:     out,
	}
	w.lanes.Store(new([]*lane))
	w.addLanes(h.Workers)
	go w.flush()
	return w, nil
}

// Record adds an operation that has ended; the caller may reuse op. Several goroutines may call
// it at once for different workers, but calls for the same worker must not overlap, and none
// may follow Close. Errors are returned by [Writer.Close].
func (w *Writer) Record(op *Op) {
	l := w.lane(op.Worker)
	l.mu.Lock()
	if l.noted == nil {
		l.noted = w.empty()
	}
	l.noted.note(op)
	if len(l.noted.attempts) < batchSize && len(l.noted.ops) < batchSize {
		l.mu.Unlock()
		return
	}
	full := l.noted
	l.noted = nil
	l.mu.Unlock()
	w.full <- full // without the lock, which the flusher needs to make room
}

// Close writes the remaining operations, and the footer unless f is nil. It does not close the
// underlying writer. The error is the first one since the header was written.
func (w *Writer) Close(f *Footer) error {
	close(w.closing)
	<-w.closed
	w.out.carefully(func() {
		if f != nil {
			w.out.write(appendFooter(nil, f))
		}
		w.out.end()
	})
	if w.out.err != nil {
		return fmt.Errorf("history: %w", w.out.err)
	}
	return nil
}

func (w *Writer) lane(worker int) *lane {
	if lanes := *w.lanes.Load(); worker < len(lanes) {
		return lanes[worker]
	}
	w.addLanes(worker + 1)
	return (*w.lanes.Load())[worker]
}

// addLanes makes lanes for that many workers.
func (w *Writer) addLanes(workers int) {
	w.growing.Lock()
	defer w.growing.Unlock()
	old := *w.lanes.Load()
	if workers <= len(old) {
		return
	}
	lanes := append(make([]*lane, 0, workers), old...)
	for len(lanes) < workers {
		lanes = append(lanes, new(lane))
	}
	w.lanes.Store(&lanes)
}

// flush is the flusher: it writes batches as they come, and everything else once a
// second.
func (w *Writer) flush() {
	defer close(w.closed)
	ticker := time.NewTicker(flushInterval)
	defer ticker.Stop()
	for {
		select {
		case full := <-w.full:
			w.out.carefully(func() { w.write(full) })
		case <-ticker.C:
			w.out.carefully(func() { w.sweep(); w.out.end() })
		case <-w.closing:
			w.out.carefully(w.sweep)
			return
		}
	}
}

// sweep writes the queue and then the lanes. What a worker handed over before its lane
// was taken is older and goes first; what it hands over later waits.
func (w *Writer) sweep() {
	for _, l := range *w.lanes.Load() {
		l.mu.Lock()
		older := len(w.full)
		noted := l.noted
		l.noted = nil
		l.mu.Unlock()
		if noted != nil {
			w.writeQueued(older)
			w.write(noted)
		}
	}
	w.writeQueued(len(w.full))
}

func (w *Writer) writeQueued(batches int) {
	for range batches {
		w.write(<-w.full)
	}
}

// write writes a batch, and keeps its memory for reuse unless it has become unusually
// large.
func (w *Writer) write(b *batch) {
	w.lines = b.appendLines(w.lines[:0])
	w.out.write(w.lines)
	if cap(b.attempts) > 4*batchSize || cap(b.ops) > 4*batchSize {
		return
	}
	select {
	case w.free <- b:
	default:
	}
}

// empty is a new batch for a lane. Its memory begins small, because a slow worker never
// fills it.
func (w *Writer) empty() *batch {
	select {
	case b := <-w.free:
		return b
	default:
		return new(batch)
	}
}
