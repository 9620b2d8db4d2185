package store

import (
	"context"
	"io"
	"net/http"
	"time"

	"contend/counter"
)

// patience ends a request that takes too long, including the body of its answer. It
// does the same as [http.Client.Timeout], which would start two goroutines for every
// request unless the client's transport is an [http.Transport] itself.
type patience struct {
	next  counter.HTTPClient
	limit time.Duration // of a request
}

// Do implements [counter.HTTPClient]. The time ends when the answer's body has been
// read or closed.
func (p patience) Do(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(r.Context(), p.limit)
	response, err := p.next.Do(r.WithContext(ctx))
	if err != nil {
		cancel()
		return response, err
	}
	response.Body = &timedBody{ReadCloser: response.Body, cancel: cancel}
	return response, nil
}

// timedBody is a body that stops the time limit once it is read or closed.
type timedBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

// Read implements [io.Reader].
func (b *timedBody) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	if err != nil {
		b.cancel()
	}
	return n, err
}

// Close implements [io.Closer].
func (b *timedBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
