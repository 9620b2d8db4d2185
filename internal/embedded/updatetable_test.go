package embedded_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
	"contend/internal/embedded/throughput"
	"contend/internal/longtest"
)

// updated changes the table and returns what the answer says of it.
func updated(t *testing.T, client *dynamodb.Client, in dynamodb.UpdateTableInput) *types.TableDescription {
	t.Helper()
	in.TableName = aws.String(tableName)
	out, err := client.UpdateTable(t.Context(), &in)
	if err != nil {
		t.Fatal(err)
	}
	return out.TableDescription
}

func provisioned(reads, writes int64) *types.ProvisionedThroughput {
	return &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(reads), WriteCapacityUnits: aws.Int64(writes)}
}

// TestUpdatedUnitsLimitTheTable at once, and are described with the times of the changes.
func TestUpdatedUnitsLimitTheTable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{})
		provisionedTable(t, client, 1, 1)
		write := func() error { _, err := client.UpdateItem(t.Context(), adding("a")); return err }
		const reason = "TableWriteProvisionedThroughputExceeded"
		admitted(t, write, reason) // the burst
		d := updated(t, client, dynamodb.UpdateTableInput{ProvisionedThroughput: provisioned(1, 7)}).ProvisionedThroughput
		if aws.ToInt64(d.WriteCapacityUnits) != 7 || d.LastIncreaseDateTime == nil || d.LastIncreaseDateTime.Unix() != time.Now().Unix() {
			t.Errorf("described as %+v", d)
		}
		time.Sleep(10 * time.Second)
		if got := admitted(t, write, reason); got != 70 {
			t.Errorf("%d writes in ten seconds, want 70", got)
		}
		for day, want := range []int64{2, 1} { // lowered twice on one day, once on the next
			for n := want; n > 0; n-- {
				updated(t, client, dynamodb.UpdateTableInput{ProvisionedThroughput: provisioned(1, 2+n)})
			}
			if got := aws.ToInt64(describeTable(t, client).ProvisionedThroughput.NumberOfDecreasesToday); got != want {
				t.Errorf("%d decreases on day %d, want %d", got, day, want)
			}
			updated(t, client, dynamodb.UpdateTableInput{ProvisionedThroughput: provisioned(1, 7)})
			time.Sleep(24 * time.Hour)
		}
	})
}

// TestATableThatBecomesOnDemand takes at once what it was provisioned for, at any time
// before, if a new table takes less.
func TestATableThatBecomesOnDemand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{Throughput: small()}) // warm 40, partitions of 10
		provisionedTable(t, client, 10, 400)
		updated(t, client, dynamodb.UpdateTableInput{ProvisionedThroughput: provisioned(10, 5)})
		d := updated(t, client, dynamodb.UpdateTableInput{BillingMode: types.BillingModePayPerRequest})
		if d.BillingModeSummary.BillingMode != types.BillingModePayPerRequest || aws.ToInt64(d.ProvisionedThroughput.WriteCapacityUnits) != 0 ||
			aws.ToInt64(d.WarmThroughput.WriteUnitsPerSecond) != 400 || aws.ToInt64(d.WarmThroughput.ReadUnitsPerSecond) != 40 {
			t.Errorf("described as %+v, %+v, %+v", d.BillingModeSummary, d.ProvisionedThroughput, d.WarmThroughput)
		}
		d = updated(t, client, dynamodb.UpdateTableInput{BillingMode: types.BillingModeProvisioned, ProvisionedThroughput: provisioned(3, 3)})
		if d.BillingModeSummary.BillingMode != types.BillingModeProvisioned || aws.ToInt64(d.ProvisionedThroughput.WriteCapacityUnits) != 3 {
			t.Errorf("described as %+v, %+v", d.BillingModeSummary, d.ProvisionedThroughput)
		}
		write := func() error { _, err := client.UpdateItem(t.Context(), adding("a")); return err }
		if got := admitted(t, write, writeReason); got != 10 {
			t.Errorf("%d writes by one partition, want 10", got)
		}
	})
}

// TestUpdatedMaximum: it limits the table, is kept by an update of the other side, and ends.
func TestUpdatedMaximum(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{})
		createTable(t, client)
		write := func() error { _, err := client.UpdateItem(t.Context(), adding("a")); return err }
		updated(t, client, dynamodb.UpdateTableInput{OnDemandThroughput: &types.OnDemandThroughput{MaxWriteRequestUnits: aws.Int64(3)}})
		d := updated(t, client, dynamodb.UpdateTableInput{OnDemandThroughput: &types.OnDemandThroughput{MaxReadRequestUnits: aws.Int64(9)}}).OnDemandThroughput
		if aws.ToInt64(d.MaxWriteRequestUnits) != 3 || aws.ToInt64(d.MaxReadRequestUnits) != 9 {
			t.Errorf("described as %+v", d)
		}
		if got := admitted(t, write, "TableWriteMaxOnDemandThroughputExceeded"); got != 3 {
			t.Errorf("%d writes, want 3", got)
		}
		updated(t, client, dynamodb.UpdateTableInput{OnDemandThroughput: &types.OnDemandThroughput{MaxWriteRequestUnits: aws.Int64(-1)}})
		for range 100 {
			if err := write(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestUpdatedWarmThroughput: it can only rise, and what is refused changes nothing.
func TestUpdatedWarmThroughput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{Throughput: small()})
		createTable(t, client)
		updated(t, client, dynamodb.UpdateTableInput{WarmThroughput: &types.WarmThroughput{WriteUnitsPerSecond: aws.Int64(400)}})
		_, err := client.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
			TableName: aws.String(tableName), BillingMode: types.BillingModeProvisioned, ProvisionedThroughput: provisioned(1, 1),
			WarmThroughput: &types.WarmThroughput{WriteUnitsPerSecond: aws.Int64(399)},
		})
		if err == nil {
			t.Error("a lower warm throughput is accepted")
		}
		d := describeTable(t, client)
		if aws.ToInt64(d.WarmThroughput.WriteUnitsPerSecond) != 400 || d.BillingModeSummary.BillingMode != types.BillingModePayPerRequest {
			t.Errorf("described as %+v, %+v", d.WarmThroughput, d.BillingModeSummary)
		}
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

// TestTablesOfAServerShareItsAccount: a throttle of the account has its own error and reason.
func TestTablesOfAServerShareItsAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := throughput.Unlimited()
		c.Account.Write = 12
		client := newClient(embedded.Config{Throughput: c})
		createTable(t, client)
		in := &dynamodb.CreateTableInput{
			TableName: aws.String("other"), BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
			KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		}
		if _, err := client.CreateTable(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		n := 0
		write := func() error {
			u := adding("a")
			if n++; n%2 == 0 {
				u.TableName = aws.String("other")
			}
			_, err := client.UpdateItem(t.Context(), u)
			return err
		}
		if got := admittedBy(t, write, "TableWriteAccountLimitExceeded"); got != 12 {
			t.Errorf("%d writes to two tables, want 12", got)
		}
	})
}

// TestUpdatesWhileTheTableIsInUse is for the race detector, and for deadlocks.
func TestUpdatesWhileTheTableIsInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{Throughput: small()})
		provisionedTable(t, client, 1, 1)
		done := make(chan struct{})
		for i := range 4 {
			go func() {
				defer func() { done <- struct{}{} }()
				for range longtest.Count(25, 200) {
					_, _ = client.UpdateItem(t.Context(), adding(fmt.Sprint(i)))
					_, _ = client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(tableName)})
				}
			}()
		}
		for i := range int64(longtest.Count(12, 100)) {
			updated(t, client, dynamodb.UpdateTableInput{ProvisionedThroughput: provisioned(1, 2+i)})
		}
		for range 4 {
			<-done
		}
	})
}
