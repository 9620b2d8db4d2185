package embedded_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
)

// conflicts reports whether a plain write was refused because of a transaction.
func conflicts(t testing.TB, err error) bool {
	t.Helper()
	var conflict *types.TransactionConflictException
	if err != nil && !errors.As(err, &conflict) {
		t.Error(err)
	}
	if conflict != nil && conflict.ErrorMessage() != "Transaction is ongoing for the item" {
		t.Errorf("message: %q", conflict.ErrorMessage())
	}
	return conflict != nil
}

// TestTransactionHoldsItsItems: a transaction of 40ms holds its items from 10ms
// to 30ms after it began. Other requests look at an item 20ms after they began,
// and other transactions 10ms.
func TestTransactionHoldsItsItems(t *testing.T) {
	const latency = 40 * time.Millisecond
	const during, after = 21 * time.Millisecond, 35 * time.Millisecond
	add := func(id string) func(*testing.T, *dynamodb.Client) bool {
		return func(t *testing.T, client *dynamodb.Client) bool {
			_, err := client.UpdateItem(t.Context(), adding(id))
			return conflicts(t, err)
		}
	}
	writing := func(t *testing.T, client *dynamodb.Client) bool {
		_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: key("a")})
		return conflicts(t, err)
	}
	deleting := func(t *testing.T, client *dynamodb.Client) bool {
		_, err := client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(tableName), Key: key("a")})
		return conflicts(t, err)
	}
	conditional := func(t *testing.T, client *dynamodb.Client) bool {
		input := adding("a")
		input.ConditionExpression = aws.String("attribute_not_exists(id)") // false, but the conflict is reported first
		_, err := client.UpdateItem(t.Context(), input)
		return conflicts(t, err)
	}
	transacting := func(t *testing.T, client *dynamodb.Client) bool {
		return slices.Equal(transact(t, client, placing("free", 1), addition("a", 1)), []string{"None", "TransactionConflict"})
	}
	checking := func(t *testing.T, client *dynamodb.Client) bool {
		return slices.Equal(transact(t, client, check("checked", "attribute_exists(id)"), placing("free", 1)), []string{"TransactionConflict", "None"})
	}
	reading := func(t *testing.T, client *dynamodb.Client) bool {
		_, err := client.TransactGetItems(t.Context(), gets("free", "b"))
		return slices.Equal(reasonCodes(t, err), []string{"None", "TransactionConflict"})
	}
	for _, c := range []struct {
		name  string
		looks time.Duration // after it began
		do    func(*testing.T, *dynamodb.Client) bool
		at    time.Duration
		want  bool
	}{
		{"update", latency / 2, add("a"), during, true},
		{"update after the commit", latency / 2, add("a"), after, false},
		{"update of a checked item", latency / 2, add("checked"), during, true},
		{"update of another item", latency / 2, add("free"), during, false},
		{"put", latency / 2, writing, during, true},
		{"delete", latency / 2, deleting, during, true},
		{"condition that does not hold", latency / 2, conditional, during, true},
		{"transaction", latency / 4, transacting, during, true},
		{"transaction after the commit", latency / 4, transacting, after, false},
		{"transaction of a checked item", latency / 4, checking, during, true},
		{"transactional read", latency / 2, reading, during, true},
		{"transactional read after the commit", latency / 2, reading, after, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := newClient(embedded.Config{Latency: embedded.Latency{Mean: latency}})
				createTable(t, client)
				for _, id := range []string{"a", "b", "checked"} {
					put(t, client, id, 1)
				}
				var working sync.WaitGroup
				begin := max(c.looks-c.at, 0) // of the transaction
				working.Go(func() {
					time.Sleep(begin)
					took := elapsed(func() {
						if codes := transact(t, client, addition("a", 1), addition("b", 1), check("checked", "attribute_exists(id)")); codes != nil {
							t.Errorf("the transaction that came first was cancelled for %q", codes)
						}
					})
					if took != latency {
						t.Errorf("the transaction took %v, want %v", took, latency)
					}
				})
				working.Go(func() {
					time.Sleep(begin + c.at - c.looks)
					took := elapsed(func() {
						if got := c.do(t, client); got != c.want {
							t.Errorf("conflicts: got %t, want %t", got, c.want)
						}
					})
					if took != latency {
						t.Errorf("it took %v, want %v", took, latency)
					}
				})
				// A plain read is never refused, and sees no change that is not committed.
				for at, want := range map[time.Duration]string{during: "1", after: "2"} {
					working.Go(func() {
						time.Sleep(begin + at - latency/2)
						if got := read(t, client, "b", true); got != want {
							t.Errorf("a read that looks at %v: got %s, want %s", at, got, want)
						}
					})
				}
				working.Wait()
				has(t, client, map[string]string{"b": "2"})
			})
		})
	}
}

// TestCancelledTransactionHoldsNothing: once a transaction is cancelled, others can use
// its items.
func TestCancelledTransactionHoldsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const latency = 40 * time.Millisecond
		client := newClient(embedded.Config{Latency: embedded.Latency{Mean: latency}})
		createTable(t, client)
		var working sync.WaitGroup
		working.Go(func() {
			took := elapsed(func() {
				if got, want := transact(t, client, addition("a", 1), check("b", "attribute_exists(id)")), []string{"None", "ConditionalCheckFailed"}; !slices.Equal(got, want) {
					t.Errorf("got %q, want %q", got, want)
				}
			})
			if took != latency {
				t.Errorf("it took %v, want %v", took, latency)
			}
		})
		working.Go(func() {
			if _, err := client.UpdateItem(t.Context(), adding("a")); conflicts(t, err) {
				t.Error("the item was held")
			}
		})
		working.Wait()
		has(t, client, map[string]string{"a": "1"})
	})
}

// TestConflictIsPaidFor: a write that is refused because of a transaction consumes units,
// as one that is refused because of its condition.
func TestConflictIsPaidFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const latency, limit = 40 * time.Millisecond, 5
		client := newClient(embedded.Config{Latency: embedded.Latency{Mean: latency}, WriteCapacity: limit})
		createTable(t, client)
		var working sync.WaitGroup
		working.Go(func() { transact(t, client, addition("a", 1)) }) // two units, at 10ms
		conflicted, throttled := 0, 0
		var mu sync.Mutex
		for range 5 {
			working.Go(func() { // one unit each, at 20ms
				_, err := client.UpdateItem(t.Context(), adding("a"))
				mu.Lock()
				defer mu.Unlock()
				if reasonOf(err) == writeReason {
					throttled++
				} else if conflicts(t, err) {
					conflicted++
				}
			})
		}
		working.Wait()
		if conflicted != 4 || throttled != 1 { // some capacity comes back meanwhile
			t.Errorf("%d conflicts and %d throttles, want 4 and 1", conflicted, throttled)
		}
	})
}

// TestImpatientTransaction: a transaction is carried out even if its client has gone.
func TestImpatientTransaction(t *testing.T) {
	for _, patience := range []time.Duration{5 * time.Millisecond, 20 * time.Millisecond, 35 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			client := newClient(embedded.Config{Latency: embedded.Latency{Mean: 40 * time.Millisecond}})
			createTable(t, client)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if _, err := client.TransactWriteItems(ctx, transaction(addition("a", 1), addition("b", 1))); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v, want the client's time-out", err)
			}
			has(t, client, map[string]string{"a": "1", "b": "1"})
			if _, err := client.UpdateItem(t.Context(), adding("a")); conflicts(t, err) {
				t.Error("the item is still held")
			}
		})
	}
}

// TestLaggingReadsOfTransactions: an eventually consistent read lags behind transactions
// as it lags behind other writes.
func TestLaggingReadsOfTransactions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{ReadLag: time.Second})
		createTable(t, client)
		put(t, client, "a", 1)
		time.Sleep(2 * time.Second)
		transact(t, client, addition("a", 1))
		time.Sleep(500 * time.Millisecond)
		if strong, lagging := read(t, client, "a", true), read(t, client, "a", false); strong != "2" || lagging != "1" {
			t.Errorf("got %s and behind it %s, want 2 and 1", strong, lagging)
		}
		time.Sleep(time.Second)
		if got := read(t, client, "a", false); got != "2" {
			t.Errorf("later: got %s, want 2", got)
		}
	})
}
