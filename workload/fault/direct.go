package fault

import (
	"context"
	"time"

	"contend/internal/clock"
)

// Direct injects faults into requests that reach the server without HTTP, as inputs of
// the SDK. With the same rules and seed, a request meets the same faults as over a
// [Transport]. It is safe for use by several goroutines, starts none, and waits by the
// clock of the request's context. The zero value is not usable; see [NewDirect].
type Direct struct {
	config Config
	plan   *Plan
}

// NewDirect returns a Direct. It panics if [Rule.Check] returns an error for one of the
// rules. [Direct.Begin] must be called before the first request that shall meet faults.
func NewDirect(config Config) *Direct {
	return &Direct{config: config, plan: NewPlan(config.Rules, config.Seed)}
}

// Begin sets the moment from which the windows of the rules are measured. No fault is
// injected before Begin is called.
func (d *Direct) Begin(at time.Time) { d.plan.Begin(at) }

// Counts returns how many faults each rule has injected so far, in the order of
// [Config.Rules].
func (d *Direct) Counts() []int64 { return d.plan.Counts() }

// Request describes a request that a [Direct] carries out.
type Request struct {
	// Operation is the API name of its operation, such as "UpdateItem".
	Operation string
	// Until is when the client gives up; the zero time means never. The client also
	// gives up when the context of the request ends.
	Until time.Time
}

// Answer is the server's answer to a request, or what the client gets in its place.
type Answer struct {
	// Output is the operation's output, such as *dynamodb.UpdateItemOutput; it is nil
	// if Err is not.
	Output any
	// Status is the HTTP status; 0 if no answer came.
	Status int
	// Code is the error code, such as "ConditionalCheckFailedException"; "" if there
	// is none.
	Code string
	// Err is nil for a success. For an answer with a code, it is the SDK's error type
	// for that code. Without an answer, it says why none came: it is
	// [context.DeadlineExceeded] if the client gave up, the cause of a context that
	// ended, or a [*net.OpError] for a connection that was reset.
	Err error
}

// Send sends a request to the server, and returns when the answer has come or the client
// has given up. again is true when the request is sent for the second time. If no answer
// came (the status is 0), the client gets the Answer as it is, and the request still
// counts as sent: the server may carry it out later.
type Send func(ctx context.Context, again bool) Answer

// Do carries out one request, with the faults that it meets, and returns what the client
// gets. It calls send never, once or twice. A made-up answer has the same status, code and
// error type as over a [Transport].
//
// If a fault leaves the client without an answer, Do returns at r.Until or when ctx ends,
// whichever comes first. If r.Until is zero and ctx never ends, Do never returns.
func (d *Direct) Do(ctx context.Context, r Request, send Send) Answer {
	course, ok := d.config.course(ctx, d.plan, r.Operation)
	if !ok {
		return send(ctx, false)
	}
	x := directExchange{request: r, send: send, clock: clock.Of(ctx), course: course}
	answer := x.carryOut(ctx)
	d.config.note(ctx, &x.course)
	return answer
}

// directExchange is one request with its faults and its answer.
type directExchange struct {
	request Request
	send    Send
	clock   clock.Clock
	course  Course
}

// now returns how long ago the plan began.
func (x *directExchange) now() time.Duration { return x.clock.Since(x.course.began) }

// carryOut takes the request through its course and returns what the client gets.
func (x *directExchange) carryOut(ctx context.Context) Answer {
	if err := holdBack(ctx, x.course.Arrive(x.now()), x.request.Until); err != nil {
		return Answer{Err: err}
	}
	answer := x.suffer(ctx, x.course.Leave(x.now()))
	if answer.Status != 0 && x.course.Return(x.now()) {
		return Answer{Err: silence(ctx, x.request.Until)}
	}
	return answer
}

// suffer carries out the request with its fate. If the server does not answer, the
// request fails as it would without a fault.
func (x *directExchange) suffer(ctx context.Context, fate Fate) Answer {
	var answer Answer
	if fate.Sends > 0 {
		if answer = x.deliver(ctx, false); answer.Status == 0 {
			return answer
		}
	}
	if fate.Sends > 1 {
		x.deliver(ctx, true) // the client has its answer already; if this copy gets none, Pending stays true
	}
	if fate.Passes() {
		return answer
	}
	return x.instead(ctx, fate.Kind)
}

// instead returns what the client gets in place of the server's answer.
func (x *directExchange) instead(ctx context.Context, kind Kind) Answer {
	if made, ok := madeUp(kind, x.request.Operation); ok {
		return Answer{Status: made.status, Code: made.err.ErrorCode(), Err: made.err}
	}
	if kind == Reset {
		return Answer{Err: reset()}
	}
	return Answer{Err: silence(ctx, x.request.Until)}
}

// deliver sends the request to the server once.
func (x *directExchange) deliver(ctx context.Context, again bool) Answer {
	x.course.Sent()
	answer := x.send(ctx, again)
	if answer.Status != 0 {
		x.course.Delivered(answer.Status, answer.Code)
	}
	return answer
}
