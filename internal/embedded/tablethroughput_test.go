package embedded_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
	"contend/internal/embedded/throughput"
)

// small is DynamoDB's model with numbers that a test reaches with few requests.
func small() throughput.Config {
	c := throughput.Default()
	c.Warm, c.Quota = throughput.Units{Write: 40, Read: 40}, throughput.Units{}
	c.Partition = throughput.Units{Write: 10, Read: 10}
	return c
}

// TestThrottlesNameTheLimit: each limit has its own reason, for reads and for writes.
func TestThrottlesNameTheLimit(t *testing.T) {
	for _, c := range []struct {
		limit  string
		config func(*throughput.Config)
		want   int // of requests for one key at one moment
	}{
		{"KeyRangeThroughputExceeded", func(*throughput.Config) {}, 10},
		{"MaxOnDemandThroughputExceeded", func(c *throughput.Config) { c.Maximum = throughput.Units{Write: 4, Read: 4} }, 4},
		{"AccountLimitExceeded", func(c *throughput.Config) { c.Quota = throughput.Units{Write: 6, Read: 6} }, 6},
		{"ProvisionedThroughputExceeded", func(c *throughput.Config) {
			c.Mode, c.Units, c.Burst = throughput.Provisioned, throughput.Units{Write: 1, Read: 1}, 3*time.Second
		}, 3},
	} {
		t.Run(c.limit, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				config := small()
				c.config(&config)
				client := newClient(embedded.Config{Throughput: config})
				createTable(t, client)
				write := func() error { _, err := client.UpdateItem(t.Context(), adding("a")); return err }
				read := func() error {
					_, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: key("nothing"), ConsistentRead: aws.Bool(true)})
					return err
				}
				if got := admittedBy(t, write, "TableWrite"+c.limit); got != c.want {
					t.Errorf("%d writes, want %d", got, c.want)
				}
				if got := admittedBy(t, read, "TableRead"+c.limit); got != c.want {
					t.Errorf("%d reads, want %d", got, c.want)
				}
				time.Sleep(time.Hour)
				if got := admittedBy(t, write, "TableWrite"+c.limit); got != c.want {
					t.Errorf("%d writes an hour later, want %d", got, c.want)
				}
			})
		})
	}
}

// admittedBy is [admitted] for throttles of all kinds.
func admittedBy(t *testing.T, request func() error, reason string) int {
	t.Helper()
	return admitted(t, func() error {
		err := request()
		var quota *types.RequestLimitExceeded
		if errors.As(err, &quota) {
			return &types.ThrottlingException{ThrottlingReasons: quota.ThrottlingReasons}
		}
		return err
	}, reason)
}

// TestAThrottledTransactionIsCancelledWhole: one item of two is above its partition's
// limit, and neither is changed.
func TestAThrottledTransactionIsCancelledWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{Throughput: small()})
		createTable(t, client)
		admitted(t, func() error { _, err := client.UpdateItem(t.Context(), adding("a")); return err }, writeReason)
		other := neighbourless(t, client)
		_, err := client.TransactWriteItems(t.Context(), transaction(placing(other, 1), placing("a", 1)))
		var cancelled *types.TransactionCanceledException
		if !errors.As(err, &cancelled) || len(cancelled.CancellationReasons) != 2 {
			t.Fatalf("got %v", err)
		}
		first, second := cancelled.CancellationReasons[0], cancelled.CancellationReasons[1]
		if aws.ToString(first.Code) != "None" || aws.ToString(second.Code) != "ThrottlingError" {
			t.Errorf("got %s and %s", aws.ToString(first.Code), aws.ToString(second.Code))
		}
		if got := read(t, client, other, true); got != "1" {
			t.Errorf("the other item is %q, want the 1 from before", got)
		}
	})
}

// neighbourless returns a key that takes a write while "a" takes none; its value is 1.
func neighbourless(t *testing.T, client *dynamodb.Client) string {
	t.Helper()
	for i := range 100 {
		id := fmt.Sprint("other-", i)
		if _, err := client.UpdateItem(t.Context(), adding(id)); err == nil {
			return id
		}
	}
	t.Fatal("all keys are in one partition")
	return ""
}

// TestThroughputOfATableIsDescribed: the throughput in CreateTable is described, and
// limits the table.
func TestThroughputOfATableIsDescribed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, model := range []throughput.Config{{}, small()} {
			client := newClient(embedded.Config{Throughput: model})
			create(t, client, &dynamodb.CreateTableInput{
				BillingMode:        types.BillingModePayPerRequest,
				OnDemandThroughput: &types.OnDemandThroughput{MaxWriteRequestUnits: aws.Int64(3)},
				WarmThroughput:     &types.WarmThroughput{WriteUnitsPerSecond: aws.Int64(5000), ReadUnitsPerSecond: aws.Int64(15000)},
			})
			d := describeTable(t, client)
			if most := d.OnDemandThroughput; most == nil || aws.ToInt64(most.MaxWriteRequestUnits) != 3 || aws.ToInt64(most.MaxReadRequestUnits) != -1 {
				t.Errorf("the maximum is described as %+v", most)
			}
			if warm := d.WarmThroughput; warm == nil || aws.ToInt64(warm.WriteUnitsPerSecond) != 5000 || aws.ToInt64(warm.ReadUnitsPerSecond) != 15000 || warm.Status != types.TableStatusActive {
				t.Errorf("the warm throughput is described as %+v", warm)
			}
			write := func() error { _, err := client.UpdateItem(t.Context(), adding("a")); return err }
			if got := admitted(t, write, "TableWriteMaxOnDemandThroughputExceeded"); got != 3 {
				t.Errorf("%d writes, want 3", got)
			}
		}
	})
}

// TestAProvisionedModelIsDescribed: a table that is created on demand has the server's
// mode, and DescribeTable says so.
func TestAProvisionedModelIsDescribed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := small()
		c.Mode, c.Units = throughput.Provisioned, throughput.Units{Write: 7, Read: 9}
		client := newClient(embedded.Config{Throughput: c})
		createTable(t, client)
		d := describeTable(t, client)
		if p := d.ProvisionedThroughput; aws.ToInt64(p.WriteCapacityUnits) != 7 || aws.ToInt64(p.ReadCapacityUnits) != 9 || d.BillingModeSummary != nil || d.WarmThroughput != nil {
			t.Errorf("described as %+v, %+v, %+v", p, d.BillingModeSummary, d.WarmThroughput)
		}
	})
}

// TestWarmThroughputIsPartitions: a table that is made warm has the partitions for it, so
// that many keys get more than four of them.
func TestWarmThroughputIsPartitions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{Throughput: small()})
		create(t, client, &dynamodb.CreateTableInput{
			BillingMode: types.BillingModePayPerRequest, WarmThroughput: &types.WarmThroughput{WriteUnitsPerSecond: aws.Int64(400)},
		})
		served := 0
		for i := range 400 {
			if _, err := client.UpdateItem(t.Context(), adding(fmt.Sprint(i))); err == nil {
				served++
			}
		}
		if served < 300 {
			t.Errorf("%d of 400 writes to as many keys are served, want most of them by 40 partitions", served)
		}
	})
}

func describeTable(t *testing.T, client *dynamodb.Client) *types.TableDescription {
	t.Helper()
	out, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(tableName)})
	if err != nil {
		t.Fatal(err)
	}
	return out.Table
}

// TestAQueryTakesFromThePartitionsOfItsItems: a collection that was split is read by both
// partitions, and so twice as often.
func TestAQueryTakesFromThePartitionsOfItsItems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := small()
		c.SplitForHeat = 10 * time.Second
		client := newClient(embedded.Config{Throughput: c})
		createEvents(t, client)
		const events, bytes = 8, 500
		for n := 1; n <= events; n++ {
			putEvent(t, client, n, bytes)
		}
		reads := func() int {
			time.Sleep(time.Minute)
			return admitted(t, func() error { _, err := client.Query(t.Context(), querying("a")); return err }, "TableReadKeyRangeThroughputExceeded")
		}
		whole := reads()
		for range 50 { // 20 writes a second, more than one partition takes
			for n := 1; n <= events; n++ {
				_, _ = client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: item{"id": text("a"), "n": number(n), "b": text(strings.Repeat("x", bytes))}})
			}
			time.Sleep(400 * time.Millisecond)
		}
		if split := reads(); whole != 10 || split != 20 {
			t.Errorf("%d reads of a unit by one partition of 10 units, and %d by two, want 10 and 20", whole, split)
		}
	})
}
