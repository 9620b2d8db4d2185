package embedded_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
	"contend/internal/longtest"
)

// tokened is a transaction with a client request token.
func tokened(token string, actions ...types.TransactWriteItem) *dynamodb.TransactWriteItemsInput {
	input := transaction(actions...)
	input.ClientRequestToken = aws.String(token)
	return input
}

// outcome says in a word how a transaction ended.
func outcome(t testing.TB, client *dynamodb.Client, input *dynamodb.TransactWriteItemsInput) string {
	t.Helper()
	out, err := client.TransactWriteItems(t.Context(), input)
	var mismatch *types.IdempotentParameterMismatchException
	var going *types.TransactionInProgressException
	var canceled *types.TransactionCanceledException
	switch {
	case errors.As(err, &mismatch):
		return "mismatch"
	case errors.As(err, &going):
		return "in progress"
	case errors.As(err, &canceled):
		return "cancelled"
	case err != nil:
		return "failed"
	case out.ConsumedCapacity[0].ReadCapacityUnits != nil:
		return "repeat"
	}
	return "applied"
}

// TestTokenWindow: a request with the same token is a repeat for ten minutes after the
// transaction was carried out, which here is 30ms after it began.
func TestTokenWindow(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		want  string
		n     string
	}{
		{0, "repeat", "1"},
		{9*time.Minute + 59*time.Second, "repeat", "1"},
		{10*time.Minute - 20*time.Millisecond - 1, "repeat", "1"}, // it arrives 10ms after it was sent
		{10*time.Minute - 20*time.Millisecond, "applied", "2"},
		{10*time.Minute + time.Second, "applied", "2"},
	} {
		synctest.Test(t, func(t *testing.T) {
			client := newClient(embedded.Config{Latency: embedded.Latency{Mean: 40 * time.Millisecond}})
			createTable(t, client)
			if got := outcome(t, client, tokened("token", addition("a", 1))); got != "applied" {
				t.Fatalf("at first: got %s", got)
			}
			time.Sleep(c.after)
			if got := outcome(t, client, tokened("token", addition("a", 1))); got != c.want {
				t.Errorf("%v later: got %s, want %s", c.after, got, c.want)
			}
			has(t, client, map[string]string{"a": c.n})
		})
	}
}

// TestRepeatsDoNotRenewTheWindow: the ten minutes count from the first request.
func TestRepeatsDoNotRenewTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{})
		createTable(t, client)
		var got []string
		for range 5 {
			got = append(got, outcome(t, client, tokened("token", addition("a", 1))))
			time.Sleep(4 * time.Minute)
		}
		if want := []string{"applied", "repeat", "repeat", "applied", "repeat"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestTokens(t *testing.T) {
	client := newClient(embedded.Config{})
	createTable(t, client)
	conditional := addition("b", 1)
	conditional.Update.ConditionExpression = aws.String("attribute_exists(ready)")
	for i, c := range []struct {
		input *dynamodb.TransactWriteItemsInput
		want  string
	}{
		{tokened("one", addition("a", 1)), "applied"},
		{tokened("two", addition("a", 1)), "applied"},
		{tokened("one", addition("a", 1)), "repeat"},
		{tokened("one", addition("a", 2)), "mismatch"},
		{tokened("one", addition("a", 1), addition("b", 1)), "mismatch"},
		{tokened("one", addition("b", 1)), "mismatch"},
		{tokened("one", addition("a", 1)), "repeat"},
		{tokened("three", conditional), "cancelled"},
		{tokened("three", conditional), "cancelled"},
		{tokened("three", addition("a", 1)), "applied"}, // the token of a cancelled transaction is free
		{tokened("three", conditional), "mismatch"},
		{tokened("four", updating("a", "SET")), "failed"},
		{tokened("four", addition("a", 1)), "applied"},
	} {
		if got := outcome(t, client, c.input); got != c.want {
			t.Errorf("transaction %d: got %s, want %s", i, got, c.want)
		}
	}
	has(t, client, map[string]string{"a": "4", "b": ""})
	if got := outcome(t, newClientWithTable(t), tokened("one", addition("a", 2))); got != "applied" {
		t.Errorf("on another server: got %s", got)
	}
}

// TestTokensOfBothDoors: a transaction that one door carried out is a repeat for the other.
func TestTokensOfBothDoors(t *testing.T) {
	server := embedded.New(embedded.Config{})
	client, direct := clientOf(server), server.Direct()
	createTable(t, client)
	input := func(token string, n int) *dynamodb.TransactWriteItemsInput {
		in := tokened(token, addition("a", n))
		in.TransactItems[0].Update.ConditionExpression = aws.String("attribute_not_exists(t) OR contains(t, :t)")
		in.TransactItems[0].Update.ExpressionAttributeValues[":t"] = text("x")
		return in
	}
	repeats := func(out *dynamodb.TransactWriteItemsOutput) bool {
		return out.ConsumedCapacity[0].ReadCapacityUnits != nil
	}
	if got := outcome(t, client, input("one", 1)); got != "applied" {
		t.Fatalf("got %s", got)
	}
	out, err := direct.Do(t.Context(), embedded.Request{Input: input("one", 1)})
	if err != nil || !repeats(out.(*dynamodb.TransactWriteItemsOutput)) {
		t.Errorf("got %v, %v, want a repeat", out, err)
	}
	var mismatch *types.IdempotentParameterMismatchException
	if _, err := direct.Do(t.Context(), embedded.Request{Input: input("one", 2)}); !errors.As(err, &mismatch) {
		t.Errorf("got %v, want a mismatch", err)
	}
	if out, err = direct.Do(t.Context(), embedded.Request{Input: input("two", 1)}); err != nil || repeats(out.(*dynamodb.TransactWriteItemsOutput)) {
		t.Errorf("got %v, %v, want it to be applied", out, err)
	}
	if got := outcome(t, client, input("two", 1)); got != "repeat" {
		t.Errorf("got %s", got)
	}
	has(t, client, map[string]string{"a": "2"})
}

func newClientWithTable(t testing.TB) *dynamodb.Client {
	client := newClient(embedded.Config{})
	createTable(t, client)
	return client
}

// TestRepeatReads: a repeat consumes the units for reading the items as they are now.
func TestRepeatReads(t *testing.T) {
	client := newClientWithTable(t)
	large := placing("large", 1)
	large.Put.Item["text"] = text(string(make([]byte, 9000)))
	input := tokened("token", large, addition("a", 1), check("absent", "attribute_not_exists(id)"))
	for i, want := range []float64{18 + 2 + 2, 6 + 2 + 2} {
		out, err := client.TransactWriteItems(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		if got := aws.ToFloat64(out.ConsumedCapacity[0].CapacityUnits); got != want {
			t.Errorf("time %d: got %v units, want %v", i, got, want)
		}
	}
	put(t, client, "large", 1)
	if out, err := client.TransactWriteItems(t.Context(), input); err != nil || aws.ToFloat64(out.ConsumedCapacity[0].ReadCapacityUnits) != 6 {
		t.Errorf("got %+v, %v, want the 6 read units of three small items", out, err)
	}
}

// TestTokenInProgress: a transaction of 40ms is in progress from 10ms to 30ms after it
// began.
func TestTokenInProgress(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		input *dynamodb.TransactWriteItemsInput
		want  string
	}{
		{5 * time.Millisecond, tokened("token", addition("a", 1)), "in progress"},
		{5 * time.Millisecond, tokened("token", addition("b", 1)), "mismatch"},
		{5 * time.Millisecond, tokened("other", addition("a", 1)), "cancelled"},
		{25 * time.Millisecond, tokened("token", addition("a", 1)), "repeat"},
	} {
		synctest.Test(t, func(t *testing.T) {
			client := newClient(embedded.Config{Latency: embedded.Latency{Mean: 40 * time.Millisecond}})
			createTable(t, client)
			var working sync.WaitGroup
			working.Go(func() {
				if got := outcome(t, client, tokened("token", addition("a", 1))); got != "applied" {
					t.Errorf("at first: got %s", got)
				}
			})
			time.Sleep(c.after)
			if got := outcome(t, client, c.input); got != c.want {
				t.Errorf("%v later: got %s, want %s", c.after, got, c.want)
			}
			working.Wait()
			has(t, client, map[string]string{"a": "1", "b": ""})
		})
	}
}

// TestConcurrentRepeats: of many requests with one token at the same time, one is applied.
func TestConcurrentRepeats(t *testing.T) {
	const tries = 16
	tokens := longtest.Count(10, 30)
	client := newClientWithTable(t)
	for i := range tokens {
		token := time.Duration(i).String()
		var mu sync.Mutex
		outcomes := map[string]int{}
		var working sync.WaitGroup
		for range tries {
			working.Go(func() {
				got := outcome(t, client, tokened(token, addition("a", 1), addition("b", 1)))
				mu.Lock()
				outcomes[got]++
				mu.Unlock()
			})
		}
		working.Wait()
		if outcomes["applied"] != 1 || outcomes["applied"]+outcomes["repeat"]+outcomes["in progress"] != tries {
			t.Errorf("token %s: %v", token, outcomes)
		}
	}
	has(t, client, map[string]string{"a": fmt.Sprint(tokens), "b": fmt.Sprint(tokens)})
}
