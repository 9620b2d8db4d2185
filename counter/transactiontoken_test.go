package counter_test

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// transacting is a store that gives every transaction the same answer.
type transacting struct {
	counter.DynamoDB
	consumed []types.ConsumedCapacity
	err      error
	sent     *dynamodb.TransactWriteItemsInput
}

func (s *transacting) TransactWriteItems(_ context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	s.sent = in
	return &dynamodb.TransactWriteItemsOutput{ConsumedCapacity: s.consumed}, s.err
}

// GetItem finds nothing.
func (*transacting) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return &dynamodb.GetItemOutput{}, nil
}

// canceled is a cancelled transaction with the reasons of its actions.
func canceled(reasons ...types.CancellationReason) error {
	return &types.TransactionCanceledException{CancellationReasons: reasons}
}

func because(code string) types.CancellationReason {
	return types.CancellationReason{Code: aws.String(code)}
}

// lostTo is the reason of a condition that was false for a counter.
func lostTo(value string) types.CancellationReason {
	reason := because("ConditionalCheckFailed")
	reason.Item = map[string]types.AttributeValue{"value": &types.AttributeValueMemberN{Value: value}}
	return reason
}

var shared = counter.Key{Table: "counters", Name: "shared"}

// TestARepetitionChangesNothing: the second of two attempts with one token is reported
// as a repetition, even if the counter is at its floor by then.
func TestARepetitionChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		for _, name := range []string{counter.TransactionTokenName, counter.TransactionMarkerName} {
			for what, schema := range schemas {
				if !schema.Key.IsZero() {
					continue // the table has another key
				}
				t.Run(name+" "+what, func(t *testing.T) {
					strategy, err := schema.NewStrategy(name, client, counter.DefaultParameters())
					if traits, _ := counter.TraitsOf(name); !traits.Foreign && what != "ours" {
						return
					}
					if err != nil {
						t.Fatal(err)
					}
					repeat(t, strategy, newToken())
				})
			}
		}
	})
}

// newToken is a token that no earlier test has used: a server remembers tokens for ten
// minutes, even if the table is deleted.
func newToken() string { return rand.Text()[:16] }

// repeat makes a change four times; its tokens begin with prefix.
func repeat(t *testing.T, strategy counter.Strategy, prefix string) {
	key := counter.Key{Table: "counters", Name: t.Name()}
	if err := strategy.Create(t.Context(), key, 7); err != nil {
		t.Fatal(err)
	}
	floor, began := int64(0), time.Now().Add(-time.Minute)
	for _, c := range []struct {
		token    string
		repeated bool
		refused  error
	}{{"first", false, nil}, {"first", true, nil}, {"first", true, nil}, {"second", false, counter.ErrFloor}, {"first", true, nil}} {
		receipt, err := strategy.Add(t.Context(), key, counter.Change{Delta: -7, Token: prefix + "." + c.token, Began: began, Floor: &floor})
		if !errors.Is(err, c.refused) || receipt.Repeated != c.repeated || receipt.StateKnown != (c.refused != nil) || receipt.State.Value != 0 {
			t.Errorf("%s: got %+v, %v; want repeated %t, %v", c.token, receipt, err, c.repeated, c.refused)
		}
	}
	state, _, err := strategy.Read(t.Context(), key, true)
	if err != nil || state.Value != 0 || state.Version > 2 {
		t.Errorf("got %+v, %v; want 0 after one write", state, err)
	}
}

// TestTransactionAnswers: each answer to the only action has its outcome.
func TestTransactionAnswers(t *testing.T) {
	const value = 10
	floor := int64(0)
	capacity := func(total, read, write float64) []types.ConsumedCapacity {
		c := types.ConsumedCapacity{CapacityUnits: &total}
		if read > 0 {
			c.ReadCapacityUnits = &read
		}
		if write > 0 {
			c.WriteCapacityUnits = &write
		}
		return []types.ConsumedCapacity{c}
	}
	two := counter.Units{Write: 2}
	for _, c := range []struct {
		name   string
		answer transacting
		want   counter.Receipt
		is     error
	}{
		{"applied", transacting{consumed: capacity(2, 0, 2)}, applied(counter.Units{Write: 2, Reported: true}, false), nil},
		{"applied, only a total", transacting{consumed: capacity(2, 0, 0)}, applied(counter.Units{Write: 2, Reported: true}, false), nil},
		{"repeated", transacting{consumed: capacity(2, 2, 0)}, applied(counter.Units{Read: 2, Reported: true}, true), nil},
		{"applied, nothing told", transacting{}, applied(counter.Units{}, false), nil},
		{"below the floor", transacting{err: canceled(lostTo("10"))}, refusal(counter.Failed, counter.ReasonFloor, value, two), counter.ErrFloor},
		{"room by now", transacting{err: canceled(lostTo("99"))}, refusal(counter.Conflict, "ConditionalCheckFailed", 99, two), nil},
		{"no such counter", transacting{err: canceled(because("ConditionalCheckFailed"))}, missing(two), counter.ErrNotFound},
		{"not a counter", transacting{err: canceled(lostTo("1.5"))}, permanent(counter.ReasonNotCounter, two), counter.ErrNotCounter},
		{"another transaction", transacting{err: canceled(because("TransactionConflict"))}, refused(counter.Conflict, "TransactionConflict", two), nil},
		{"throttled", transacting{err: canceled(because("ThrottlingError"))}, refused(counter.Throttled, "ThrottlingError", counter.Units{}), nil},
		{"the first is at work", transacting{err: &types.TransactionInProgressException{}}, refused(counter.Conflict, "TransactionInProgressException", two), nil},
		{"no answer", transacting{err: context.DeadlineExceeded}, refused(counter.Unknown, counter.ReasonTimeout, two), context.DeadlineExceeded},
	} {
		t.Run(c.name, func(t *testing.T) {
			strategy := counter.NewTransactionToken(&c.answer)
			receipt, err := strategy.Add(t.Context(), shared, counter.Change{Delta: -11, Token: "token-1", Floor: &floor})
			if receipt != c.want || c.is != nil && !errors.Is(err, c.is) || (err == nil) != (receipt.Outcome == counter.Applied) {
				t.Errorf("got %+v, %v; want %+v, %v", receipt, err, c.want, c.is)
			}
			if got := aws.ToString(c.answer.sent.ClientRequestToken); got != "token-1" {
				t.Errorf("the request carried the token %q", got)
			}
		})
	}
}

func applied(units counter.Units, repeated bool) counter.Receipt {
	return counter.Receipt{Classification: counter.Classification{Outcome: counter.Applied}, Units: units, Repeated: repeated}
}

func refused(outcome counter.Outcome, reason string, unreported counter.Units) counter.Receipt {
	return counter.Receipt{Classification: counter.Classification{Outcome: outcome, Reason: reason}, EstimatedUnits: unreported}
}

func permanent(reason string, unreported counter.Units) counter.Receipt {
	receipt := refused(counter.Failed, reason, unreported)
	receipt.Permanent = true
	return receipt
}

// missing is the refusal of a change to a counter that a read did not find.
func missing(unreported counter.Units) counter.Receipt {
	receipt := permanent(counter.ReasonNotFound, unreported)
	receipt.Reads = 1
	return receipt
}

// refusal is one that tells the value.
func refusal(outcome counter.Outcome, reason string, value int64, unreported counter.Units) counter.Receipt {
	receipt := refused(outcome, reason, unreported)
	receipt.State, receipt.StateKnown = counter.State{Value: value}, true
	return receipt
}

// TestTokensThatAreNotSent: the test has no client, so any request would panic.
func TestTokensThatAreNotSent(t *testing.T) {
	ago := func(d time.Duration) time.Time { return time.Now().Add(-d) }
	for _, c := range []struct {
		token   string
		began   time.Time
		is      error
		reason  string
		forGood bool
	}{
		{"old", ago(9*time.Minute + 31*time.Second), counter.ErrExpired, counter.ReasonExpired, false},
		{"", ago(0), counter.ErrToken, counter.ReasonToken, true},
		{"1234567890123456789012345678901234567", ago(0), counter.ErrToken, counter.ReasonToken, true},
		{"a#b", ago(0), counter.ErrToken, counter.ReasonToken, true},
	} {
		receipt, err := counter.NewTransactionToken(nil).Add(t.Context(), shared, counter.Change{Delta: 1, Token: c.token, Began: c.began})
		want := counter.Classification{Outcome: counter.Failed, Reason: c.reason, Permanent: c.forGood}
		if !errors.Is(err, c.is) || !receipt.Unsent || receipt.Classification != want {
			t.Errorf("%q: got %+v, %v; want %+v, unsent", c.token, receipt, err, want)
		}
	}
	young := &transacting{}
	if _, err := counter.NewTransactionToken(young).Add(t.Context(), shared, counter.Change{Delta: 1, Token: "young", Began: ago(9 * time.Minute)}); err != nil {
		t.Errorf("after nine minutes: %v", err)
	}
}
