package embedded

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"contend/internal/clock"
	"contend/internal/crash"
)

// Direct is the server's door for clients in the same process: requests and answers are
// those of the SDK's client, and neither HTTP nor sockets are between. It is safe for use
// by several processes of the server's clock.
type Direct struct {
	server *Server
	left   *clock.Group // the requests whose clients gave up
}

// Direct returns a door of the server. The caller must call [Direct.Wait] when it has
// sent its last request.
func (s *Server) Direct() *Direct { return &Direct{server: s, left: s.config.Clock.NewGroup()} }

// Request is a request by the direct door.
type Request struct {
	// Input is a pointer to the input of one of the server's operations, such as
	// *dynamodb.GetItemInput.
	Input any
	// Worker numbers the stream of random latencies that the request's latency is
	// from. The n-th request of a stream has the same latency whatever the others do.
	Worker int
	// Way is how long the request takes to the server, and its answer back, in
	// addition to the server's latency; 0 is no time.
	Way time.Duration
	// Until is when the client gives up; zero means never. A context with a deadline
	// ends the wait as well.
	Until time.Time
}

// ErrNoAnswer says that the client gave up before the answer came. The request is carried
// out nevertheless.
var ErrNoAnswer = errors.New("no answer in time")

// Refusal is the server's answer to a request that it did not carry out, or did not carry
// out as far as it knows.
type Refusal struct {
	Status int             // of HTTP
	API    smithy.APIError // an error type of the SDK, such as *types.ConditionalCheckFailedException
}

func (r *Refusal) Error() string { return fmt.Sprintf("status %d: %v", r.Status, r.API) }

// Unwrap returns the error of the SDK.
func (r *Refusal) Unwrap() error { return r.API }

// Do carries out a request and returns a pointer to its output, such as
// *dynamodb.GetItemOutput. The error is a [*Refusal], [ErrNoAnswer], that of a context
// that had ended before, or that of the SDK for an input that it does not send.
func (d *Direct) Do(ctx context.Context, r Request) (output any, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := d.server
	wait := s.latency.drawFor(r.Worker, OperationOf(r.Input))
	wait.before += r.Way
	wait.after += r.Way
	now, end := s.config.Clock.Now(), earlier(ctx, r.Until)
	if !end.IsZero() && now.Add(wait.whole()).After(end) {
		d.left.Go("request without a client", func() error {
			_, _ = s.serve(context.Background(), r, wait, now.Add(r.Way), false)
			return nil
		})
		s.config.Clock.Sleep(ctx, end.Sub(now))
		return nil, ErrNoAnswer
	}
	return s.serve(ctx, r, wait, now.Add(r.Way), true)
}

// Wait returns when the requests have been carried out whose clients gave up.
func (d *Direct) Wait() { _ = d.left.Wait() } // they have no errors

// earlier returns the earlier of a moment and the deadline of a context; zero means
// neither.
func earlier(ctx context.Context, until time.Time) time.Time {
	if deadline, ok := ctx.Deadline(); ok && (until.IsZero() || deadline.Before(until)) {
		return deadline
	}
	return until
}

// serve carries out a request that arrives at a moment. If isAwaited is false, nobody
// gets the answer.
func (s *Server) serve(ctx context.Context, r Request, wait wait, arrives time.Time, isAwaited bool) (output any, err error) {
	exchange := s.planted.begin(arrives)
	s.config.Clock.Sleep(context.Background(), wait.before)
	var failed error
	if caught := crash.Catch(func() error { output, failed = s.byJSON(r.Input, &wait, exchange); return nil }); caught != nil {
		failed = caught
	}
	s.config.Clock.Sleep(ctx, wait.hold()+wait.after)
	isAwaited = isAwaited && ctx.Err() == nil
	if exchange != nil {
		s.planted.end(exchange, failed == nil && isAwaited)
	}
	switch {
	case failed != nil:
		return nil, s.refusal(failed)
	case !isAwaited:
		return nil, ErrNoAnswer
	}
	return output, nil
}

// refusal returns an error as the client of the direct door gets it.
func (s *Server) refusal(err error) error {
	var refused *Refusal
	var caught *crash.Error
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.As(err, &caught):
		f := s.failure(err)
		return &Refusal{Status: f.status, API: &types.InternalServerError{Message: &f.message}}
	}
	return err
}
