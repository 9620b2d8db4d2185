package history

import "io"

// Sink receives the operations of a run as they end. An [Opener] makes one.
type Sink interface {
	// Record adds an operation that has ended. It must not keep op. Calls for the same worker
	// never overlap; calls for different workers may, except in simulated time. Errors are
	// returned by Close.
	Record(op *Op)
	// Close ends the history with a footer, or without one if f is nil, because the run broke
	// off. No call follows it.
	Close(f *Footer) error
}

// Opener starts the history of a run: it writes the header.
type Opener func(Header) (Sink, error)

// To returns an opener of [Writer] histories.
func To(file io.Writer) Opener {
	return func(h Header) (Sink, error) { return NewWriter(file, h) }
}

// InOrderTo returns an opener of [InOrder] histories.
func InOrderTo(file io.Writer) Opener {
	return func(h Header) (Sink, error) { return NewInOrder(file, h) }
}
