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
)

// provisionedTable makes the table with so many units a second on each side.
func provisionedTable(t *testing.T, client *dynamodb.Client, reads, writes int64) {
	t.Helper()
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:            aws.String(tableName),
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		ProvisionedThroughput: &types.ProvisionedThroughput{
			ReadCapacityUnits: aws.Int64(reads), WriteCapacityUnits: aws.Int64(writes),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestProvisionedThroughputIsEnforced: all keys of a table share its units. At first there
// are 300 seconds' worth of them for a burst, and later the provisioned units.
func TestProvisionedThroughputIsEnforced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(embedded.Config{})
		const reads, writes, burst = 2, 1, 300
		provisionedTable(t, client, reads, writes)
		n := 0
		put := func() error {
			n++
			_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: key(fmt.Sprint(n))})
			return err
		}
		get := func() error {
			n++
			_, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: key(fmt.Sprint(n)), ConsistentRead: aws.Bool(true)})
			return err
		}
		const writeReason, readReason = "TableWriteProvisionedThroughputExceeded", "TableReadProvisionedThroughputExceeded"
		if got := admitted(t, put, writeReason); got != writes*burst {
			t.Errorf("%d writes at once, want %d", got, writes*burst)
		}
		if got := admitted(t, get, readReason); got != reads*burst {
			t.Errorf("%d reads at once, want %d", got, reads*burst)
		}
		time.Sleep(10 * time.Second)
		if got := admitted(t, put, writeReason); got != writes*10 {
			t.Errorf("%d writes after ten seconds, want %d", got, writes*10)
		}
		_, err := client.TransactWriteItems(t.Context(), transaction(placing("a", 1)))
		var cancelled *types.TransactionCanceledException
		if !errors.As(err, &cancelled) || aws.ToString(cancelled.CancellationReasons[0].Code) != "ProvisionedThroughputExceeded" {
			t.Errorf("a transaction: got %v", err)
		}
	})
}

// TestATableThatRefusesTakesNothingOfItsKeys: a write that the table has no units
// for leaves its key's units as they are.
func TestATableThatRefusesTakesNothingOfItsKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 400
		client := newClient(embedded.Config{WriteCapacity: limit})
		provisionedTable(t, client, 1, 1)
		put := func() error {
			_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: key("a")})
			return err
		}
		for range limit { // each of them is refused at least once
			if got := admitted(t, put, "TableWriteProvisionedThroughputExceeded"); got > 300 {
				t.Fatalf("%d writes", got)
			}
		}
	})
}

// TestNoMemberOfCreateTableIsIgnored: members that this server does not support are
// refused by name.
func TestNoMemberOfCreateTableIsIgnored(t *testing.T) {
	server := peer{"http://embedded", inProcess{embedded.New(embedded.Config{})}}
	const table = `{"TableName":"table","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],` +
		`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],`
	for member, value := range map[string]string{
		"GlobalSecondaryIndexes": `[]`, "LocalSecondaryIndexes": `[]`, "StreamSpecification": `{"StreamEnabled":false}`, "SSESpecification": `{}`,
		"TableClass": `"STANDARD"`, "Tags": `[]`, "DeletionProtectionEnabled": `true`, "ResourcePolicy": `"{}"`,
		"OnDemandThroughputs": `1`, "GlobalTableSettingsReplicationMode": `"ENABLED"`,
	} {
		got := server.ask(t, call{"CreateTable", table + `"` + member + `":` + value + `}`})
		if !strings.HasPrefix(got, "400 ") || !strings.Contains(got, member+" is not supported by this server") {
			t.Errorf("%s: got %s", member, got)
		}
	}
	if got := server.ask(t, call{"ListTables", "{}"}); got != `200 {"TableNames":[]}` {
		t.Errorf("a table was made all the same: %s", got)
	}
}
