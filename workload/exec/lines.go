package exec

import (
	"bufio"
	"errors"
	"io"
)

// maxLine bounds a line of a program.
const maxLine = 1 << 16

// heard is a line of a program, or why there is none.
type heard struct {
	text []byte
	err  error // errLong, or io.EOF for all ends of the stream
}

var errLong = errors.New("too long")

// listen sends each line until the stream ends or nobody listens. A program that writes
// more than is asked for waits until its lines are taken: it fills no memory.
func listen(from io.Reader, to chan<- heard, done <-chan struct{}) {
	lines := bufio.NewReaderSize(from, maxLine)
	for {
		text, err := lines.ReadSlice('\n')
		h := heard{text: append([]byte(nil), text...)}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			h.err = errLong
		case err != nil && len(text) == 0:
			h.err = io.EOF
		}
		select {
		case to <- h:
		case <-done:
			return
		}
		if h.err != nil {
			return
		}
	}
}
