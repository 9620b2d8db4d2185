package history

import (
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"contend/internal/crash"
)

// frames writes a sequence of zstd frames. After its first error it writes nothing
// more, so that everything before it remains readable.
type frames struct {
	to      io.Writer
	encoder *zstd.Encoder
	open    bool
	err     error
}

func newFrames(to io.Writer) (*frames, error) {
	// The lines of a second repeat each other within a few kilobytes: a larger
	// window costs memory and time and saves next to nothing.
	const window = 256 << 10
	encoder, err := zstd.NewWriter(to, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(window))
	if err != nil {
		return nil, err
	}
	return &frames{to: to, encoder: encoder}, nil
}

// beginFile writes the header of a history, in a frame of its own.
func beginFile(to io.Writer, h *Header) (*frames, error) {
	out, err := newFrames(to)
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	out.write(appendHeader(nil, h))
	out.end()
	if out.err != nil {
		return nil, fmt.Errorf("history: %w", out.err)
	}
	return out, nil
}

// write adds to the open frame, or opens one.
func (f *frames) write(p []byte) {
	if f.err != nil || len(p) == 0 {
		return
	}
	f.open = true
	_, f.err = f.encoder.Write(p)
}

// carefully makes a panic the error. The flusher of a [Writer] goes on, or the workers
// would wait for it.
func (f *frames) carefully(do func()) {
	if err := crash.Catch(func() error { do(); return nil }); err != nil && f.err == nil {
		f.err = err
	}
}

// end closes the open frame, if there is one. Everything written so far can then be
// read, whatever happens later.
func (f *frames) end() {
	if f.err != nil || !f.open {
		return
	}
	f.open = false
	if f.err = f.encoder.Close(); f.err == nil {
		f.encoder.Reset(f.to)
	}
}
