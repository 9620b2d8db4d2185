package fault_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"contend/counter"
	"contend/workload/fault"
)

// TestFaultsTogether: several rules apply to one request.
func TestFaultsTogether(t *testing.T) {
	const ms = time.Millisecond
	always := func(kind fault.Kind) fault.Rule { return fault.Rule{Kind: kind, Probability: 1} }
	delayed := func(by time.Duration) fault.Rule {
		return fault.Rule{Kind: fault.LateRequest, Probability: 1, Delay: fault.Delay{Mean: by}}
	}
	partition := func(from, to time.Duration) fault.Rule {
		return fault.Rule{Kind: fault.Partition, From: from, To: to}
	}
	met := func(rule int, kind fault.Kind, delay time.Duration) fault.Injected {
		return fault.Injected{Rule: rule, Kind: kind, Delay: delay}
	}
	applied := heard{counter.Applied, "", latency}
	timeOut := heard{counter.Unknown, counter.ReasonTimeout, patience}
	failed := heard{counter.Unknown, "InternalServerError", latency}
	type rules = []fault.Rule
	type told = []fault.Injected
	for name, c := range map[string]struct {
		rules   rules
		heard   heard
		applied int
		told    told // without what is in all
		all     fault.Injected
	}{
		"the first rule wins": {
			rules{always(fault.ServerErrorAfter), always(fault.Duplicate)}, failed, 1,
			told{met(0, fault.ServerErrorAfter, 0)}, fault.Injected{Delivered: 1, Unanswered: 1, Status: 200},
		},
		"delays add up, wherever they stand": {
			rules{delayed(30 * ms), always(fault.ServerErrorAfter), delayed(5 * ms)}, heard{failed.outcome, failed.reason, latency + 35*ms}, 1,
			told{met(0, fault.LateRequest, 30*ms), met(2, fault.LateRequest, 5*ms), met(1, fault.ServerErrorAfter, 0)}, fault.Injected{Delivered: 1, Unanswered: 1, Status: 200},
		},
		"no fault after the client's time": {
			rules{delayed(2 * patience), always(fault.Throttle)}, timeOut, 0,
			told{met(0, fault.LateRequest, 2*patience)}, fault.Injected{},
		},
		"a partition goes before others": {
			rules{always(fault.Throttle), partition(0, ms)}, timeOut, 0,
			told{met(1, fault.Partition, 0)}, fault.Injected{},
		},
		"a delay leads into a partition": {
			rules{delayed(300 * ms), partition(200*ms, 400*ms)}, timeOut, 0,
			told{met(0, fault.LateRequest, 300*ms), met(1, fault.Partition, 0)}, fault.Injected{},
		},
		"a delay leads past a partition": {
			rules{delayed(500 * ms), partition(200*ms, 400*ms)}, heard{counter.Applied, "", latency + 500*ms}, 1,
			told{met(0, fault.LateRequest, 500*ms)}, fault.Injected{Delivered: 1, Answered: true, Status: 200},
		},
		"an answer in a partition": {
			rules{partition(latency, latency+1)}, timeOut, 1,
			told{met(0, fault.Partition, 0)}, fault.Injected{Delivered: 1, Unanswered: 1, Status: 200},
		},
		"an answer before a partition": {rules{partition(latency+1, 0)}, applied, 1, nil, fault.Injected{}},
		"an answer after a partition":  {rules{partition(latency/2, latency)}, applied, 1, nil, fault.Injected{}},
		"another fault's answer in a partition": {
			rules{partition(latency, 0), always(fault.ServerErrorAfter)}, timeOut, 1,
			told{met(1, fault.ServerErrorAfter, 0), met(0, fault.Partition, 0)}, fault.Injected{Delivered: 1, Unanswered: 1, Status: 200},
		},
		"a duplicate's first answer in a partition": {
			rules{always(fault.Duplicate), partition(2*latency, 0)}, timeOut, 2,
			told{met(0, fault.Duplicate, 0), met(1, fault.Partition, 0)}, fault.Injected{Delivered: 2, Unanswered: 2, Status: 200},
		},
		"a reset is no answer": {
			rules{{Kind: fault.Reset, Count: 1}, partition(latency/2, 0)}, heard{counter.Unknown, counter.ReasonConnection, latency}, 1,
			told{met(0, fault.Reset, 0)}, fault.Injected{Delivered: 1, Unanswered: 1, Status: 200},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, latency, c.rules...)
				start := time.Now()
				_, err := s.add(t.Context())
				after := time.Since(start)
				got := counter.Classify(err)
				check(t, "heard", heard{got.Outcome, got.Reason, after}, c.heard)
				check(t, "applied", s.applied(t), c.applied)
				for i := range c.told {
					c.told[i].Delivered, c.told[i].Pending, c.told[i].Answered = c.all.Delivered, c.all.Pending, c.all.Answered
					c.told[i].Status, c.told[i].ErrorType = c.all.Status, c.all.ErrorType
				}
				if n := len(c.told); n > 0 {
					c.told[n-1].Unanswered = c.all.Unanswered
				}
				if told := s.notes.list(); !slices.Equal(told, c.told) {
					t.Errorf("told:\n got  %+v\n want %+v", told, c.told)
				}
			})
		})
	}
}

// TestPartitionByChance: some requests pass the partition, and each draws once.
func TestPartitionByChance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 400
		s := newScene(t, latency, fault.Rule{Kind: fault.Partition, Probability: 0.5})
		lost := 0
		for range n {
			if _, err := s.add(t.Context()); err != nil {
				lost++
			}
		}
		check(t, "told", len(s.notes.list()), lost)
		check(t, "applied", s.applied(t), n-lost)
		if lost < n*9/20 || lost > n*11/20 {
			t.Errorf("%d of %d were lost", lost, n)
		}
	})
}

var errGaveUp = errors.New("gave up")

// TestContextEnds: every wait ends with its context, with the context's cause
// and without having done more than it had.
func TestContextEnds(t *testing.T) {
	for _, c := range waits() {
		for _, want := range []error{context.Canceled, context.DeadlineExceeded, errGaveUp} {
			synctest.Test(t, func(t *testing.T) {
				var told notes
				served := slowly{canned{}, 2 * latency}
				transport := fault.New(served, fault.Config{Rules: []fault.Rule{c.rule}, Note: told.add})
				transport.Begin(time.Now())
				ctx, cancel := endingIn(t.Context(), patience, want)
				defer cancel()
				body := &closing{Reader: strings.NewReader("{}")}
				request := requestOf(ctx, "UpdateItem")
				request.Body = body
				start := time.Now()
				response, err := transport.RoundTrip(request)
				check(t, c.name+": response", response, nil)
				check(t, c.name+": error", errors.Is(err, want), true)
				check(t, c.name+": after", time.Since(start), patience)
				check(t, c.name+": body closed", body.closed, true)
				check(t, c.name+": delivered", told.list()[0].Delivered, c.delivered)
			})
		}
	}
}

// wait is a rule that makes a request wait until its client gives up, and how often the
// request is delivered before that.
type wait struct {
	name      string
	rule      fault.Rule
	delivered int
}

func waits() []wait {
	return []wait{
		{"lost request", once(fault.LostRequest), 0},
		{"lost reply", once(fault.LostReply), 1},
		{"delay", late(time.Hour), 0},
		{"partition", once(fault.Partition), 0},
		{"partition before the answer", fault.Rule{Kind: fault.Partition, From: 1}, 1},
	}
}

// endingIn is a context that ends for a reason.
func endingIn(ctx context.Context, d time.Duration, why error) (context.Context, context.CancelFunc) {
	if errors.Is(why, context.DeadlineExceeded) {
		return context.WithTimeout(ctx, d)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	if errors.Is(why, context.Canceled) {
		why = nil
	}
	timer := time.AfterFunc(d, func() { cancel(why) })
	return ctx, func() { timer.Stop(); cancel(nil) }
}

// slowly is a server that takes its time.
type slowly struct {
	http.RoundTripper
	latency time.Duration
}

func (s slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(s.latency)
	return s.RoundTripper.RoundTrip(r)
}

type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

var errBroken = errors.New("broken")

// failing fails from its n-th request on, or in the middle of its answer.
type failing struct {
	from  int
	torn  bool
	count *int
}

func (f failing) RoundTrip(r *http.Request) (*http.Response, error) {
	*f.count++
	if *f.count < f.from {
		return canned{}.RoundTrip(r)
	}
	if !f.torn {
		return nil, errBroken
	}
	response, err := canned{}.RoundTrip(r)
	response.Body = io.NopCloser(io.MultiReader(strings.NewReader("{"), torn{}))
	return response, err
}

type torn struct{}

func (torn) Read([]byte) (int, error) { return 0, errBroken }

// TestBrokenConnection: the client gets a real failure as it is, and the note claims no
// answer.
func TestBrokenConnection(t *testing.T) {
	open := fault.Injected{Pending: true}
	for _, c := range []struct {
		kind fault.Kind
		from int
		torn bool
		want error
		told fault.Injected
	}{
		{fault.LostReply, 1, false, errBroken, open},
		{fault.LostReply, 1, true, errBroken, open},
		{fault.Reset, 1, false, errBroken, open},
		{fault.ServerErrorAfter, 1, false, errBroken, open},
		{fault.LateRequest, 1, false, errBroken, fault.Injected{Pending: true, Delay: 1}},
		{fault.Duplicate, 1, false, errBroken, open},
		{fault.Duplicate, 2, false, nil, fault.Injected{Pending: true, Delivered: 1, Answered: true, Status: 200}},
		{fault.Duplicate, 2, true, nil, fault.Injected{Pending: true, Delivered: 1, Answered: true, Status: 200}},
	} {
		var told notes
		rule := once(c.kind)
		if c.kind == fault.LateRequest {
			rule.Delay.Mean = 1
		}
		transport := fault.New(failing{c.from, c.torn, new(int)}, fault.Config{Rules: []fault.Rule{rule}, Seed: 1, Note: told.add})
		transport.Begin(time.Now())
		_, err := transport.RoundTrip(requestOf(t.Context(), "UpdateItem"))
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.kind, err, c.want)
		}
		c.told.Kind = c.kind
		if got := told.list(); !slices.Equal(got, []fault.Injected{c.told}) {
			t.Errorf("%s: got %+v, want %+v", c.kind, got, c.told)
		}
	}
}

// TestUnreadableRequest: a body that cannot be read is not sent as another.
func TestUnreadableRequest(t *testing.T) {
	transport := fault.New(canned{}, fault.Config{Rules: []fault.Rule{once(fault.Duplicate)}})
	transport.Begin(time.Now())
	request := requestOf(t.Context(), "UpdateItem")
	body := &closing{Reader: torn{}}
	request.Body = body
	if _, err := transport.RoundTrip(request); !errors.Is(err, errBroken) || !body.closed {
		t.Errorf("got %v, closed %t", err, body.closed)
	}
}

// TestRequestIsDeliveredAsItIs: the server sees an unchanged request, and the client's
// own request is not touched.
func TestRequestIsDeliveredAsItIs(t *testing.T) {
	var seen []string
	var answers []*closing
	next := roundTrip(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		again, err := r.GetBody() // what net/http does on a connection that was closed
		if err != nil {
			return nil, err
		}
		bodyAgain, err := io.ReadAll(again)
		if err != nil {
			return nil, err
		}
		check(t, "length", r.ContentLength, int64(len(body)))
		check(t, "again", string(bodyAgain), string(body))
		seen = append(seen, strings.Join([]string{r.Method, r.URL.String(), r.Host, r.Header.Get("Authorization"), r.Header.Get("X-Amz-Target"), string(body)}, " "))
		response, err := canned{}.RoundTrip(r)
		answer := &closing{Reader: response.Body}
		answers, response.Body = append(answers, answer), answer
		return response, err
	})
	transport := fault.New(next, fault.Config{Rules: []fault.Rule{once(fault.Duplicate)}})
	transport.Begin(time.Now())
	request := requestOf(t.Context(), "UpdateItem")
	request.Header.Set("Authorization", "signed")
	request.Host, request.URL.Path, request.URL.RawPath = "named", "/a/b", "/a%2Fb"
	request.GetBody = nil // as AWS's client leaves it
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	want := "POST http://canned/a%2Fb named signed DynamoDB_20120810.UpdateItem {}"
	if !slices.Equal(seen, []string{want, want}) {
		t.Errorf("got %q, want %q twice", seen, want)
	}
	for _, answer := range answers {
		check(t, "answer closed", answer.closed, true)
	}
	check(t, "the answer's request", response.Request, request)
	check(t, "headers", len(request.Header), 2)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
