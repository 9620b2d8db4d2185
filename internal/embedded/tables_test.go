package embedded_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
)

func TestTableLife(t *testing.T) {
	client := newClient(embedded.Config{})
	table := &dynamodb.DescribeTableInput{TableName: aws.String(tableName)}
	var missing *types.ResourceNotFoundException
	if _, err := client.DescribeTable(t.Context(), table); !errors.As(err, &missing) {
		t.Errorf("before: got %v, want not found", err)
	}
	createTable(t, client)
	if err := dynamodb.NewTableExistsWaiter(client).Wait(t.Context(), table, time.Second); err != nil {
		t.Errorf("the waiter of the SDK: %v", err)
	}
	put(t, client, "a", 1)
	out, err := client.DescribeTable(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	if got := aws.ToInt64(out.Table.ItemCount); got != 1 || out.Table.BillingModeSummary.BillingMode != types.BillingModePayPerRequest {
		t.Errorf("got %d items, billing %v", got, out.Table.BillingModeSummary)
	}
	var used *types.ResourceInUseException
	_, err = client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String(tableName), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: out.Table.AttributeDefinitions, KeySchema: out.Table.KeySchema,
	})
	if !errors.As(err, &used) {
		t.Errorf("second CreateTable: got %v, want in use", err)
	}
	if _, err := client.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: aws.String(tableName)}); err != nil {
		t.Error(err)
	}
	if err := dynamodb.NewTableNotExistsWaiter(client).Wait(t.Context(), table, time.Second); err != nil {
		t.Errorf("the waiter of the SDK: %v", err)
	}
	createTable(t, client)
	if got := read(t, client, "a", true); got != "" {
		t.Errorf("a new table of the old name has the old item %q", got)
	}
}

func TestListTablesInPages(t *testing.T) {
	client := newClient(embedded.Config{})
	var want []string
	for i := range 250 {
		name := fmt.Sprintf("table-%03d", i)
		want = append(want, name)
		_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
			TableName: aws.String(name), BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
			KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, limit := range []int32{0, 1, 7, 100} {
		var got []string
		pages := dynamodb.NewListTablesPaginator(client, &dynamodb.ListTablesInput{}, func(o *dynamodb.ListTablesPaginatorOptions) { o.Limit = limit })
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, page.TableNames...)
		}
		if !slices.Equal(got, want) {
			t.Errorf("limit %d: got %d names, want %d", limit, len(got), len(want))
		}
	}
}

// TestRefusedTables: DynamoDB Local accepts these tables, and AWS refuses them.
func TestRefusedTables(t *testing.T) {
	server := peer{"http://embedded", inProcess{embedded.New(embedded.Config{})}}
	const keys = `"TableName":"table","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],`
	const refused = "400 com.amazon.coral.validate#ValidationException: "
	for _, c := range []struct{ body, want string }{
		{`"BillingMode":"PAY_PER_REQUEST","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}`,
			"One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
		{`"BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[{}]`, "the parameter GlobalSecondaryIndexes is not supported by this server"},
		{`"BillingMode":"PAY_PER_REQUEST","LocalSecondaryIndexes":[{}]`, "the parameter LocalSecondaryIndexes is not supported by this server"},
		{`"BillingMode":"PAY_PER_REQUEST","Tags":[]`, "the parameter Tags is not supported by this server"},
		{`"BillingMode":"PAY_PER_REQUEST","DeletionProtectionEnabled":true`, "the parameter DeletionProtectionEnabled is not supported by this server"},
		{`"BillingMode":"PAY_PER_REQUEST","OnDemandThroughput":{"MaxWriteRequestUnits":0}`, "One or more parameter values were invalid: Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range"},
		{`"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1},"OnDemandThroughput":{"MaxWriteRequestUnits":1}`,
			"One or more parameter values were invalid: MaxWriteRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"},
		{`"BillingMode":"PAY_PER_REQUEST","WarmThroughput":{"WriteUnitsPerSecond":0}`,
			"1 validation error detected: Value '0' at 'warmThroughput.writeUnitsPerSecond' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{`"BillingMode":"PAY_PER_REQUEST","StreamSpecification":{"StreamEnabled":true}`, "the parameter StreamSpecification is not supported by this server"},
	} {
		if got := server.ask(t, call{"CreateTable", "{" + keys + c.body + "}"}); got != refused+c.want {
			t.Errorf("%s: got %s", c.body, got)
		}
	}
}
