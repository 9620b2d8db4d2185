package embedded_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
)

// expireBy makes the items of the table expire by an attribute.
func expireBy(t testing.TB, client *dynamodb.Client, name string, enabled bool) {
	t.Helper()
	_, err := client.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{
		TableName:               aws.String(tableName),
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(name), Enabled: aws.Bool(enabled)},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// putExpiring stores an item of a table that [createEvents] created.
func putExpiring(t testing.TB, client *dynamodb.Client, n int, expires types.AttributeValue) {
	t.Helper()
	_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(tableName), Item: item{"id": text("a"), "n": number(n), "expires": expires},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestExpiry: expired items are gone, whichever operation looks first.
func TestExpiry(t *testing.T) {
	keyOf := func(n int) item { return item{"id": text("a"), "n": number(n)} }
	lookers := map[string]func(t *testing.T, client *dynamodb.Client) []string{
		"Query": func(t *testing.T, client *dynamodb.Client) []string { return ask(t, client, querying("a")) },
		"BatchGetItem": func(t *testing.T, client *dynamodb.Client) []string {
			var keys []item
			for n := range 8 {
				keys = append(keys, keyOf(n))
			}
			got, _ := batch(t, client, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{tableName: {Keys: keys}}})
			return got
		},
		"GetItem": func(t *testing.T, client *dynamodb.Client) []string {
			var got []string
			for n := range 8 {
				out, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: keyOf(n)})
				if err != nil {
					t.Fatal(err)
				}
				if out.Item != nil {
					got = append(got, strconv.Itoa(n))
				}
			}
			return got
		},
		"a condition": func(t *testing.T, client *dynamodb.Client) []string {
			var got []string
			for n := range 8 {
				_, err := client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
					TableName: aws.String(tableName), Key: keyOf(n), ConditionExpression: aws.String("attribute_exists(id)"),
				})
				if failed := (*types.ConditionalCheckFailedException)(nil); errors.As(err, &failed) {
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, strconv.Itoa(n))
			}
			return got
		},
	}
	const year = 365 * 24 * time.Hour
	for name, look := range lookers {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := newClient(embedded.Config{})
				createEvents(t, client)
				now := time.Now()
				at := func(after time.Duration) types.AttributeValue {
					return &types.AttributeValueMemberN{Value: strconv.FormatInt(now.Add(after).Unix(), 10)}
				}
				putExpiring(t, client, 0, at(10*time.Second))
				putExpiring(t, client, 1, at(20*time.Second))
				putExpiring(t, client, 2, at(-time.Second))
				putExpiring(t, client, 3, at(-4*year))
				putExpiring(t, client, 4, at(-6*year))
				putExpiring(t, client, 5, text("946684800"))
				putExpiring(t, client, 6, &types.AttributeValueMemberN{Value: "1E100"})
				putExpiring(t, client, 7, &types.AttributeValueMemberNULL{Value: true})
				if got, want := look(t, client), []string{"0", "1", "2", "3", "4", "5", "6", "7"}; !slices.Equal(got, want) {
					t.Errorf("without time to live: got %v, want %v", got, want)
				}
				expireBy(t, client, "expires", true)
				for _, c := range []struct {
					after time.Duration
					want  []string
				}{
					{0, []string{"0", "1", "4", "5", "6", "7"}},
					{10 * time.Second, []string{"0", "1", "4", "5", "6", "7"}},
					{11 * time.Second, []string{"1", "4", "5", "6", "7"}},
					{time.Hour, []string{"4", "5", "6", "7"}},
				} {
					time.Sleep(time.Until(now.Add(c.after)))
					if got := look(t, client); !slices.Equal(got, c.want) {
						t.Errorf("after %v: got %v, want %v", c.after, got, c.want)
					}
				}
			})
		})
	}
}

// TestExpiryIsForgotten: once a table's items no longer expire, it keeps expired items that
// nobody has looked at.
func TestExpiryIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{})
		createEvents(t, client)
		expireBy(t, client, "expires", true)
		putExpiring(t, client, 1, &types.AttributeValueMemberN{Value: strconv.FormatInt(time.Now().Unix()+1, 10)})
		time.Sleep(time.Minute)
		expireBy(t, client, "expires", false)
		if got := ask(t, client, querying("a")); !slices.Equal(got, []string{"1"}) {
			t.Errorf("got %v, want 1", got)
		}
		expireBy(t, client, "expires", true)
		out, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(tableName)})
		if err != nil || aws.ToInt64(out.Table.ItemCount) != 0 {
			t.Errorf("got %v, %v, want no items", out, err)
		}
	})
}
