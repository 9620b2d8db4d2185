package embedded

import (
	"context"
	"errors"
	"time"

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
		d.leave(r, wait, now.Add(r.Way))
		s.config.Clock.Sleep(ctx, end.Sub(now))
		return nil, ErrNoAnswer
	}
	return s.serve(ctx, r, wait, now.Add(r.Way), true)
}

// leave has a request carried out whose client gives up.
func (d *Direct) leave(r Request, wait wait, arrives time.Time) {
	d.left.Go("request without a client", func() error {
		_, _ = d.server.serve(context.Background(), r, wait, arrives, false)
		return nil
	})
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
	output, failed := s.carryOut(r.Input, &wait, exchange)
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

// carryOut carries out a request without JSON if possible.
func (s *Server) carryOut(input any, w *wait, x *exchange) (output any, err error) {
	defer crash.Recover(&err)
	output, err = s.typed(input, w, x)
	if err == errUnusual {
		left := *w // of which there is one in memory for what goes by JSON only
		output, err = s.byJSON(input, &left, x)
		*w = left
	}
	return output, err
}
