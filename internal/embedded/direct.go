package embedded

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/internal/clock"
	"contend/internal/crash"
)

// Direct sends requests to a server in the same process, without HTTP or sockets. Requests
// and answers are the inputs and outputs of the SDK. It is safe for use by several
// processes of the server's clock. Values come from [Server.Direct].
type Direct struct {
	server *Server
	left   *clock.Group // the requests whose clients gave up
}

// Direct returns a direct way to the server. The caller must call [Direct.Wait] after its
// last request.
func (s *Server) Direct() *Direct { return &Direct{server: s, left: s.config.Clock.NewGroup()} }

// Request is a request that [Direct.Do] carries out.
type Request struct {
	// Input is a pointer to the input of one of the server's operations, such as
	// *dynamodb.GetItemInput.
	Input any
	// Worker selects the random stream that the request's latency is drawn from. The
	// n-th request of a stream has the same latency, whatever other streams do.
	Worker int
	// Way is how long the request travels to the server, and again how long the answer
	// travels back. It adds to the server's latency; 0 means no time.
	Way time.Duration
	// Until is when the client gives up; the zero time means never. If the deadline of
	// the context is earlier, the client gives up then.
	Until time.Time
}

// ErrNoAnswer says that the client gave up before the answer came. The server still
// carries out the request.
var ErrNoAnswer = errors.New("no answer in time")

// Do carries out a request and returns a pointer to its output, such as
// *dynamodb.GetItemOutput. The error is a [*Refusal], [ErrNoAnswer], the error of a context
// that ended before the call, or the SDK's error for an input that it would not send. Do
// panics if the input is of no operation of the server.
func (d *Direct) Do(ctx context.Context, r Request) (output any, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := d.server
	wait := s.latency.drawFor(r.Worker, OperationOf(r.Input))
	wait.before += r.Way
	wait.after += r.Way
	now, end := s.config.Clock.Now(), earlier(ctx, r.Until)
	wait.passed = now
	if !end.IsZero() && now.Add(wait.whole()).After(end) {
		d.leave(r.Input, wait, now.Add(r.Way))
		s.config.Clock.Sleep(ctx, end.Sub(now))
		return nil, ErrNoAnswer
	}
	return s.serve(ctx, r.Input, wait, now.Add(r.Way), true)
}

// leave carries out a request in the background, because its client gives up. It is not
// inlined: what it needs is not on the stack of a request that waits.
//
//go:noinline
func (d *Direct) leave(input any, wait wait, arrives time.Time) {
	d.left.Go("request without a client", func() error {
		_, _ = d.server.serve(context.Background(), input, wait, arrives, false)
		return nil
	})
}

// Wait returns when all requests whose clients gave up have been carried out.
func (d *Direct) Wait() { _ = d.left.Wait() } // the requests return no errors

// earlier returns until or the deadline of the context, whichever is earlier. The zero
// time means that there is neither.
func earlier(ctx context.Context, until time.Time) time.Time {
	if deadline, ok := ctx.Deadline(); ok && (until.IsZero() || deadline.Before(until)) {
		return deadline
	}
	return until
}

// serve carries out a request that arrives at the given moment. If isAwaited is false,
// nobody gets the answer.
func (s *Server) serve(ctx context.Context, input any, wait wait, arrives time.Time, isAwaited bool) (output any, err error) {
	j := jobs.Get().(*job)
	defer j.free()
	j.server, j.input, j.wait, j.exchange = s, input, wait, s.planted.begin(arrives)
	if _, waits := input.(*dynamodb.TransactWriteItemsInput); waits {
		s.pass(context.Background(), &j.wait, wait.before)
		s.config.Clock.Sleep(ctx, j.do())
	} else {
		s.config.Clock.SleepThen(ctx, j.wait.until(s.config.Clock.Now(), wait.before), j.do)
	}
	isAwaited = isAwaited && ctx.Err() == nil
	if j.exchange != nil {
		s.planted.end(j.exchange, j.err == nil && isAwaited)
	}
	switch {
	case j.err != nil:
		return nil, s.refusal(j.err)
	case !isAwaited:
		return nil, ErrNoAnswer
	}
	return j.output, nil
}

// job is a request that the server carries out, and then its answer.
type job struct {
	work
	do func() (rest time.Duration) // carries it out; the answer comes after the rest
}

// work is what a job is for.
type work struct {
	server   *Server
	input    any
	wait     wait
	exchange *exchange
	output   any
	err      error
}

// jobs are used again, so that a request allocates none.
var jobs = sync.Pool{New: func() any {
	j := new(job)
	j.do = func() time.Duration {
		j.output, j.err = j.server.carryOut(j.input, &j.wait, j.exchange)
		return j.wait.until(j.server.config.Clock.Now(), j.wait.hold()+j.wait.after)
	}
	return j
}}

func (j *job) free() {
	j.work = work{}
	jobs.Put(j)
}

// carryOut carries out a request, without JSON if that is possible.
func (s *Server) carryOut(input any, w *wait, x *exchange) (output any, err error) {
	defer crash.Recover(&err)
	output, err = s.typed(input, w, x)
	if err == errUnusual {
		left := *w // a copy, so that only requests that go by JSON allocate one
		output, err = s.byJSON(input, &left, x)
		*w = left
	}
	return output, err
}
