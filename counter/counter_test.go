package counter_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"go.uber.org/goleak"

	"contend/counter"
	"contend/internal/localtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(localtest.Main(m)) }

// onBoth runs a test on the embedded server and on DynamoDB Local.
func onBoth(t *testing.T, test func(*testing.T, *dynamodb.Client)) {
	t.Run("embedded", func(t *testing.T) { test(t, withTable(t, serve(t))) })
	t.Run("DynamoDB Local", func(t *testing.T) { test(t, withTable(t, localtest.Start(t))) })
}

func withTable(t *testing.T, endpoint string) *dynamodb.Client {
	t.Helper()
	client := localtest.Client(endpoint)
	if _, err := counter.CreateTable(t.Context(), client, "counters", counter.Traits{}); err != nil {
		t.Fatal(err)
	}
	return client
}

func open(t *testing.T, client counter.DynamoDB, name string, initial int64) *counter.Counter {
	t.Helper()
	c, err := counter.Open(t.Context(), client, counter.Key{Table: "counters", Name: name}, initial)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestNeverAlwaysOutOfSync is the complaint of the one user of boto's counter:
// two objects that alternate must each succeed after one refresh.
func TestNeverAlwaysOutOfSync(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		one, two := open(t, client, "shared", 0), open(t, client, "shared", 0)
		const rounds = 20
		for range rounds {
			for _, c := range []*counter.Counter{one, two} {
				err := c.Add(t.Context(), 1)
				if errors.Is(err, counter.ErrOutOfSync) {
					err = c.Add(t.Context(), 1)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		if !two.Equal(2 * rounds) {
			t.Errorf("got %v after %d adds", two, 2*rounds)
		}
	})
}

func TestOutOfSyncHoldsTheStoredValueAndTime(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		mine, yours := open(t, client, "shared", 5), open(t, client, "shared", 5)
		if err := yours.Sub(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		err := mine.Add(t.Context(), 1)
		var stale *counter.OutOfSyncError
		if !errors.As(err, &stale) || stale.Want != 5 || stale.Have != 3 || !strings.Contains(err.Error(), "counters/shared") {
			t.Fatalf("got %v", err)
		}
		if mine.Value() != yours.Value() || mine.Version() != yours.Version() || !mine.Updated().Equal(yours.Updated()) {
			t.Errorf("holds %v, version %d, %v; stored %v, %d, %v",
				mine, mine.Version(), mine.Updated(), yours, yours.Version(), yours.Updated())
		}
	})
}

// withoutItem is a server that does not return the item when it refuses a condition.
type withoutItem struct{ counter.DynamoDB }

func (w withoutItem) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	in.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureNone
	return w.DynamoDB.UpdateItem(ctx, in, o...)
}

func TestOutOfSyncWithoutTheReturnedItem(t *testing.T) {
	client := withTable(t, serve(t))
	mine, yours := open(t, withoutItem{client}, "shared", 5), open(t, client, "shared", 5)
	if err := yours.Add(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := mine.Add(t.Context(), 1); !errors.Is(err, counter.ErrOutOfSync) || !mine.Equal(6) {
		t.Errorf("got %v and hold %v", err, mine)
	}
}

func TestOpenRace(t *testing.T) { openAtOnce(t, withTable(t, serve(t))) }

func TestOpenRaceOnDynamoDBLocal(t *testing.T) { openAtOnce(t, withTable(t, localtest.Start(t))) }

// openAtOnce opens a counter in several programs at the same time, with different values.
func openAtOnce(t *testing.T, client *dynamodb.Client) {
	t.Helper()
	const programs = 8
	values := make([]int64, programs)
	var wg sync.WaitGroup
	for i := range programs {
		wg.Go(func() {
			c, err := counter.Open(t.Context(), client, counter.Key{Table: "counters", Name: "race"}, int64(i))
			if err != nil {
				t.Error(err)
				return
			}
			values[i] = c.Value()
		})
	}
	wg.Wait()
	for _, v := range values {
		if v != values[0] {
			t.Fatalf("the programs see %v", values)
		}
	}
}

func TestOverflow(t *testing.T) {
	client := withTable(t, serve(t))
	c := open(t, client, "full", math.MaxInt64)
	for _, add := range []func() error{
		func() error { return c.Add(t.Context(), 1) },
		func() error { return c.Sub(t.Context(), -1) },
		func() error { return c.Sub(t.Context(), math.MinInt64) },
	} {
		err := add()
		if !errors.Is(err, counter.ErrOverflow) || !strings.Contains(err.Error(), "counters/full") || !c.Equal(math.MaxInt64) {
			t.Errorf("got %v and hold %v", err, c)
		}
	}
}

func TestDeletedCounterIsNotCreatedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		c := open(t, client, "gone", 1)
		_, err := client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
			TableName: aws.String("counters"), Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "gone"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Add(t.Context(), 1); !errors.Is(err, counter.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}

func TestTables(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		ctx := t.Context()
		ours, err := counter.CreateTable(ctx, client, "ours", counter.Traits{})
		if err != nil || !ours.Created {
			t.Fatalf("got %+v, %v", ours, err)
		}
		found, err := counter.CreateTable(ctx, client, "ours", counter.Traits{})
		if err != nil || found.Created {
			t.Fatalf("got %+v, %v", found, err)
		}
		if err := found.Delete(ctx); !errors.Is(err, counter.ErrNotOurs) {
			t.Errorf("deleting what was found: %v", err)
		}
		for range 2 { // the second time it is gone
			if err := ours.Delete(ctx); err != nil {
				t.Errorf("deleting what was created: %v", err)
			}
		}
		if _, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String("ours")}); err == nil {
			t.Error("the table is still there")
		}
		_, err = client.CreateTable(ctx, &dynamodb.CreateTableInput{
			TableName: aws.String("other-key"), BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeN}},
			KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := counter.CreateTable(ctx, client, "other-key", counter.Traits{}); err == nil || !strings.Contains(err.Error(), `"other-key"`) {
			t.Errorf("a table with a number as its key: %v", err)
		}
		if _, err := counter.CreateTable(ctx, client, "x", counter.Traits{}); err == nil {
			t.Error("an invalid name is no error")
		}
	})
}

// TestTableKeys: a table has the key that its design needs, and one of another
// design's is refused.
func TestTableKeys(t *testing.T) {
	const alone = `another key than its counters: its sort key is "event", a string, not none`
	const sorted = `another key than its counters: its sort key is none, not "event", a string`
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		for _, c := range []struct {
			name        string
			made, asked counter.Traits
			want        string
		}{
			{"one-item", counter.Traits{}, counter.Traits{Idempotent: true}, ""},
			{"one-item-sorted", counter.Traits{}, counter.Traits{SortKey: true}, sorted},
			{"events", counter.Traits{SortKey: true}, counter.Traits{SortKey: true}, ""},
			{"events-alone", counter.Traits{SortKey: true}, counter.Traits{}, alone},
			{"expiring", counter.Traits{Expires: true}, counter.Traits{Expires: true}, ""},
		} {
			if _, err := counter.CreateTable(t.Context(), client, c.name, c.made); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			_, err := counter.CreateTable(t.Context(), client, c.name, c.asked)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: got %v, want %q", c.name, err, c.want)
			}
		}
	})
}

// slowTable answers that the table is being created, until it was asked often
// enough.
type slowTable struct {
	counter.TableClient
	asked, ready int
}

func (s *slowTable) DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	s.asked++
	status := types.TableStatusCreating
	if s.asked > s.ready {
		status = types.TableStatusActive
	}
	return &dynamodb.DescribeTableOutput{Table: &types.TableDescription{
		TableStatus:          status,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	}}, nil
}

func TestCreateTableWaitsUntilActive(t *testing.T) {
	slow := &slowTable{ready: 3}
	if _, err := counter.CreateTable(t.Context(), slow, "slow", counter.Traits{}); err != nil || slow.asked != 4 {
		t.Errorf("asked %d times, %v", slow.asked, err)
	}
	never := &slowTable{ready: math.MaxInt}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if table, err := counter.CreateTable(ctx, never, "never", counter.Traits{}); err == nil || table == nil {
		t.Errorf("got %v, %v; want the table and an error", table, err)
	}
}
