package history

import (
	"fmt"
	"io"
)

const (
	// inOrderBatch is how many bytes of text are compressed at once.
	inOrderBatch = 32 << 10
	// inOrderFrame is after how many bytes of text a frame is closed. If the process is
	// killed, the text of the open frame is lost.
	inOrderFrame = 4 << 20
)

// InOrder is a [Sink] for a run in simulated time: it writes operations in the order in which
// they end, without a goroutine of its own, so that equal runs give equal files. It must not be
// used by several goroutines at once. [NewInOrder] makes one; the zero value is not usable.
type InOrder struct {
	out    *frames
	lines  []byte // not yet written
	framed int    // bytes of text in the open frame
}

// NewInOrder writes the header to to and returns the writer, which must be closed. The error is
// that of writing.
func NewInOrder(to io.Writer, h Header) (*InOrder, error) {
	out, err := beginFile(to, &h)
	if err != nil {
		return nil, err
	}
	return &InOrder{out: out}, nil
}

// Record implements [Sink]. It keeps the first error of writing for [InOrder.Close].
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

// Close writes all operations that are not yet written and the footer, unless f is nil. It
// does not close the underlying writer. The error is the first since the header was
// written.
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
