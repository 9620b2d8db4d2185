package embedded_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
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

// createEvents creates a table with the key id and the numeric sort key n.
func createEvents(t testing.TB, client *dynamodb.Client) {
	t.Helper()
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String(tableName), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("n"), AttributeType: types.ScalarAttributeTypeN},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("n"), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// putEvent stores an item of some bytes.
func putEvent(t testing.TB, client *dynamodb.Client, n, bytes int) {
	t.Helper()
	const bare = 2 + 1 + 1 + 2 + 1 // the names id, n and b, the key a, and n at most
	_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: item{
		"id": text("a"), "n": number(n), "b": &types.AttributeValueMemberB{Value: make([]byte, max(bytes-bare, 0))},
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// querying asks for a whole item collection.
func querying(id string) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName: aws.String(tableName), KeyConditionExpression: aws.String("id = :id"),
		ExpressionAttributeValues: item{":id": text(id)}, ConsistentRead: aws.Bool(true),
	}
}

// ask returns the sort keys of one page.
func ask(t testing.TB, client *dynamodb.Client, query *dynamodb.QueryInput) []string {
	t.Helper()
	out, err := client.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return sortKeys(out.Items)
}

func sortKeys(items []item) []string {
	var keys []string
	for _, i := range items {
		keys = append(keys, numberOf(i, "n"))
	}
	return keys
}

// TestQueryInPages: whatever the limit and the direction, the pages hold each
// item once and in order.
func TestQueryInPages(t *testing.T) {
	client := newClient(embedded.Config{})
	createEvents(t, client)
	var forward []string
	for _, n := range []int{3, 1, 20, -5, 100, 0} {
		putEvent(t, client, n, 0)
	}
	for _, n := range []int{-5, 0, 1, 3, 20, 100} {
		forward = append(forward, strconv.Itoa(n))
	}
	backward := slices.Clone(forward)
	slices.Reverse(backward)
	for limit := range int32(8) {
		for isForward, want := range map[bool][]string{true: forward, false: backward} {
			query := querying("a")
			query.ScanIndexForward = aws.Bool(isForward)
			var got []string
			pages := dynamodb.NewQueryPaginator(client, query, func(o *dynamodb.QueryPaginatorOptions) { o.Limit = limit })
			for pages.HasMorePages() {
				page, err := pages.NextPage(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, sortKeys(page.Items)...)
			}
			if !slices.Equal(got, want) {
				t.Errorf("limit %d, forward %t: got %v, want %v", limit, isForward, got, want)
			}
		}
	}
}

// TestQueryOfManyItems: a query for one item of a large collection returns that item, at
// any size, and the pages of the whole collection hold every item in order.
func TestQueryOfManyItems(t *testing.T) {
	client := newClient(embedded.Config{})
	createEvents(t, client)
	many := longtest.Count(3_000, 20_000)
	for i := range many {
		n := i * 7919 % many // each once, in no order
		putEvent(t, client, n, 0)
		if i%100 > 0 {
			continue
		}
		query := querying("a")
		query.KeyConditionExpression = aws.String("id = :id AND n BETWEEN :n AND :n")
		query.ExpressionAttributeValues[":n"] = number(n)
		if got := ask(t, client, query); !slices.Equal(got, []string{strconv.Itoa(n)}) {
			t.Fatalf("after %d items: got %v, want %d", i, got, n)
		}
	}
	total, last := 0, -1
	pages := dynamodb.NewQueryPaginator(client, querying("a"))
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range sortKeys(page.Items) {
			if n, _ := strconv.Atoi(key); n != last+1 {
				t.Fatalf("got %d after %d", n, last)
			}
			last++
		}
		total += len(page.Items)
	}
	if total != many {
		t.Errorf("got %d items, want %d", total, many)
	}
}

// TestQuerySeesEarlierWrites: a strong Query returns all items whose writes were
// acknowledged before it was sent, whatever others write meanwhile.
func TestQuerySeesEarlierWrites(t *testing.T) {
	client := newClient(embedded.Config{})
	createEvents(t, client)
	const writers = 4
	each := longtest.Count(30, 100)
	var working sync.WaitGroup
	for w := range writers {
		working.Go(func() {
			query := querying("a")
			query.KeyConditionExpression = aws.String("id = :id AND n BETWEEN :low AND :high")
			query.ExpressionAttributeValues[":low"] = number(w * each)
			query.ExpressionAttributeValues[":high"] = number(w*each + each - 1)
			for i := range each {
				_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: item{"id": text("a"), "n": number(w*each + i)}})
				if err != nil {
					t.Error(err)
					return
				}
				out, err := client.Query(t.Context(), query)
				if err != nil || len(out.Items) != i+1 {
					t.Errorf("writer %d: got %d items, %v, want %d", w, len(out.Items), err, i+1)
					return
				}
			}
		})
	}
	working.Wait()
}

// TestQueryLag: an eventually consistent Query sees each item as it was the lag ago.
func TestQueryLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{ReadLag: 100 * time.Millisecond})
		createEvents(t, client)
		expect := func(strong, eventual []string) {
			t.Helper()
			query := querying("a")
			if got := ask(t, client, query); !slices.Equal(got, strong) {
				t.Errorf("strong: got %v, want %v", got, strong)
			}
			query.ConsistentRead = nil
			if got := ask(t, client, query); !slices.Equal(got, eventual) {
				t.Errorf("eventual: got %v, want %v", got, eventual)
			}
		}
		putEvent(t, client, 1, 0)
		time.Sleep(60 * time.Millisecond)
		putEvent(t, client, 2, 0)
		expect([]string{"1", "2"}, nil)
		time.Sleep(60 * time.Millisecond)
		expect([]string{"1", "2"}, []string{"1"})
		key := item{"id": text("a"), "n": number(1)}
		if _, err := client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(tableName), Key: key}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(60 * time.Millisecond)
		expect([]string{"2"}, []string{"1", "2"})
		time.Sleep(60 * time.Millisecond)
		expect([]string{"2"}, []string{"2"})
	})
}

// TestQueryCapacity: the sizes of the items are added up, and the sum is rounded up once.
func TestQueryCapacity(t *testing.T) {
	const limit = 20
	for _, c := range []struct {
		name       string
		items      int
		bytes      int
		consistent bool
		want       int // requests at one moment
	}{
		{"nothing, strong", 0, 0, true, limit},
		{"nothing, eventual", 0, 0, false, 2 * limit},
		{"eight small items, strong", 8, 500, true, limit},
		{"nine small items, strong", 9, 500, true, limit / 2},
		{"nine small items, eventual", 9, 500, false, limit},
		{"large items, strong", 2, 40 << 10, true, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := newClient(embedded.Config{ReadCapacity: limit})
				createEvents(t, client)
				for n := range c.items {
					putEvent(t, client, n, c.bytes)
				}
				query := querying("a")
				query.ConsistentRead = aws.Bool(c.consistent)
				request := func() error { _, err := client.Query(t.Context(), query); return err }
				if got := admitted(t, request, readReason); got != c.want {
					t.Errorf("got %d requests, want %d", got, c.want)
				}
			})
		})
	}
}

// TestPageIsFull: a page is full with its first MB of items evaluated. AWS
// counts them before the filter, DynamoDB Local after it.
func TestPageIsFull(t *testing.T) {
	client := newClient(embedded.Config{})
	createEvents(t, client)
	for n := range 6 {
		putEvent(t, client, n, 300<<10)
	}
	for filter, want := range map[string]int32{"": 4, "attribute_not_exists(b)": 0} {
		query := querying("a")
		query.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		if filter != "" {
			query.FilterExpression = aws.String(filter)
		}
		out, err := client.Query(t.Context(), query)
		if err != nil || out.Count != want || out.ScannedCount != 4 || numberOf(out.LastEvaluatedKey, "n") != "3" {
			t.Errorf("filter %q: got %d of %d, last %v, %v, want %d of 4, last 3", filter, out.Count, out.ScannedCount, out.LastEvaluatedKey, err, want)
		}
		if got := aws.ToFloat64(out.ConsumedCapacity.CapacityUnits); got != 300 {
			t.Errorf("filter %q: got %v units, want the 300 of 4 items", filter, got)
		}
	}
}

// TestQueryWithoutSortKey: a table without one has collections of one item.
func TestQueryWithoutSortKey(t *testing.T) {
	client := newClient(embedded.Config{})
	createTable(t, client)
	put(t, client, "a", 1)
	for id, want := range map[string][]string{"a": {"1"}, "b": nil} {
		if got := ask(t, client, querying(id)); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", id, got, want)
		}
	}
	query := querying("a")
	query.ExclusiveStartKey = key("a")
	if got := ask(t, client, query); got != nil {
		t.Errorf("after the one item: got %v", got)
	}
	query.KeyConditionExpression = aws.String("id = :id AND n = :id")
	var refused *types.ResourceNotFoundException
	if _, err := client.Query(t.Context(), query); err == nil || errors.As(err, &refused) {
		t.Errorf("a sort key that the table has not: got %v", err)
	}
}

// bulkyPages are queries around the size of a page.
func bulkyPages() []call {
	all := []call{}
	add := func(operation, format string, args ...any) {
		all = append(all, call{operation, fmt.Sprintf(`{"TableName":"bulky","ReturnConsumedCapacity":"TOTAL",`+format+`}`, args...)})
	}
	const bare = 2 + 1 + 1 + 2 + 1 // the names id, r and a, a key of a letter and one of two digits
	const quarter = 256 << 10
	for _, first := range []int{quarter - 1, quarter, quarter + 1} {
		for i, size := range []int{first, quarter, quarter, quarter, 1000, 3000} {
			add("PutItem", `"Item":{"id":{"S":"p"},"r":{"S":"%02d"},"a":{"S":"%0*d"}}`, i, size-bare, 0)
		}
		const query = `"KeyConditionExpression":"id = :p","ExpressionAttributeValues":{":p":{"S":"p"}},"ProjectionExpression":"r"`
		for _, more := range []string{``, `,"ConsistentRead":true`, `,"ScanIndexForward":false`, `,"Limit":4`, `,"Limit":5`, `,"Limit":6`, `,"FilterExpression":"attribute_exists(a)"`} {
			add("Query", query+more)
		}
		add("Query", query+`,"ExclusiveStartKey":{"id":{"S":"p"},"r":{"S":"03"}}`)
		add("DeleteItem", `"Key":{"id":{"S":"p"},"r":{"S":"05"}}`)
		add("DeleteItem", `"Key":{"id":{"S":"p"},"r":{"S":"04"}}`)
		add("Query", query)
	}
	for i := range 3 {
		add("PutItem", `"Item":{"id":{"S":"q"},"r":{"S":"%02d"},"a":{"S":"%0*d"}}`, i, 400<<10-bare, 0)
		add("Query", `"KeyConditionExpression":"id = :p","ExpressionAttributeValues":{":p":{"S":"q"}},"ProjectionExpression":"r"`)
	}
	add("PutItem", `"Item":{"id":{"S":"q"},"r":{"S":"03"}}`)
	add("Query", `"KeyConditionExpression":"id = :p","ExpressionAttributeValues":{":p":{"S":"q"}},"FilterExpression":"attribute_not_exists(a)"`)
	return all
}
