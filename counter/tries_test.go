package counter

import (
	"errors"
	"net/http"
	"reflect"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestTheMostDoubtfulTryDecides: the SDK returns only the outcome of its last try, but
// an earlier try may have been applied.
func TestTheMostDoubtfulTryDecides(t *testing.T) {
	const lost = 0
	for _, c := range []struct {
		what     string
		statuses []int
		outcome  Outcome
		reason   string
		unknown  int // writes that may have been applied without being acknowledged
	}{
		{"no answer, then a refusal", []int{lost, 400}, Unknown, ReasonConnection, 1},
		{"a server error, then a refusal", []int{500, 400}, Unknown, "InternalServerError", 1},
		{"two server errors, then a refusal", []int{500, 503, 400}, Unknown, "InternalServerError", 2},
		{"a server error, then no connection", []int{500, unreachable, unreachable}, Unknown, "InternalServerError", 1},
		{"no answer, then no connection", []int{lost, unreachable, unreachable}, Unknown, ReasonConnection, 1},
		{"two without an answer, then no connection", []int{lost, lost, unreachable}, Unknown, ReasonConnection, 2},
		{"no connection, then a server error and a refusal", []int{unreachable, 500, 400}, Unknown, "InternalServerError", 1},
		{"three server errors", []int{500, 500, 500}, Unknown, "InternalServerError", 3},
		{"a server error, then an acknowledgement", []int{500, 200}, Applied, "", 1},
		{"an answer that cannot be read, then no connection", []int{unreadable, unreachable, unreachable}, Unknown, ReasonBadAnswer, 1},
		{"only refused", []int{400}, Conflict, "TransactionConflictException", 0},
		{"throttled, then refused", []int{429, 400}, Conflict, "TransactionConflictException", 0},
		{"never a connection", []int{unreachable, unreachable, unreachable}, Failed, ReasonNotConnected, 0},
		{"no connection, then refused", []int{unreachable, 400}, Conflict, "TransactionConflictException", 0},
	} {
		t.Run(c.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &replies{statuses: c.statuses}
				client := dynamodb.New(dynamodb.Options{
					Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
					BaseEndpoint: aws.String("http://localhost"), Retryer: retryAlso429(),
					HTTPClient: &Meter{Next: &http.Client{Transport: s}},
				})
				wire := new(Wire)
				last, err := NewAtomicAdd(client).Add(WithWire(t.Context(), wire), Key{Table: "t", Name: "n"}, Change{Delta: 1})
				settled := wire.Settle(last)
				unknown := wire.AmbiguousWrites(settled.Outcome)
				if settled.Outcome == Unknown {
					unknown++
				}
				if settled.Outcome != c.outcome || settled.Reason != c.reason || unknown != c.unknown || len(s.statuses) > 0 {
					t.Errorf("got %s, %q, %d unknown writes; want %s, %q, %d (%v, left %v)",
						settled.Outcome, settled.Reason, unknown, c.outcome, c.reason, c.unknown, err, s.statuses)
				}
				if never := c.reason == ReasonNotConnected; settled.Unsent != never {
					t.Errorf("unsent %t, want %t", settled.Unsent, never)
				}
				if again := wire.Settle(settled); !reflect.DeepEqual(again, settled) {
					t.Errorf("settled once more it is %+v", again)
				}
			})
		})
	}
}

func retryAlso429() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.Retryables = append(o.Retryables, retry.RetryableHTTPStatusCode{Codes: map[int]struct{}{429: {}}})
	})
}

// TestWhatALastTrySawIsKept: the state that the last try saw is kept, whatever the
// outcome.
func TestWhatALastTrySawIsKept(t *testing.T) {
	wire := &Wire{Sends: []Send{
		{Attempt: 1, Write: true, Status: 500, Answer: Classification{Outcome: Unknown, Reason: "HTTP 500"}},
		{Attempt: 2, Write: true, Status: 400, Answer: Classification{Outcome: Conflict, Reason: "x"}},
	}}
	lost := Receipt{Classification: Classification{Outcome: Conflict, Reason: "x"}, State: State{Value: 7}, StateKnown: true, Units: Units{Write: 1}}
	want := lost
	want.Outcome, want.Reason = Unknown, "HTTP 500"
	if got := wire.Settle(lost); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := (*Wire)(nil).Settle(lost); !reflect.DeepEqual(got, lost) {
		t.Errorf("without a wire it is %+v", got)
	}
}

// TestAReadThatCameBeforeIsNoDoubt: only writes change the counter.
func TestAReadThatCameBeforeIsNoDoubt(t *testing.T) {
	wire := &Wire{Sends: []Send{
		{Attempt: 1, Status: 500, Answer: Classification{Outcome: Unknown, Reason: "HTTP 500"}},
		{Attempt: 2, Status: 200, Answer: Classification{Outcome: Applied}},
		{Attempt: 1, Write: true, Status: 400, Answer: Classification{Outcome: Conflict, Reason: "x"}},
	}}
	lost := Receipt{Classification: Classification{Outcome: Conflict, Reason: "x"}}
	if got := wire.Settle(lost); got.Outcome != Conflict || wire.AmbiguousWrites(got.Outcome) != 0 {
		t.Errorf("got %+v, %d doubts", got, wire.AmbiguousWrites(got.Outcome))
	}
}

// TestAHistoryThatWouldShowTheChangeIsConclusive: if the stored history would show the
// change but does not, no try made it.
func TestAHistoryThatWouldShowTheChangeIsConclusive(t *testing.T) {
	mine := Change{Delta: 1, Token: "mine", Seen: State{Value: 4, Version: 5}}
	for _, c := range []struct {
		what    string
		outcome Outcome
		stored  State
		want    bool
	}{
		{"all writes since", Conflict, State{Version: 7, Recent: "a 6 5\nb 7 6"}, true},
		{"and some before", Conflict, State{Version: 7, Recent: "x 5 4\na 6 5\nb 7 6"}, true},
		{"one has been dropped", Conflict, State{Version: 7, Recent: "b 7 6"}, false},
		{"no list", Conflict, State{Version: 7}, false},
		{"no entries of this package", Conflict, State{Version: 7, Recent: "something else"}, false},
		{"the state that was seen", Conflict, State{Version: 5, Recent: "x 5 4"}, false},
		{"no conflict", Throttled, State{Version: 7, Recent: "a 6 5\nb 7 6"}, false},
	} {
		receipt, err := mine.recognised(Receipt{Classification: Classification{Outcome: c.outcome}, State: c.stored, StateKnown: true}, errors.New("refused"))
		if err == nil || receipt.Conclusive != c.want {
			t.Errorf("%s: conclusive %t, want %t (%v)", c.what, receipt.Conclusive, c.want, err)
		}
	}
	ambiguous := &Wire{Sends: []Send{{Attempt: 1, Write: true, Status: 500}, {Attempt: 2, Write: true, Status: 400}}}
	refused := Receipt{Classification: Classification{Outcome: Conflict}, Conclusive: true}
	if got := ambiguous.Settle(refused); got.Outcome != Conflict {
		t.Errorf("got %+v", got)
	}
}

// TestAReadThatCameAfterHidesNoDoubt: a read after a refusal explains the refusal, and
// leaves the doubt about earlier tries.
func TestAReadThatCameAfterHidesNoDoubt(t *testing.T) {
	write := func(attempt, status int) Send { return Send{Attempt: attempt, Write: true, Status: status} }
	read := func(attempt int) Send {
		return Send{Attempt: attempt, Status: 200, Answer: Classification{Outcome: Applied}}
	}
	for _, c := range []struct {
		what  string
		sends []Send
		want  Outcome
	}{
		{"ambiguous, refused, read", []Send{write(1, 500), write(2, 400), read(1)}, Unknown},
		{"refused, and read at the second try", []Send{write(1, 400), read(2)}, Conflict},
		{"acknowledged, and read at the second try", []Send{write(1, 200), read(2)}, Conflict},
	} {
		wire := &Wire{Sends: c.sends}
		got := wire.Settle(Receipt{Classification: Classification{Outcome: Conflict}})
		if got.Outcome != c.want || wire.AmbiguousWrites(got.Outcome) != 0 {
			t.Errorf("%s: got %s, %d doubts, want %s", c.what, got.Outcome, wire.AmbiguousWrites(got.Outcome), c.want)
		}
	}
}

// TestARetryerIsAskedToo: even a try that surely changed nothing is repeated only if
// the retryer allows it.
func TestARetryerIsAskedToo(t *testing.T) {
	throttle := &types.ThrottlingException{}
	standard := retry.NewStandard()
	for what, c := range map[string]struct {
		retryer aws.Retryer
		err     error
		want    bool
	}{
		"a throttle":                           {refusedOnly{standard}, throttle, true},
		"a throttle, of a retryer of its own":  {refusedOnlyV2{standard}, throttle, true},
		"no retries":                           {refusedOnly{aws.NopRetryer{}}, throttle, false},
		"no retries, of a retryer of its own":  {refusedOnlyV2{aws.NopRetryer{}}, throttle, false},
		"what may be applied":                  {refusedOnly{standard}, &types.InternalServerError{}, false},
		"what may be applied, another retryer": {refusedOnlyV2{standard}, &types.InternalServerError{}, false},
	} {
		if got := c.retryer.IsErrorRetryable(c.err); got != c.want {
			t.Errorf("%s: got %t, want %t", what, got, c.want)
		}
	}
}
