package history

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"contend/internal/crash"
)

const (
	// flushInterval is how much of a run a killed process loses at most.
	flushInterval = time.Second
	// batchSize is how many operations or attempts a worker notes before it hands them over.
	batchSize = 256
	// queueLength bounds the batches that wait for the flusher. When it is
	// reached, workers wait for the disk.
	queueLength = 16
)

// Writer writes a history while it happens. Each worker notes its operations in
// a batch of its own, which costs it a copy; a goroutine turns many of them into
// lines at once, with its code and tables in the caches, compresses and writes
// them, and closes a frame at least once a second.
type Writer struct {
	lanes   atomic.Pointer[[]*lane] // by worker
	growing sync.Mutex
	full    chan *batch // to be written, in order for each worker
	free    chan *batch // to be used again
	closing chan struct{}
	closed  chan struct{}
	out     *frames // the flusher's until closed
	lines   []byte  // the flusher's
}

// lane is where one worker notes its operations. The lock is for the flusher,
// which takes what there is once a second; the worker itself holds it without
// contention.
type lane struct {
	mu    sync.Mutex
	noted *batch   // nil: nothing
	_     [64]byte // workers do not share a cache line
}

// batch is operations of one worker, in order. Their attempts stand one after
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

// NewWriter writes the header, on the disk at once, and starts the flusher.
// [Writer.Close] must follow.
func NewWriter(to io.Writer, h Header) (*Writer, error) {
	out, err := newFrames(to)
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	out.write(appendHeader(nil, &h))
	out.end()
	if out.err != nil {
		return nil, fmt.Errorf("history: %w", out.err)
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

// Record writes down an operation that has ended. It keeps nothing of op. It
// may be called from many goroutines, but for one worker by one at a time, and
// not after Close. It does not fail: [Writer.Close] tells what went wrong.
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
	w.full <- full // not under the lock, which the flusher takes before it goes on
}

// Close writes what is left and the footer, if there is one, and ends the
// flusher. The error is the first that occurred since the header was written.
func (w *Writer) Close(f *Footer) error {
	close(w.closing)
	<-w.closed
	w.carefully(func() {
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

// flush is the flusher: it writes batches as they come, and everything once a
// second.
func (w *Writer) flush() {
	defer close(w.closed)
	ticker := time.NewTicker(flushInterval)
	defer ticker.Stop()
	for {
		select {
		case full := <-w.full:
			w.carefully(func() { w.write(full) })
		case <-ticker.C:
			w.carefully(func() { w.sweep(); w.out.end() })
		case <-w.closing:
			w.carefully(w.sweep)
			return
		}
	}
}

// carefully makes a panic the writer's error. The flusher goes on, or the workers
// would wait for it.
func (w *Writer) carefully(do func()) {
	if err := crash.Catch(func() error { do(); return nil }); err != nil && w.out.err == nil {
		w.out.err = err
	}
}

// sweep writes the queue and what stands in the lanes. What a worker handed
// over before its lane was taken is older and goes first; what it hands over
// after is younger and waits.
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

// write takes a batch, and keeps its memory unless it has grown unusually.
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

// empty is a batch for a lane. Its memory begins small: that of a slow worker is
// never full.
func (w *Writer) empty() *batch {
	select {
	case b := <-w.free:
		return b
	default:
		return new(batch)
	}
}
