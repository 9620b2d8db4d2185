package embedded_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
	"contend/internal/longtest"
)

// batching asks for the items of some keys of one table.
func batching(ids ...string) *dynamodb.BatchGetItemInput {
	keys := make([]item, len(ids))
	for i, id := range ids {
		keys[i] = key(id)
	}
	return &dynamodb.BatchGetItemInput{
		RequestItems:           map[string]types.KeysAndAttributes{tableName: {Keys: keys, ConsistentRead: aws.Bool(true)}},
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	}
}

// batch returns the numbers in the answer to a BatchGetItem, in the order of its keys,
// and the number of unprocessed keys.
func batch(t testing.TB, client *dynamodb.Client, input *dynamodb.BatchGetItemInput) (numbers []string, left int) {
	t.Helper()
	out, err := client.BatchGetItem(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	return sortKeys(out.Responses[tableName]), len(out.UnprocessedKeys[tableName].Keys)
}

func TestBatchGetItem(t *testing.T) {
	client := newClient(embedded.Config{})
	createTable(t, client)
	put(t, client, "a", 1)
	put(t, client, "b", 2)
	if got, left := batch(t, client, batching("b", "none", "a")); !slices.Equal(got, []string{"2", "1"}) || left > 0 {
		t.Errorf("got %v and %d left, want 2 and 1", got, left)
	}
}

// TestBatchCapacity: each item is rounded up by itself. A missing item counts as a small
// one, unlike in DynamoDB Local.
func TestBatchCapacity(t *testing.T) {
	client := newClient(embedded.Config{})
	createTable(t, client)
	put(t, client, "small", 1)
	wide := item{"id": text("wide"), "b": &types.AttributeValueMemberB{Value: make([]byte, 8<<10)}}
	if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: wide}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		ids  []string
		want float64 // strong units, twice the eventual ones
	}{
		{[]string{"small"}, 1},
		{[]string{"none"}, 1},
		{[]string{"wide"}, 3},
		{[]string{"small", "none", "wide"}, 5},
	} {
		for consistent, want := range map[bool]float64{true: c.want, false: c.want / 2} {
			input := batching(c.ids...)
			asked := input.RequestItems[tableName]
			asked.ConsistentRead = aws.Bool(consistent)
			input.RequestItems[tableName] = asked
			out, err := client.BatchGetItem(t.Context(), input)
			if err != nil {
				t.Fatal(err)
			}
			if got := aws.ToFloat64(out.ConsumedCapacity[0].CapacityUnits); got != want {
				t.Errorf("%v, consistent %t: got %v units, want %v", c.ids, consistent, got, want)
			}
		}
	}
}

// TestBatchLag: each table of a batch has its own ConsistentRead.
func TestBatchLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{ReadLag: time.Second})
		createTable(t, client)
		put(t, client, "a", 1)
		for consistent, want := range map[bool][]string{true: {"1"}, false: nil} {
			input := batching("a")
			input.RequestItems[tableName] = types.KeysAndAttributes{Keys: []item{key("a")}, ConsistentRead: aws.Bool(consistent)}
			if got, _ := batch(t, client, input); !slices.Equal(got, want) {
				t.Errorf("consistent %t: got %v, want %v", consistent, got, want)
			}
		}
	})
}

// TestThrottledBatch: keys above the limit of their partition key come back unprocessed,
// with all that is needed to ask again. If all keys are above it, the batch is refused.
func TestThrottledBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{ReadCapacity: 1})
		createTable(t, client)
		put(t, client, "a", 1)
		put(t, client, "b", 2)
		read(t, client, "a", true) // uses up its capacity
		input := batching("a", "b")
		asked := input.RequestItems[tableName]
		asked.ProjectionExpression = aws.String("#n")
		asked.ExpressionAttributeNames = map[string]string{"#n": "n"}
		input.RequestItems[tableName] = asked
		out, err := client.BatchGetItem(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		if got := sortKeys(out.Responses[tableName]); !slices.Equal(got, []string{"2"}) {
			t.Errorf("got %v, want the 2 of the key that is not throttled", got)
		}
		if got := aws.ToFloat64(out.ConsumedCapacity[0].CapacityUnits); got != 1 {
			t.Errorf("got %v units, want the 1 of what was read", got)
		}
		_, err = client.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: out.UnprocessedKeys})
		var exceeded *types.ProvisionedThroughputExceededException
		if !errors.As(err, &exceeded) || reasonOf(err) != readReason {
			t.Errorf("got %v, want a throttle of all keys", err)
		}
		time.Sleep(time.Second)
		if got, left := batch(t, client, &dynamodb.BatchGetItemInput{RequestItems: out.UnprocessedKeys}); !slices.Equal(got, []string{"1"}) || left > 0 {
			t.Errorf("a second later: got %v and %d left, want 1", got, left)
		}
	})
}

// TestLargeBatch: an answer has at most 16 MB of items. With the race detector it takes
// AWS's client twenty seconds to write and read so much JSON, so that at short length
// only the direct door is asked, behind which the same code chooses the items.
func TestLargeBatch(t *testing.T) {
	direct := embedded.New(embedded.Config{}).Direct()
	defer direct.Wait()
	largeBatch(t, func(input any) (any, error) { return direct.Do(t.Context(), embedded.Request{Input: input}) })
	if !longtest.Asked() {
		return
	}
	client := newClient(embedded.Config{})
	largeBatch(t, func(input any) (any, error) {
		switch input := input.(type) {
		case *dynamodb.CreateTableInput:
			return client.CreateTable(t.Context(), input)
		case *dynamodb.PutItemInput:
			return client.PutItem(t.Context(), input)
		}
		return client.BatchGetItem(t.Context(), input.(*dynamodb.BatchGetItemInput))
	})
}

func largeBatch(t *testing.T, do func(input any) (output any, err error)) {
	t.Helper()
	must := func(input any) any {
		output, err := do(input)
		if err != nil {
			t.Fatal(err)
		}
		return output
	}
	must(tableInput())
	var ids []string
	for i := range 45 {
		id := fmt.Sprintf("%02d", i)
		ids = append(ids, id)
		const bare = 2 + 2 + 1 // the names id and b, and the key
		must(&dynamodb.PutItemInput{TableName: aws.String(tableName), Item: item{
			"id": text(id), "b": &types.AttributeValueMemberB{Value: make([]byte, 400<<10-bare)},
		}})
	}
	input := batching(ids...)
	items := 0
	for _, want := range []int{40, 5} { // 40 items of 400 KB are less than 16 MB, 41 are more
		out := must(input).(*dynamodb.BatchGetItemOutput)
		if got := len(out.Responses[tableName]); got != want {
			t.Errorf("got %d items, want %d", got, want)
		}
		items += len(out.Responses[tableName])
		input.RequestItems = out.UnprocessedKeys
	}
	if items != len(ids) || len(input.RequestItems) > 0 {
		t.Errorf("got %d items and %v left, want all %d", items, input.RequestItems, len(ids))
	}
}
