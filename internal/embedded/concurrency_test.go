package embedded_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
	"contend/internal/longtest"
)

// TestConcurrentAdds: no update is lost, and no two updates of an item return the same
// value.
func TestConcurrentAdds(t *testing.T) {
	const writers, items = 16, 3
	each := longtest.Count(10, 100)
	client := newClient(embedded.Config{})
	createTable(t, client)
	returned := make([][]string, writers*items)
	var working sync.WaitGroup
	for w := range returned {
		working.Go(func() {
			for range each {
				out, err := client.UpdateItem(t.Context(), adding(fmt.Sprint("item-", w%items)))
				if err != nil {
					t.Error(err)
					return
				}
				returned[w] = append(returned[w], numberOf(out.Attributes, "n"))
			}
		})
	}
	working.Wait()
	for i := range items {
		seen := map[string]bool{}
		for w := i; w < len(returned); w += items {
			for _, n := range returned[w] {
				seen[n] = true
			}
		}
		if len(seen) != writers*each {
			t.Errorf("item %d: %d different values, want %d", i, len(seen), writers*each)
		}
		if got, want := read(t, client, fmt.Sprint("item-", i), true), strconv.Itoa(writers*each); got != want {
			t.Errorf("item %d: got %s, want %s", i, got, want)
		}
	}
}

// TestConcurrentConditions: of the writers whose condition names the same value, exactly
// one wins.
func TestConcurrentConditions(t *testing.T) {
	const writers = 16
	rounds := longtest.Count(15, 50)
	client := newClient(embedded.Config{})
	createTable(t, client)
	put(t, client, "a", 0)
	for round := range rounds {
		var mu sync.Mutex
		won := 0
		var working sync.WaitGroup
		for range writers {
			working.Go(func() {
				update := adding("a")
				update.ConditionExpression = aws.String("n = :seen")
				update.ExpressionAttributeValues[":seen"] = number(round)
				_, err := client.UpdateItem(t.Context(), update)
				if failed := (*types.ConditionalCheckFailedException)(nil); errors.As(err, &failed) {
					return
				}
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				won++
				mu.Unlock()
			})
		}
		working.Wait()
		if won != 1 {
			t.Fatalf("round %d: %d writers won", round, won)
		}
	}
}

// TestReadsDuringWrites: a read sees a whole item, never half of a change.
func TestReadsDuringWrites(t *testing.T) {
	writes := longtest.Count(100, 300)
	client := newClient(embedded.Config{})
	createTable(t, client)
	both := func(n int) *dynamodb.PutItemInput {
		return &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: item{"id": text("a"), "n": number(n), "m": number(n)}}
	}
	if _, err := client.PutItem(t.Context(), both(0)); err != nil {
		t.Fatal(err)
	}
	var working sync.WaitGroup
	working.Go(func() {
		for n := range writes {
			if _, err := client.PutItem(t.Context(), both(n)); err != nil {
				t.Error(err)
			}
		}
	})
	for range 2 {
		working.Go(func() {
			for range writes {
				out, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: key("a")})
				if err != nil {
					t.Error(err)
				}
				if n, m := numberOf(out.Item, "n"), numberOf(out.Item, "m"); n != m {
					t.Errorf("a read saw %s and %s of one write", n, m)
				}
			}
		})
	}
	working.Wait()
}

// TestConcurrentTables: tables are created and deleted while others are in use.
func TestConcurrentTables(t *testing.T) {
	server := peer{"http://embedded", inProcess{embedded.New(embedded.Config{})}}
	var working sync.WaitGroup
	for w := range 8 {
		working.Go(func() {
			body := fmt.Sprintf(`{"TableName":"table-%d","BillingMode":"PAY_PER_REQUEST",`+
				`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],`+
				`"Item":{"id":{"S":"a"}},"Key":{"id":{"S":"a"}}}`, w%4)
			for range longtest.Count(15, 50) {
				for _, operation := range []string{"CreateTable", "PutItem", "GetItem", "DescribeTable", "ListTables", "DeleteTable"} {
					server.ask(t, call{operation, body})
				}
			}
		})
	}
	working.Wait()
	var left struct{ TableNames []string }
	answer := server.ask(t, call{"ListTables", "{}"})
	if err := json.Unmarshal([]byte(answer[len("200 "):]), &left); err != nil || len(left.TableNames) != 0 {
		t.Errorf("left over: %s", answer)
	}
}

// TestOneOfManyDeletionsFindsTheTable: of several deletions at once, one deletes the table
// and the others find none. So none of them deletes a table that was created since.
func TestOneOfManyDeletionsFindsTheTable(t *testing.T) {
	server := peer{"http://embedded", inProcess{embedded.New(embedded.Config{})}}
	const body = `{"TableName":"table","BillingMode":"PAY_PER_REQUEST",` +
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`
	for range longtest.Count(300, 2000) {
		server.ask(t, call{"CreateTable", body})
		var found atomic.Int32
		var working sync.WaitGroup
		begin := make(chan struct{})
		for range 4 {
			working.Go(func() {
				<-begin
				if strings.HasPrefix(server.ask(t, call{"DeleteTable", `{"TableName":"table"}`}), "200 ") {
					found.Add(1)
				}
			})
		}
		close(begin)
		working.Wait()
		if n := found.Load(); n != 1 {
			t.Fatalf("%d of 4 deletions found the table, want 1", n)
		}
	}
}
