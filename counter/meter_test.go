package counter

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// replies answers request after request, each after a second; 0 is no answer.
type replies struct {
	statuses []int
	hit      SendFault // of every request, if it has a kind
}

var errNoReply = errors.New("no reply")

// unreachable stands for a server that there is no connection to, unreadable for
// an acknowledgement whose body breaks off.
const (
	unreachable = -1
	unreadable  = -2
)

func (s *replies) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(time.Second)
	status := s.statuses[0]
	s.statuses = s.statuses[1:]
	if s.hit.Kind != "" {
		WireOf(r.Context()).Hit(s.hit)
	}
	switch status {
	case 0:
		return nil, errNoReply
	case unreachable:
		return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	}
	if status == unreadable {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(failing{syscall.ECONNRESET}), Request: r}, nil
	}
	body := `{"Attributes":{"value":{"N":"1"}},"Item":{"value":{"N":"1"}}}`
	if status != 200 {
		body = `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException"}`
	}
	if status == 429 {
		body = "<html>"
	}
	if status >= 500 {
		body = `{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}`
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

// metered sends one write, or one read, through the SDK's retries.
func metered(t *testing.T, retryer aws.Retryer, s *replies, read bool) (*Wire, error) {
	t.Helper()
	client := dynamodb.New(dynamodb.Options{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
		BaseEndpoint: aws.String("http://localhost"), Retryer: retryer,
		HTTPClient: &Meter{Next: &http.Client{Transport: s}},
	})
	wire := &Wire{Worker: 3, Sends: make([]Send, 5)}
	wire.Reset()
	ctx, key := WithWire(t.Context(), wire), Key{Table: "table", Name: "name"}
	if read {
		_, _, err := NewAtomicAdd(client).Read(ctx, key, true)
		return wire, err
	}
	_, err := NewAtomicAdd(client).Add(ctx, key, Change{Delta: 1})
	return wire, err
}

func TestMeterTellsWhatTheSDKSentAgain(t *testing.T) {
	standard := func() aws.Retryer { return retry.NewStandard() }
	lost := SendFault{Kind: "lost-reply", Delivered: 1, AppliedUnacknowledged: 1, Status: 200, Settled: true}
	twice := SendFault{Kind: "duplicate", Delivered: 2, Extra: 1, AppliedUnacknowledged: 1, Status: 200, Settled: true}
	perhaps := SendFault{Kind: "duplicate", Delivered: 1, Extra: 1, Status: 200}
	for _, c := range []struct {
		what     string
		retryer  aws.Retryer
		statuses []int
		read     bool
		fault    SendFault
		// wanted
		attempts    []int
		repeats     int
		doubts      int
		over        int
		applied     bool
		quotaRefuse bool
	}{
		{"one answer", standard(), []int{200}, false, SendFault{}, []int{1}, 0, 0, 0, true, false},
		{"an error of the server, then success", standard(), []int{500, 200}, false, SendFault{}, []int{1, 2}, 1, 1, 0, true, false},
		{"two errors, then a refusal that the first may have caused", standard(), []int{500, 503, 400}, false, SendFault{}, []int{1, 2, 3}, 2, 2, 0, false, false},
		{"no answer at all: the last is for the outcome to tell", standard(), []int{500, 500, 500}, false, SendFault{}, []int{1, 2, 3}, 2, 2, 0, false, false},
		{"the SDK does not repeat", aws.NopRetryer{}, []int{500}, false, SendFault{}, []int{1}, 0, 0, 0, false, false},
		{"a read changes nothing", standard(), []int{500, 200}, true, SendFault{}, []int{1, 2}, 1, 0, 0, true, false},
		{"lost by a known fault", standard(), []int{500, 200}, false, lost, []int{1, 2}, 1, 1, 2, true, false},
		{"delivered twice", aws.NopRetryer{}, []int{200}, false, twice, []int{1}, 0, 1, 1, true, false},
		{"delivered once, and perhaps again", aws.NopRetryer{}, []int{200}, false, perhaps, []int{1}, 0, 1, 0, true, false},
		{"not reached at first", standard(), []int{unreachable, 200}, false, SendFault{}, []int{2}, 0, 0, 0, true, false},
		{"no retry left in the quota", retry.NewStandard(func(o *retry.StandardOptions) {
			o.RateLimiter = ratelimit.NewTokenRateLimit(0)
		}), []int{500}, false, SendFault{}, []int{1}, 0, 0, 0, false, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wire, err := metered(t, c.retryer, &replies{statuses: c.statuses, hit: c.fault}, c.read)
				var attempts []int
				for _, s := range wire.Sends {
					attempts = append(attempts, s.Attempt)
					if s.Ended.Sub(s.Began) != time.Second || s.Write == c.read {
						t.Errorf("request %+v, want one of a second, a write unless it reads", s)
					}
				}
				repeats, slept := wire.Repeats()
				if !reflect.DeepEqual(attempts, c.attempts) || repeats != c.repeats || (slept > 0) != (repeats > 0) {
					t.Errorf("got tries %v, %d repeats after %v, want %v, %d", attempts, repeats, slept, c.attempts, c.repeats)
				}
				if wire.AmbiguousWrites(Classify(err).Outcome) != c.doubts || wire.Settled() != c.over {
					t.Errorf("got %d doubts, %d over, want %d, %d", wire.AmbiguousWrites(Classify(err).Outcome), wire.Settled(), c.doubts, c.over)
				}
				if (err == nil) != c.applied || QuotaRefused(err) != c.quotaRefuse {
					t.Errorf("got %v, applied %t, refused by quota %t", err, c.applied, c.quotaRefuse)
				}
			})
		})
	}
}

// TestWhatTheSDKHoldsBackIsToldApart: the adaptive mode waits before it sends.
func TestWhatTheSDKHoldsBackIsToldApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var wire Wire
		send := func(held time.Duration) {
			wire.BeginCall()
			time.Sleep(held)
			wire.begin(Send{Began: time.Now(), Attempt: 1})
		}
		send(20 * time.Millisecond)
		send(20 * time.Microsecond) // its work
		wire.begin(Send{Began: time.Now(), Attempt: 1})
		if repeats, slept := wire.Repeats(); repeats != 0 || slept != 20*time.Millisecond {
			t.Errorf("got %d repeats, %v", repeats, slept)
		}
	})
	(*Wire)(nil).BeginCall()
}

func TestMeterWithoutAWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://localhost", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := (&Meter{Next: &http.Client{Transport: &replies{statuses: []int{200}}}}).Do(r)
		if err != nil || response.StatusCode != 200 {
			t.Errorf("got %v, %v", response, err)
		}
	})
}

func TestCarriedRequestsAreTheLeaders(t *testing.T) {
	leader, follower := &Wire{Sends: []Send{{Status: 200, Attempt: 1}, {Status: 200, Attempt: 2}}}, &Wire{Worker: 7}
	follower.Carry(leader)
	if !reflect.DeepEqual(follower.Sends, leader.Sends) || follower.Worker != 7 {
		t.Errorf("got %+v", follower)
	}
	leader.Sends[0].Status = 500
	if follower.Sends[0].Status != 200 {
		t.Error("the two share memory")
	}
	follower.Carry(nil)
	(*Wire)(nil).Carry(leader)
	(*Wire)(nil).Hit(SendFault{})
}

// TestDeliveriesThatAreOver: only deliveries that the fault declares over count, and
// only for writes that the caller does not know about.
func TestDeliveriesThatAreOver(t *testing.T) {
	refused := Classification{Outcome: Conflict}
	for _, c := range []struct {
		what string
		send Send
		want int
	}{
		{"no fault", Send{Write: true}, 0},
		{"an answer that was lost", Send{Write: true, Faults: []SendFault{{Settled: true}}}, 1},
		{"an answer that was lost, of a read", Send{Faults: []SendFault{{Settled: true}}}, 0},
		{"a refusal", Send{Write: true, Answer: refused, Faults: []SendFault{{Settled: true}}}, 0},
		{"delivered three times, all over", Send{Write: true, Faults: []SendFault{{Settled: true, Extra: 2}}}, 2},
		{"delivered twice before a refusal", Send{Write: true, Answer: refused, Faults: []SendFault{{Settled: true, Extra: 1}}}, 1},
		{"a read that was delivered twice", Send{Faults: []SendFault{{Settled: true, Extra: 1}}}, 0},
		{"one of two is under way", Send{Write: true, Faults: []SendFault{{Settled: true, Extra: 1}, {Extra: 3}}}, 1},
		{"under way", Send{Write: true, Faults: []SendFault{{Extra: 1}}}, 0},
	} {
		if got := c.send.settledDeliveries(); got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, got, c.want)
		}
	}
}

// TestReadsThatAreDeliveredTwiceAreNoDoubts: they change nothing.
func TestReadsThatAreDeliveredTwiceAreNoDoubts(t *testing.T) {
	twice := []SendFault{{Extra: 1}}
	w := &Wire{Sends: []Send{{Attempt: 1, Faults: twice}, {Attempt: 1, Write: true, Answer: Classification{Outcome: Applied}, Faults: twice}}}
	if got := w.AmbiguousWrites(Applied); got != 1 {
		t.Errorf("got %d doubts, want that of the write", got)
	}
}

// TestWhatConcernsARequestNeedsOne: a fault, or a part that was left out, belongs to no
// request if there was none.
func TestWhatConcernsARequestNeedsOne(t *testing.T) {
	for _, w := range []*Wire{nil, {}} {
		w.Hit(SendFault{Kind: "x"})
		w.throttledInPart()
		w.BeginCall()
		w.NotDelayed()
		if w != nil && len(w.Sends) > 0 {
			t.Errorf("got %+v", w.Sends)
		}
	}
}

// TestACallIsHeldBackFromAMillisecond: a pause before sending counts as held back if it
// is a millisecond or longer, unless the client says otherwise.
func TestACallIsHeldBackFromAMillisecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			took, want time.Duration
			unheld     bool
		}{
			{time.Millisecond - 1, 0, false},
			{time.Millisecond, time.Millisecond, false},
			{time.Hour, time.Hour, false},
			{time.Hour, 0, true},
		} {
			var w Wire
			w.BeginCall()
			if c.unheld {
				w.NotDelayed()
			}
			time.Sleep(c.took)
			w.begin(Send{Began: time.Now(), Attempt: 1})
			if got := w.Sends[0].ClientDelay; got != c.want {
				t.Errorf("after %s: held for %s, want %s", c.took, got, c.want)
			}
		}
	})
}

// TestAnAnswerThatBreaksOffStaysSo: a reader above the meter gets the bytes that came,
// and the same error.
func TestAnAnswerThatBreaksOffStaysSo(t *testing.T) {
	broken := errors.New("cut off")
	response := &http.Response{StatusCode: 400, Body: io.NopCloser(io.MultiReader(strings.NewReader(`{"__ty`), iotest.ErrReader(broken)))}
	if got := classifyResponse(response); got.Outcome != Unknown || got.Reason != ReasonBadAnswer {
		t.Errorf("got %+v", got)
	}
	rest, err := io.ReadAll(response.Body)
	if string(rest) != `{"__ty` || !errors.Is(err, broken) {
		t.Errorf("left %q, %v", rest, err)
	}
}

// TestAThrottleWithoutAReasonHasItsCode: the code also stands in for a reason that is
// empty.
func TestAThrottleWithoutAReasonHasItsCode(t *testing.T) {
	const code = "ThrottlingException"
	for _, reasons := range []string{``, `,"ThrottlingReasons":[]`, `,"ThrottlingReasons":[{}]`, `,"ThrottlingReasons":[{"reason":""}]`} {
		body := `{"__type":"com.amazon.coral.availability#` + code + `"` + reasons + `}`
		got := classifyResponse(&http.Response{StatusCode: 400, Body: io.NopCloser(strings.NewReader(body))})
		if want := (Classification{Outcome: Throttled, Reason: code}); got != want {
			t.Errorf("%s: got %+v, want %+v", body, got, want)
		}
	}
}
