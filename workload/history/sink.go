package history

import "io"

// Sink takes the history of a run while it goes on. Its header is known from the start.
type Sink interface {
	// Record takes an operation that has ended. It keeps nothing of op. Calls for one
	// worker come one after another; those for different workers come at the same time,
	// but not in simulated time. It does not fail: Close returns the error.
	Record(op *Op)
	// Close takes what is known at the end; nil if the run broke off. Nothing comes after
	// it.
	Close(f *Footer) error
}

// Opener begins the history of a run.
type Opener func(Header) (Sink, error)

// To writes histories with a [Writer].
func To(file io.Writer) Opener {
	return func(h Header) (Sink, error) { return NewWriter(file, h) }
}

// InOrderTo writes histories with an [InOrder].
func InOrderTo(file io.Writer) Opener {
	return func(h Header) (Sink, error) { return NewInOrder(file, h) }
}
