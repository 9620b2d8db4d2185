package embedded_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
)

// gets is a transaction that reads items.
func gets(ids ...string) *dynamodb.TransactGetItemsInput {
	input := &dynamodb.TransactGetItemsInput{ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal}
	for _, id := range ids {
		input.TransactItems = append(input.TransactItems, types.TransactGetItem{Get: &types.Get{TableName: aws.String(tableName), Key: key(id)}})
	}
	return input
}

func TestTransactGetItems(t *testing.T) {
	client := newClient(embedded.Config{})
	createTable(t, client)
	put(t, client, "a", 1)
	put(t, client, "b", 2)
	large := placing("large", 3)
	large.Put.Item["text"] = text(string(make([]byte, 5000)))
	transact(t, client, large)
	input := gets("b", "absent", "large", "a")
	input.TransactItems[3].Get.ProjectionExpression = aws.String("id")
	out, err := client.TransactGetItems(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Responses) != 4 {
		t.Fatalf("got %d answers, want 4", len(out.Responses))
	}
	for i, want := range []string{"2", "", "3", ""} {
		if got := numberOf(out.Responses[i].Item, "n"); got != want {
			t.Errorf("answer %d: got %q, want %q", i, got, want)
		}
	}
	if len(out.Responses[1].Item) != 0 || len(out.Responses[3].Item) != 1 {
		t.Errorf("got %v and %v, want no item and one with a key alone", out.Responses[1].Item, out.Responses[3].Item)
	}
	const units = 2 + 2 + 4 + 2
	got := out.ConsumedCapacity
	if len(got) != 1 || aws.ToFloat64(got[0].CapacityUnits) != units || aws.ToFloat64(got[0].ReadCapacityUnits) != units || got[0].WriteCapacityUnits != nil {
		t.Errorf("got %+v, want %d read units", got, units)
	}
}

func TestThrottledTransactGetItems(t *testing.T) {
	client := newClient(embedded.Config{ReadCapacity: 1})
	createTable(t, client)
	var codes []string
	for range 2 {
		_, err := client.TransactGetItems(t.Context(), gets("a", "b"))
		codes = reasonCodes(t, err)
	}
	if len(codes) != 2 || codes[0] != "ThrottlingError" || codes[1] != "ThrottlingError" {
		t.Errorf("got %q, want both throttled", codes)
	}
}
