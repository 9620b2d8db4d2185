package history

import (
	"errors"
	"fmt"
	"io"

	"github.com/valyala/fastjson"
)

// Reader reads a history one operation at a time, in constant memory. It starts no goroutine
// and need not be closed. It must not be used by several goroutines at once.
type Reader struct {
	lines      *lines
	parser     fastjson.Parser
	header     Header
	footer     *Footer
	first      *fastjson.Object // the first line, if it is not a header
	operations int64            // read so far
	sequence   sequence
	words      map[string]string // reasons, kinds of faults and codes
	cut        bool
	err        error // that Next returns from now on
}

// NewReader reads the header of a history, compressed with zstd or not. If a history has no
// header, [Reader.Header] returns the zero value.
func NewReader(from io.Reader) (*Reader, error) {
	l, err := newLines(from)
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	r := &Reader{lines: l, words: map[string]string{}}
	object, err := r.object()
	if errors.Is(err, io.EOF) {
		r.err = io.EOF
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	if object.Get("contend_history") == nil {
		r.first = object
		return r, nil
	}
	if r.header, err = decodeHeader(&members{object: object}); err != nil {
		return nil, r.at(err)
	}
	return r, nil
}

// Header returns the header of the history.
func (r *Reader) Header() Header { return r.header }

// Next reads the next operation into op, and reuses the memory of op.Attempts. The error is
// [io.EOF] at the end, also of a history that was cut off.
func (r *Reader) Next(op *Op) error {
	if r.err != nil {
		return r.err
	}
	r.err = r.next(op)
	return r.err
}

func (r *Reader) next(op *Op) error {
	object, err := r.object()
	if err != nil {
		return err
	}
	m := &members{object: object, strict: r.header.Strict}
	if object.Get("contend_history") != nil {
		return r.at(errSecondHeader)
	}
	if m.get("invoked_ns") == nil && (m.get("operations") != nil || m.get("finals") != nil) {
		return r.end(m)
	}
	if err := r.decodeOp(m, op); err != nil {
		return r.at(err)
	}
	r.operations++
	return nil
}

// errSecondHeader is the error for a header that is not the first line.
var errSecondHeader = errors.New("a second header: another history begins here, but each needs its own file")

// end reads the footer, which counts only if the history is whole.
func (r *Reader) end(m *members) error {
	footer, err := r.decodeFooter(m)
	if err != nil {
		return r.at(err)
	}
	if after, err := r.object(); err == nil && after.Get("contend_history") != nil {
		return r.at(errSecondHeader)
	} else if err == nil {
		return r.at(errors.New("a line follows the footer"))
	} else if !errors.Is(err, io.EOF) {
		return err
	}
	if !r.cut {
		r.footer = footer
	}
	return io.EOF
}

// Footer returns the footer of the history. It is nil until Next has returned [io.EOF], and if
// there is no footer.
func (r *Reader) Footer() *Footer { return r.footer }

// Cut reports whether the last frame or line is incomplete: the writer was killed, or
// is still at work. Next returned all lines of closed frames, and those of the last
// frame that could be read. A history that happens to be cut between two frames is not
// Cut, but has no footer.
func (r *Reader) Cut() bool { return r.cut }

// object parses the next line. The next call reuses its memory.
func (r *Reader) object() (*fastjson.Object, error) {
	if first := r.first; first != nil {
		r.first = nil
		return first, nil
	}
	line, whole, err := r.lines.next()
	r.cut = r.cut || r.lines.cut
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	if err != nil {
		return nil, r.at(err)
	}
	v, err := r.parser.ParseBytes(line)
	if err != nil && !whole {
		r.cut = true
		return nil, io.EOF
	}
	if err != nil {
		return nil, r.at(err)
	}
	object, err := v.Object()
	if err != nil {
		return nil, r.at(fmt.Errorf("%s is not an object", excerpt(v)))
	}
	return object, nil
}

// at adds the number of the line to an error.
func (r *Reader) at(err error) error {
	return fmt.Errorf("history: line %d: %w", r.lines.number, err)
}
