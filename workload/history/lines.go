package history

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

const (
	// longestLine bounds memory. A line of this length holds an operation with a
	// million attempts.
	longestLine = 1 << 29
	// largestWindow is what the zstd program itself accepts.
	largestWindow = 1 << 27
)

// lines reads the lines of a text that may be compressed, and may be cut off.
type lines struct {
	from   *bufio.Reader
	number int    // number of the last line, from 1
	line   []byte // memory that is reused
	cut    bool   // the compressed text ends in the middle of a frame
}

func newLines(from io.Reader) (*lines, error) {
	const room, signature = 64 << 10, 5
	raw := bufio.NewReaderSize(from, room)
	start, err := raw.Peek(signature)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !isCompressed(start) {
		return &lines{from: raw}, foreign(start)
	}
	decoder, err := zstd.NewReader(raw, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(largestWindow))
	if err != nil {
		return nil, err
	}
	text := bufio.NewReaderSize(decoder, room)
	start, _ = text.Peek(signature) // an error is returned with the first line
	return &lines{from: text}, foreign(start)
}

// isCompressed checks the first four bytes, or fewer if there are no more.
func isCompressed(start []byte) bool {
	start = start[:min(len(start), 4)]
	frame, skippable := []byte{0x28, 0xb5, 0x2f, 0xfd}, []byte{0x2a, 0x4d, 0x18}
	if len(start) == 0 {
		return false
	}
	return bytes.HasPrefix(frame, start) || start[0]&0xf0 == 0x50 && bytes.HasPrefix(skippable, start[1:])
}

// next returns the next line that is not blank, without its line end. whole is false if
// the text ended before the line did. The error is io.EOF at the end, also for a text
// that was cut off.
func (l *lines) next() (line []byte, whole bool, err error) {
	for {
		line, whole, err := l.read()
		if err != nil {
			return nil, false, err
		}
		line = bytes.TrimPrefix(line, []byte(byteOrderMark))
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return line, whole, nil
		}
	}
}

func (l *lines) read() (line []byte, whole bool, err error) {
	l.line = l.line[:0]
	l.number++
	for {
		part, err := l.from.ReadSlice('\n')
		l.line = append(l.line, part...)
		switch {
		case err == nil:
			return l.line, true, nil
		case len(l.line) > longestLine:
			return nil, false, fmt.Errorf("longer than %d bytes", longestLine)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.ErrUnexpectedEOF):
			l.cut = true
		case !errors.Is(err, io.EOF):
			return nil, false, err
		}
		if len(l.line) == 0 {
			return nil, false, io.EOF
		}
		return l.line, false, nil
	}
}
