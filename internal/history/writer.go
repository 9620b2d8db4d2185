package history

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// flushInterval is how much of a run a killed process loses at most.
	flushInterval = time.Second
	// laneSize is the room for a worker's lines; a lane is handed over when
	// less than laneReserve is left, so that it need not grow.
	laneSize, laneReserve = 64 << 10, 4 << 10
	// queueLength bounds the lanes that wait for the flusher. When it is
	// reached, workers wait for the disk.
	queueLength = 16
)

// Writer writes a history while it happens. Each worker has its own buffer of
// lines; a goroutine compresses and writes them, and closes a frame at least
// once a second.
type Writer struct {
	lanes   atomic.Pointer[[]*lane] // by worker
	growing sync.Mutex
	full    chan []byte // lines to be written, in order for each worker
	free    chan []byte // to be used again
	closing chan struct{}
	closed  chan struct{}
	out     *frames // the flusher's until closed
}

// lane is the buffer of one worker. The lock is for the flusher, which takes
// what there is once a second; the worker itself holds it without contention.
type lane struct {
	mu    sync.Mutex
	lines []byte
	_     [64]byte // workers do not share a cache line
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
		full:    make(chan []byte, queueLength),
		free:    make(chan []byte, queueLength+2),
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
	l.lines = appendOp(l.lines, op)
	if len(l.lines) < laneSize-laneReserve {
		l.mu.Unlock()
		return
	}
	full := l.lines
	l.lines = w.empty()
	l.mu.Unlock()
	w.full <- full // not under the lock, which the flusher takes before it goes on
}

// Close writes what is left and the footer, if there is one, and ends the
// flusher. The error is the first that occurred since the header was written.
func (w *Writer) Close(f *Footer) error {
	close(w.closing)
	<-w.closed
	if f != nil {
		w.out.write(appendFooter(nil, f))
	}
	w.out.end()
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

// flush is the flusher: it writes full lanes as they come, and everything once
// a second.
func (w *Writer) flush() {
	defer close(w.closed)
	ticker := time.NewTicker(flushInterval)
	defer ticker.Stop()
	for {
		select {
		case lines := <-w.full:
			w.write(lines)
		case <-ticker.C:
			w.sweep()
			w.out.end()
		case <-w.closing:
			w.sweep()
			return
		}
	}
}

// sweep writes the queue and what stands in the lanes. What a worker handed
// over before its lane was taken is older and goes first; what it hands over
// after is younger and waits.
func (w *Writer) sweep() {
	for _, l := range *w.lanes.Load() {
		spare := w.empty()
		l.mu.Lock()
		older := len(w.full)
		lines := l.lines
		l.lines = spare
		l.mu.Unlock()
		if len(lines) > 0 {
			w.writeQueued(older)
		}
		w.write(lines)
	}
	w.writeQueued(len(w.full))
}

func (w *Writer) writeQueued(lanes int) {
	for range lanes {
		w.write(<-w.full)
	}
}

// write takes the lines, and keeps their memory unless it has grown unusually.
func (w *Writer) write(lines []byte) {
	w.out.write(lines)
	if cap(lines) > 4*laneSize {
		return
	}
	select {
	case w.free <- lines[:0]:
	default:
	}
}

// empty is memory for a lane. It begins small: a lane of a slow worker is never
// full.
func (w *Writer) empty() []byte {
	select {
	case lines := <-w.free:
		return lines
	default:
		return nil
	}
}
