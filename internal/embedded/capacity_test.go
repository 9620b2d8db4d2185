package embedded_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
	"contend/internal/longtest"
)

// reasonOf returns the only reason of a throttling error, "" for other errors.
func reasonOf(err error) string {
	var reasons []types.ThrottlingReason
	var onDemand *types.ThrottlingException
	var provisioned *types.ProvisionedThroughputExceededException
	switch {
	case errors.As(err, &onDemand):
		reasons = onDemand.ThrottlingReasons
	case errors.As(err, &provisioned):
		reasons = provisioned.ThrottlingReasons
	}
	if len(reasons) != 1 || aws.ToString(reasons[0].Resource) != "arn:aws:dynamodb:ddblocal:000000000000:table/"+tableName {
		return ""
	}
	return aws.ToString(reasons[0].Reason)
}

const (
	writeReason = "TableWriteKeyRangeThroughputExceeded"
	readReason  = "TableReadKeyRangeThroughputExceeded"
)

// admitted sends requests at one moment until one is throttled.
func admitted(t *testing.T, request func() error, reason string) int {
	t.Helper()
	const many = 1000
	for n := range many {
		err := request()
		if err == nil {
			continue
		}
		if got := reasonOf(err); got != reason {
			t.Fatalf("got %v, want a throttle for %s", err, reason)
		}
		return n
	}
	t.Fatalf("%d requests, none throttled", many)
	return 0
}

func TestCapacity(t *testing.T) {
	const limit = 20
	config := embedded.Config{WriteCapacity: limit, ReadCapacity: limit}
	wide := item{"id": text("a"), "b": &types.AttributeValueMemberB{Value: make([]byte, 4500)}}
	for _, c := range []struct {
		name    string
		reason  string
		request func(context *testing.T, client *dynamodb.Client) error
		want    int // requests at one moment
	}{
		{"a write of a small item is one unit", writeReason, func(t *testing.T, client *dynamodb.Client) error {
			_, err := client.UpdateItem(t.Context(), adding("a"))
			return err
		}, limit},
		{"a write of 4.5 KB is five units", writeReason, func(t *testing.T, client *dynamodb.Client) error {
			_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: wide})
			return err
		}, limit / 5},
		{"a strong read is one unit", readReason, func(t *testing.T, client *dynamodb.Client) error {
			_, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: key("a"), ConsistentRead: aws.Bool(true)})
			return err
		}, limit},
		{"an eventual read is half a unit", readReason, func(t *testing.T, client *dynamodb.Client) error {
			_, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: key("a")})
			return err
		}, 2 * limit},
		{"a failed condition is a write", writeReason, func(t *testing.T, client *dynamodb.Client) error {
			update := adding("a")
			update.ConditionExpression = aws.String("attribute_exists(nothing)")
			_, err := client.UpdateItem(t.Context(), update)
			if failed := (*types.ConditionalCheckFailedException)(nil); errors.As(err, &failed) {
				return nil
			}
			return err
		}, limit},
		{"a deletion of nothing is a write", writeReason, func(t *testing.T, client *dynamodb.Client) error {
			_, err := client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(tableName), Key: key("a")})
			return err
		}, limit},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := newClient(config)
				createTable(t, client)
				request := func() error { return c.request(t, client) }
				if got := admitted(t, request, c.reason); got != c.want {
					t.Errorf("at first: got %d requests, want %d", got, c.want)
				}
				time.Sleep(time.Second / 2)
				if got := admitted(t, request, c.reason); got != c.want/2 {
					t.Errorf("half a second later: got %d requests, want %d", got, c.want/2)
				}
				time.Sleep(time.Hour)
				if got := admitted(t, request, c.reason); got != c.want {
					t.Errorf("an hour later: got %d requests, want %d: no more than a second's worth is saved up", got, c.want)
				}
			})
		})
	}
}

// TestThrottledWriteChangesNothing: a throttled write is certain not to be applied.
func TestThrottledWriteChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{WriteCapacity: 3})
		createTable(t, client)
		admitted(t, func() error { _, err := client.UpdateItem(t.Context(), adding("a")); return err }, writeReason)
		if got := read(t, client, "a", true); got != "3" {
			t.Errorf("got %s, want the 3 that were admitted", got)
		}
	})
}

// TestKeysAreThrottledApart: the limit is that of a partition key.
func TestKeysAreThrottledApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{WriteCapacity: 2})
		createTable(t, client)
		for _, id := range []string{"a", "b", "c"} {
			if got := admitted(t, func() error { _, err := client.UpdateItem(t.Context(), adding(id)); return err }, writeReason); got != 2 {
				t.Errorf("key %s: got %d writes, want 2", id, got)
			}
		}
		if got := read(t, client, "a", true); got != "2" {
			t.Errorf("reads share the limit of writes: got %q", got)
		}
	})
}

func TestProvisionedTableThrottlesInItsWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{WriteCapacity: 1})
		create(t, client, &dynamodb.CreateTableInput{
			ProvisionedThroughput: &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(1), WriteCapacityUnits: aws.Int64(1)},
		})
		put(t, client, "a", 1)
		_, err := client.UpdateItem(t.Context(), adding("a"))
		var exceeded *types.ProvisionedThroughputExceededException
		if !errors.As(err, &exceeded) || reasonOf(err) != writeReason {
			t.Errorf("got %v, want a throttle of a provisioned table", err)
		}
	})
}

// TestNoSavings: a key without savings has none in its first second, but saves when it is
// idle.
func TestNoSavings(t *testing.T) {
	for _, c := range []struct {
		used    bool
		atFirst int
	}{{false, 20}, {true, 0}} {
		synctest.Test(t, func(t *testing.T) {
			client := newClient(embedded.Config{WriteCapacity: 20, BurstUsed: c.used, Seed: 1})
			createTable(t, client)
			taken := func() (n int) {
				for range 50 {
					if _, err := client.UpdateItem(t.Context(), adding("a")); err == nil {
						n++
					}
				}
				return n
			}
			if n := taken(); n != c.atFirst {
				t.Errorf("burst used: %t: %d writes at once, want %d", c.used, n, c.atFirst)
			}
			time.Sleep(10 * time.Second)
			if n := taken(); n != 20 {
				t.Errorf("burst used: %t: after a rest %d writes at once, want 20", c.used, n)
			}
		})
	}
}

// TestSustainedRate: with too many writers, the server admits as many writes as the limit
// allows, and one second's worth more at the start.
func TestSustainedRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit, writers = 20, 4
		seconds := longtest.Count(5, 30)
		client := newClient(embedded.Config{WriteCapacity: limit, Latency: embedded.Latency{Mean: 4 * time.Millisecond, SD: time.Millisecond}, Seed: 1})
		createTable(t, client)
		var applied atomic.Int64
		var working sync.WaitGroup
		end := time.Now().Add(time.Duration(seconds) * time.Second)
		for range writers {
			working.Go(func() {
				for time.Now().Before(end) {
					_, err := client.UpdateItem(t.Context(), adding("a"))
					switch {
					case err == nil:
						applied.Add(1)
					case reasonOf(err) == writeReason:
						time.Sleep(50 * time.Millisecond)
					default:
						t.Error(err)
						return
					}
				}
			})
		}
		working.Wait()
		if got, want := applied.Load(), int64(limit*(seconds+1)); got < want-2 || got > want+2 {
			t.Errorf("got %d writes, want %d", got, want)
		}
	})
}
