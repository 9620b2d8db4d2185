package history

import (
	"fmt"
	"io"
)

const (
	// inOrderBatch is how much text is compressed at once.
	inOrderBatch = 32 << 10
	// inOrderFrame is after how much text a frame is closed: what is lost of a run whose
	// process is killed.
	inOrderFrame = 4 << 20
)

// InOrder writes a history during a run in simulated time: at once, and in the order in
// which the operations end. So the same operations make the same file, whatever the
// processors do. It is not safe for use by several goroutines at the same time.
type InOrder struct {
	out    *frames
	lines  []byte // not yet written
	framed int    // bytes of text in the open frame
}

// NewInOrder writes the header, to the disk at once. [InOrder.Close] must follow.
func NewInOrder(to io.Writer, h Header) (*InOrder, error) {
	out, err := beginFile(to, &h)
	if err != nil {
		return nil, err
	}
	return &InOrder{out: out}, nil
}

// Record implements [Sink].
func (w *InOrder) Record(op *Op) {
	w.lines = appendOp(w.lines, op)
	if len(w.lines) >= inOrderBatch {
		w.write()
	}
}

func (w *InOrder) write() {
	w.out.carefully(func() { w.out.write(w.lines) })
	w.framed += len(w.lines)
	w.lines = w.lines[:0]
	if w.framed >= inOrderFrame {
		w.out.carefully(w.out.end)
		w.framed = 0
	}
}

// Close writes everything that is left and the footer, if there is one. The error is the
// first since the header was written.
func (w *InOrder) Close(f *Footer) error {
	if f != nil {
		w.lines = appendFooter(w.lines, f)
	}
	w.write()
	w.out.carefully(w.out.end)
	if w.out.err != nil {
		return fmt.Errorf("history: %w", w.out.err)
	}
	return nil
}
