package embedded_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
)

// The actions of a transaction on the number under a key.
func addition(id string, n int) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(tableName), Key: key(id), UpdateExpression: aws.String("ADD n :n"),
		ExpressionAttributeValues: item{":n": number(n)},
	}}
}

func placing(id string, n int) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{TableName: aws.String(tableName), Item: item{"id": text(id), "n": number(n)}}}
}

func deletion(id string) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{TableName: aws.String(tableName), Key: key(id)}}
}

func check(id, condition string) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String(tableName), Key: key(id), ConditionExpression: aws.String(condition),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// transaction is a transaction of such actions.
func transaction(actions ...types.TransactWriteItem) *dynamodb.TransactWriteItemsInput {
	return &dynamodb.TransactWriteItemsInput{TransactItems: actions, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal}
}

// transact carries actions out and returns the codes of the reasons if they are
// cancelled, nil if they are not.
func transact(t testing.TB, client *dynamodb.Client, actions ...types.TransactWriteItem) []string {
	t.Helper()
	_, err := client.TransactWriteItems(t.Context(), transaction(actions...))
	return reasonCodes(t, err)
}

func reasonCodes(t testing.TB, err error) []string {
	t.Helper()
	var canceled *types.TransactionCanceledException
	if err != nil && !errors.As(err, &canceled) {
		t.Error(err)
	}
	if canceled == nil {
		return nil
	}
	var codes []string
	for _, reason := range canceled.CancellationReasons {
		codes = append(codes, aws.ToString(reason.Code))
	}
	return codes
}

// has fails the test unless each key has its number; "" stands for no item.
func has(t testing.TB, client *dynamodb.Client, want map[string]string) {
	t.Helper()
	for id, n := range want {
		if got := read(t, client, id, true); got != n {
			t.Errorf("%s: got %q, want %q", id, got, n)
		}
	}
}

func TestTransactionIsAllOrNothing(t *testing.T) {
	client := newClient(embedded.Config{})
	createTable(t, client)
	put(t, client, "a", 1)
	put(t, client, "d", 4)
	if codes := transact(t, client, addition("a", 1), placing("b", 2), check("c", "attribute_not_exists(id)"), deletion("d")); codes != nil {
		t.Fatalf("cancelled for %q", codes)
	}
	after := map[string]string{"a": "2", "b": "2", "c": "", "d": ""}
	has(t, client, after)
	for _, c := range []struct {
		actions []types.TransactWriteItem
		want    []string
	}{
		{[]types.TransactWriteItem{addition("a", 1), check("c", "attribute_exists(id)")}, []string{"None", "ConditionalCheckFailed"}},
		{[]types.TransactWriteItem{check("c", "attribute_exists(id)"), deletion("a")}, []string{"ConditionalCheckFailed", "None"}},
		{[]types.TransactWriteItem{placing("c", 1), check("a", "n = id"), check("b", "n = id")}, []string{"None", "ConditionalCheckFailed", "ConditionalCheckFailed"}},
		{[]types.TransactWriteItem{updating("b", "SET n = absent"), deletion("a")}, []string{"ValidationError", "None"}},
		{[]types.TransactWriteItem{deletion("a"), updating("b", "SET id = n")}, []string{"None", "ValidationError"}},
	} {
		if got := transact(t, client, c.actions...); !slices.Equal(got, c.want) {
			t.Errorf("got %q, want %q", got, c.want)
		}
		has(t, client, after)
	}
}

func updating(id, expression string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{TableName: aws.String(tableName), Key: key(id), UpdateExpression: aws.String(expression)}}
}

func TestCancellationReasons(t *testing.T) {
	client := newClient(embedded.Config{})
	createTable(t, client)
	put(t, client, "a", 1)
	_, err := client.TransactWriteItems(t.Context(), transaction(deletion("a"), check("b", "attribute_exists(id)"), updating("c", "SET n = absent")))
	var canceled *types.TransactionCanceledException
	if !errors.As(err, &canceled) {
		t.Fatalf("got %v", err)
	}
	const want = "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ValidationError]"
	if got := canceled.ErrorMessage(); got != want {
		t.Errorf("message:\n got  %s\n want %s", got, want)
	}
	messages := []string{"", "The conditional request failed", "The provided expression refers to an attribute that does not exist in the item"}
	for i, reason := range canceled.CancellationReasons {
		if got := aws.ToString(reason.Message); got != messages[i] {
			t.Errorf("reason %d: got %q, want %q", i, got, messages[i])
		}
	}
	_, err = client.TransactWriteItems(t.Context(), transaction(check("a", "n = id")))
	if !errors.As(err, &canceled) || !reflect.DeepEqual(canceled.CancellationReasons[0].Item, item{"id": text("a"), "n": number(1)}) {
		t.Errorf("got %v, want the item that failed the condition", err)
	}
}

// TestTransactionCapacity: two units for each KB of each item, summed by table.
func TestTransactionCapacity(t *testing.T) {
	client := newClient(embedded.Config{})
	createTable(t, client)
	large := placing("large", 1)
	large.Put.Item["text"] = text(string(make([]byte, 2500)))
	for _, c := range []struct {
		why     string
		actions []types.TransactWriteItem
		want    float64
	}{
		{"three KB begun", []types.TransactWriteItem{large}, 6},
		{"the larger of before and after", []types.TransactWriteItem{deletion("large"), deletion("absent")}, 8},
		{"checks cost what writes do", []types.TransactWriteItem{check("absent", "attribute_not_exists(id)"), addition("a", 1), placing("b", 1)}, 6},
	} {
		out, err := client.TransactWriteItems(t.Context(), transaction(c.actions...))
		if err != nil {
			t.Fatal(err)
		}
		got := out.ConsumedCapacity
		if len(got) != 1 || aws.ToString(got[0].TableName) != tableName || aws.ToFloat64(got[0].CapacityUnits) != c.want ||
			aws.ToFloat64(got[0].WriteCapacityUnits) != c.want || got[0].ReadCapacityUnits != nil || got[0].Table != nil {
			t.Errorf("%s: got %+v, want %v write units", c.why, got, c.want)
		}
	}
}

// TestThrottledTransaction: each item uses the units of its own partition key. A refused
// transaction consumes units too.
func TestThrottledTransaction(t *testing.T) {
	const limit = 10
	for _, c := range []struct {
		mode types.BillingMode
		code string
	}{{types.BillingModePayPerRequest, "ThrottlingError"}, {types.BillingModeProvisioned, "ProvisionedThroughputExceeded"}} {
		synctest.Test(t, func(t *testing.T) {
			client := newClient(embedded.Config{WriteCapacity: limit})
			input := &dynamodb.CreateTableInput{BillingMode: c.mode}
			if c.mode == types.BillingModeProvisioned {
				input.ProvisionedThroughput = &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(1), WriteCapacityUnits: aws.Int64(1)}
			}
			create(t, client, input)
			for range 3 {
				if codes := transact(t, client, addition("a", 1), placing("b", 1)); codes != nil {
					t.Fatalf("cancelled for %q", codes)
				}
			}
			for range 2 {
				want := []string{"None", "ConditionalCheckFailed"}
				if got := transact(t, client, addition("a", 1), check("c", "attribute_exists(id)")); !slices.Equal(got, want) {
					t.Fatalf("got %q, want %q", got, want)
				}
			}
			if got, want := transact(t, client, addition("a", 1), placing("b", 1)), []string{c.code, "None"}; !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
			has(t, client, map[string]string{"a": "3", "b": "1"})
			time.Sleep(time.Second)
			if codes := transact(t, client, addition("a", 1), placing("b", 1)); codes != nil {
				t.Errorf("a second later: cancelled for %q", codes)
			}
		})
	}
}

// TestAPutTakesUnusedNames: in a transaction DynamoDB takes names and values of
// a Put that its condition does not use, and of no other action.
func TestAPutTakesUnusedNames(t *testing.T) {
	server := peer{"http://embedded", inProcess{embedded.New(embedded.Config{})}}
	server.ask(t, call{"CreateTable", `{"TableName":"table","BillingMode":"PAY_PER_REQUEST",` +
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`})
	const unused = `"ExpressionAttributeNames":{"#a":"a"},"ExpressionAttributeValues":{":v":{"N":"1"}}`
	const refused = "400 com.amazon.coral.validate#ValidationException: "
	for _, c := range []struct{ action, want string }{
		{`{"Put":{"TableName":"table","Item":{"id":{"S":"a"}},` + unused + `}}`, "200 {}"},
		{`{"Put":{"TableName":"table","Item":{"id":{"S":"a"}},"ConditionExpression":"attribute_exists(id)",` + unused + `}}`, "200 {}"},
		{`{"Put":{"TableName":"table","Item":{"id":{"S":"a"}},"ExpressionAttributeNames":{}}}`, refused + "ExpressionAttributeNames must not be empty"},
		{`{"Put":{"TableName":"table","Item":{"id":{"S":"a"}},"ExpressionAttributeNames":{"a":"a"}}}`,
			refused + `ExpressionAttributeNames contains invalid key: Syntax error; key: "a"`},
		{`{"Delete":{"TableName":"table","Key":{"id":{"S":"a"}},"ConditionExpression":"attribute_exists(id)",` + unused + `}}`,
			refused + "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"},
	} {
		if got := server.ask(t, call{"TransactWriteItems", `{"TransactItems":[` + c.action + `]}`}); got != c.want {
			t.Errorf("%s:\n got  %s\n want %s", c.action, got, c.want)
		}
	}
}
