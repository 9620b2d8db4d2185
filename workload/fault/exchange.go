package fault

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"
)

// exchange is one request with its faults and its answer.
type exchange struct {
	transport *Transport
	request   *http.Request
	injectors []*injector
	began     time.Time
	worker    int

	left   time.Duration  // when the request was to be sent, since began
	body   []byte         // of the request, once it was read
	first  *http.Response // the server's first answer
	met    []Injected
	common Injected // what all of met have in common
}

// carryOut sends the request and returns what the client gets.
func (x *exchange) carryOut() (*http.Response, error) {
	if err := x.holdBack(); err != nil {
		return nil, closeBody(x.request, err)
	}
	met, side := x.choose()
	if met == nil && len(x.met) == 0 && !x.mayBeCutOff() {
		return x.transport.next.RoundTrip(x.request)
	}
	if err := x.readBody(); err != nil {
		return nil, err
	}
	response, err := x.suffer(met, side)
	if err != nil {
		return nil, err
	}
	if x.isCutOff() {
		return lose(x.request.Context())
	}
	x.common.Answered = response == x.first
	return response, nil
}

// holdBack waits for the delays that hit the request.
func (x *exchange) holdBack() error {
	at := time.Since(x.began)
	whole := time.Duration(0)
	for _, i := range x.injectors {
		if i.Kind != LateRequest || !i.concerns(x.worker) || !i.isOpen(at) {
			continue
		}
		if draw := i.draw(x.worker); draw.hit && i.take() {
			length := i.Delay.length(draw.side)
			whole += length
			x.meet(i, length)
		}
	}
	return wait(x.request.Context(), whole)
}

// choose returns the rule whose fault the request gets when it is sent, nil for
// none, and the second random number that was drawn for it. All rules draw,
// whichever is chosen, so that no rule disturbs the random stream of another.
func (x *exchange) choose() (chosen *injector, side float64) {
	x.left = time.Since(x.began)
	for _, i := range x.injectors {
		if i.Kind == LateRequest || !i.concerns(x.worker) || !i.isOpen(x.left) {
			continue
		}
		if draw := i.draw(x.worker); draw.hit && chosen == nil && i.take() {
			chosen, side = i, draw.side
			x.meet(i, 0)
		}
	}
	return chosen, side
}

// suffer carries out the request with the chosen fault. A request that cannot be
// delivered fails as it would without a fault.
func (x *exchange) suffer(met *injector, side float64) (*http.Response, error) {
	if met != nil && !reachesServer(met.Kind, side) {
		return x.instead(met.Kind)
	}
	response, err := x.deliver()
	if met == nil || err != nil {
		return response, err
	}
	if met.Kind != Duplicate {
		return x.instead(met.Kind)
	}
	_, _ = x.deliver() // the client has its answer; that this had none is noted as Pending
	return response, nil
}

// reachesServer reports whether the server gets the request with its fault.
func reachesServer(kind Kind, side float64) bool {
	const half = 0.5
	switch kind {
	case LostRequest, Throttle, ServerErrorBefore, Partition:
		return false
	case Reset:
		return side >= half
	}
	return true
}

// instead returns what the client gets instead of the server's answer.
func (x *exchange) instead(kind Kind) (*http.Response, error) {
	switch kind {
	case Reset:
		return nil, reset()
	case Throttle:
		return throttled(x.request, x.transport.faked.Add(1)), nil
	case ServerErrorBefore, ServerErrorAfter:
		return internalError(x.request, x.transport.faked.Add(1)), nil
	}
	return lose(x.request.Context())
}

// mayBeCutOff reports whether a partition can still begin before the answer.
func (x *exchange) mayBeCutOff() bool {
	for _, i := range x.injectors {
		if i.Kind == Partition && i.concerns(x.worker) && i.From > x.left {
			return true
		}
	}
	return false
}

// isCutOff reports whether the answer came during a partition that began after the
// request was sent. A partition that had begun before has let the request pass.
func (x *exchange) isCutOff() bool {
	at := time.Since(x.began)
	for _, i := range x.injectors {
		if i.Kind != Partition || !i.concerns(x.worker) || i.isOpen(x.left) || !i.isOpen(at) {
			continue
		}
		if i.draw(x.worker).hit && i.take() {
			x.meet(i, 0)
			return true
		}
	}
	return false
}

// deliver sends the request to the server once and reads the answer in full, which
// shows that the server has carried the request out.
func (x *exchange) deliver() (*http.Response, error) {
	request, err := x.copyRequest()
	if err != nil {
		return nil, err
	}
	x.common.Pending = true
	response, err := x.transport.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	body, err := readAnswer(response)
	if err != nil {
		return nil, err
	}
	x.common.Pending = false
	x.common.Delivered++
	x.common.Status, x.common.ErrorType = response.StatusCode, errorType(response.StatusCode, body)
	response.Request = x.request
	if x.first == nil {
		x.first = response
	}
	return response, nil
}

// copyRequest makes a request that can be sent without using up the original.
// The original's Cancel stays behind on purpose: [http.Client] closes it just
// when the context ends, and whichever is seen first would decide the error.
func (x *exchange) copyRequest() (*http.Request, error) {
	original := x.request
	request, err := http.NewRequestWithContext(original.Context(), original.Method, original.URL.String(), bytes.NewReader(x.body))
	if err != nil {
		return nil, err
	}
	request.URL, request.Host, request.Header = original.URL, original.Host, original.Header
	return request, nil
}

// readBody reads the request's body, and closes it as a transport must.
func (x *exchange) readBody() error {
	if x.request.Body == nil {
		return nil
	}
	body, err := io.ReadAll(x.request.Body)
	x.body = body
	return closeBody(x.request, err)
}

// closeBody closes a body that was not handed on, and returns err: what closing
// has to say changes nothing for a request that is not sent from it.
func closeBody(request *http.Request, err error) error {
	if request.Body != nil {
		_ = request.Body.Close()
	}
	return err
}

func (x *exchange) meet(i *injector, delay time.Duration) {
	x.met = append(x.met, Injected{Rule: i.index, Kind: i.Kind, Delay: delay})
}

// note reports the faults of the request.
func (x *exchange) note() {
	if x.transport.config.Note == nil {
		return
	}
	for n, met := range x.met {
		injected := x.common
		if last := n == len(x.met)-1; last {
			injected.Unanswered = x.unanswered()
		}
		injected.Rule, injected.Kind, injected.Delay = met.Rule, met.Kind, met.Delay
		x.transport.config.Note(x.request.Context(), injected)
	}
}

// unanswered counts the deliveries whose answer the client did not get.
func (x *exchange) unanswered() int {
	if x.common.Answered {
		return x.common.Delivered - 1
	}
	return x.common.Delivered
}

// lose behaves like a silent network: no answer until the client's time-out, and
// then the error that [http.Transport] returns.
func lose(ctx context.Context) (*http.Response, error) {
	<-ctx.Done()
	return nil, context.Cause(ctx)
}

// wait returns nil after a pause, or the context's error if it ends first.
func wait(ctx context.Context, pause time.Duration) error {
	if pause <= 0 {
		return nil
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
