package store

import (
	"context"
	"errors"
	"math"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/internal/clock"
	"contend/workload/fault"
	"contend/workload/scenario"
)

// failures has errors of each kind that matters for a retry.
func failures() map[string]error {
	of := func(status int, cause error) error {
		return &sendError{operation: "UpdateItem", status: status, cause: cause}
	}
	ended, end := context.WithCancel(context.Background())
	end()
	return map[string]error{
		"throttled":       of(400, &types.ProvisionedThroughputExceededException{}),
		"condition":       of(400, &types.ConditionalCheckFailedException{}),
		"in progress":     of(400, &types.TransactionInProgressException{}),
		"internal error":  of(500, &types.InternalServerError{}),
		"time-out":        of(0, unsent(context.DeadlineExceeded)),
		"connection lost": of(0, unsent(&net.OpError{Op: "read", Err: errors.New("connection reset by peer")})),
		"cut off":         of(0, canceled(ended)),
	}
}

// sdkRetryer is the retryer of the SDK's own DynamoDB client.
func sdkRetryer(t *testing.T, mode scenario.SDKRetry) aws.RetryerV2 {
	t.Helper()
	if err := chooseRetries(mode); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chooseRetries(scenario.SDKRetryNone) })
	client := dynamodb.NewFromConfig(withRetries(aws.Config{Region: localRegion}, mode))
	return client.Options().Retryer.(aws.RetryerV2)
}

// TestTheRetriesAreTheSDKs: the same errors are retried, as often, after the same
// waits, and for the same cost to the quota.
func TestTheRetriesAreTheSDKs(t *testing.T) {
	for _, mode := range []scenario.SDKRetry{scenario.SDKRetryStandard, scenario.SDKRetryStandard2026} {
		theirs := sdkRetryer(t, mode)
		ours, err := retriesOf(mode, clock.Clock{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		if ours.MaxAttempts() != theirs.MaxAttempts() {
			t.Errorf("%s: %d attempts, want %d", mode, ours.MaxAttempts(), theirs.MaxAttempts())
		}
		for name, failed := range failures() {
			if got, want := ours.IsErrorRetryable(failed), theirs.IsErrorRetryable(failed); got != want {
				t.Errorf("%s, %s: tried again: %t, want %t", mode, name, got, want)
			}
			for attempt := range 8 {
				if got, want := meanDelay(t, ours, attempt, failed), meanDelay(t, theirs, attempt, failed); math.Abs(got-want) > want/10 {
					t.Errorf("%s, %s: wait %d has the mean %.3f s, want %.3f s", mode, name, attempt, got, want)
				}
			}
			fresh, _ := retriesOf(mode, clock.Clock{}, 1)
			if got, want := quota(fresh, failed), quota(sdkRetryer(t, mode), failed); got != want {
				t.Errorf("%s, %s: quota for %d retries, want %d", mode, name, got, want)
			}
		}
	}
}

// meanDelay is the mean of many waits, in seconds.
func meanDelay(t *testing.T, r aws.Retryer, attempt int, failed error) float64 {
	t.Helper()
	const draws = 3000
	sum := 0.0
	for range draws {
		d, err := r.RetryDelay(attempt, failed)
		if err != nil {
			t.Fatal(err)
		}
		sum += d.Seconds()
	}
	return sum / draws
}

// quota counts the retries until the quota is used up.
func quota(r aws.RetryerV2, failed error) int {
	for n := 0; ; n++ {
		if _, err := r.GetRetryToken(context.Background(), failed); err != nil {
			if !counter.QuotaRefused(err) {
				return -1
			}
			return n
		}
	}
}

// scripted answers calls with errors in turn, nil for a success, and counts the tries.
type scripted struct {
	errs  []error
	tries []int
}

func (s *scripted) send(_ context.Context, t try) (any, error) {
	err := s.errs[len(s.tries)]
	s.tries = append(s.tries, t.number)
	return &dynamodb.GetItemOutput{}, err
}

// TestTheLoopTriesAgain: the loop retries as often as the mode says, waits by the
// simulated clock, and returns the last error.
func TestTheLoopTriesAgain(t *testing.T) {
	lost, condition := failures()["time-out"], failures()["condition"]
	for _, test := range []struct {
		mode  scenario.SDKRetry
		errs  []error
		tries int
		fails bool
	}{
		{scenario.SDKRetryNone, []error{lost}, 1, true},
		{scenario.SDKRetryStandard, []error{lost, lost, nil}, 3, false},
		{scenario.SDKRetryStandard, []error{lost, lost, lost}, 3, true},
		{scenario.SDKRetryStandard, []error{condition}, 1, true},
		{scenario.SDKRetryStandard2026, []error{lost, lost, lost, lost}, 4, true},
	} {
		err := clock.Simulation{Start: time.Unix(0, 0)}.Run(t.Context(), func(ctx context.Context) error {
			r, err := retriesOf(test.mode, clock.Of(ctx), 1)
			if err != nil {
				return err
			}
			began := clock.Of(ctx).Now()
			s := &scripted{errs: test.errs}
			_, err = methods{send: r.over(s.send)}.GetItem(ctx, &dynamodb.GetItemInput{})
			if (err != nil) != test.fails || len(s.tries) != test.tries {
				t.Errorf("%s: %d tries, %v", test.mode, len(s.tries), err)
			}
			if err != nil && counter.Classify(err) != counter.Classify(test.errs[len(test.errs)-1]) {
				t.Errorf("%s: the error is %v", test.mode, err)
			}
			if waited := clock.Of(ctx).Since(began) > 0; waited != (test.tries > 1) {
				t.Errorf("%s: waited: %t", test.mode, waited)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestACallChoosesItsRetryer: as with the SDK's client, an option of a call sets its
// retryer.
func TestACallChoosesItsRetryer(t *testing.T) {
	r, err := retriesOf(scenario.SDKRetryStandard, clock.Clock{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	s := &scripted{errs: []error{failures()["throttled"]}}
	_, err = methods{send: r.over(s.send)}.GetItem(t.Context(), &dynamodb.GetItemInput{}, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
	if err == nil || len(s.tries) != 1 {
		t.Errorf("%d tries, %v", len(s.tries), err)
	}
}

// TestSimulatedErrorsMeanTheSame: they are classified like the errors of the SDK's
// client over HTTP.
func TestSimulatedErrorsMeanTheSame(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want counter.Classification
	}{
		{"throttled", failures()["throttled"], counter.Classification{Outcome: counter.Throttled, Reason: "ProvisionedThroughputExceededException"}},
		{"condition", failures()["condition"], counter.Classification{Outcome: counter.Conflict, Reason: "ConditionalCheckFailedException"}},
		{"internal error", failures()["internal error"], counter.Classification{Outcome: counter.Unknown, Reason: "InternalServerError"}},
		{"time-out", failures()["time-out"], counter.Classification{Outcome: counter.Unknown, Reason: counter.ReasonTimeout}},
		{"connection lost", failures()["connection lost"], counter.Classification{Outcome: counter.Unknown, Reason: counter.ReasonConnection}},
		{"cut off", failures()["cut off"], counter.Classification{Outcome: counter.Unknown, Reason: counter.ReasonCanceled}},
	} {
		if got := counter.Classify(test.err); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

// TestAnswersAreTold: an answer with an error is classified like the error of the SDK's
// client.
func TestAnswersAreTold(t *testing.T) {
	limited, cancel := context.WithCancel(t.Context())
	condition := &types.ConditionalCheckFailedException{}
	for _, test := range []struct {
		answer fault.Answer
		want   string
	}{
		{fault.Answer{Status: http.StatusBadRequest, Err: condition}, condition.ErrorCode()},
		{fault.Answer{Err: context.DeadlineExceeded}, counter.ReasonTimeout},
	} {
		if got := counter.Classify(failedBy(limited, "UpdateItem", test.answer)); got.Reason != test.want {
			t.Errorf("%v: got %q, want %q", test.answer, got.Reason, test.want)
		}
	}
	cancel()
	if got := counter.Classify(failedBy(limited, "UpdateItem", fault.Answer{Err: context.DeadlineExceeded})); got.Reason != counter.ReasonCanceled {
		t.Errorf("after the end of the context: %q", got.Reason)
	}
}

// TestTriesOfATransactionShareAToken: the client makes up a token if there is none.
func TestTriesOfATransactionShareAToken(t *testing.T) {
	var tokens []string
	lost := failures()["internal error"]
	m := methods{tokens: &madeTokens{client: "test"}}
	err := clock.Simulation{Start: time.Unix(0, 0)}.Run(t.Context(), func(ctx context.Context) error {
		r, err := retriesOf(scenario.SDKRetryStandard, clock.Of(ctx), 1)
		m.send = r.over(func(_ context.Context, t try) (any, error) {
			tokens = append(tokens, aws.ToString(t.input.(*dynamodb.TransactWriteItemsInput).ClientRequestToken))
			return nil, lost
		})
		for _, token := range []*string{nil, nil, aws.String("own")} {
			_, _ = m.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{ClientRequestToken: token})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"test-1", "test-1", "test-1", "test-2", "test-2", "test-2", "own", "own", "own"}
	if !slices.Equal(tokens, want) {
		t.Errorf("got %q, want %q", tokens, want)
	}
}
