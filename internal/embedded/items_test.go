package embedded_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
)

// number of an attribute, "" for none.
func numberOf(i item, name string) string {
	if n, ok := i[name].(*types.AttributeValueMemberN); ok {
		return n.Value
	}
	return ""
}

func TestReturnValuesOfUpdate(t *testing.T) {
	for _, c := range []struct {
		mode     types.ReturnValue
		n, other string // the returned values of the changed and of the other attribute
	}{
		{"", "", ""},
		{types.ReturnValueNone, "", ""},
		{types.ReturnValueAllOld, "1", "7"},
		{types.ReturnValueAllNew, "2", "7"},
		{types.ReturnValueUpdatedOld, "1", ""},
		{types.ReturnValueUpdatedNew, "2", ""},
	} {
		t.Run(string(c.mode), func(t *testing.T) {
			client := newClient(embedded.Config{})
			createTable(t, client)
			stored := item{"id": text("a"), "n": number(1), "other": number(7)}
			if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: stored}); err != nil {
				t.Fatal(err)
			}
			update := adding("a")
			update.ReturnValues = c.mode
			out, err := client.UpdateItem(t.Context(), update)
			if err != nil {
				t.Fatal(err)
			}
			if got := numberOf(out.Attributes, "n"); got != c.n {
				t.Errorf("n: got %q, want %q", got, c.n)
			}
			if got := numberOf(out.Attributes, "other"); got != c.other {
				t.Errorf("other: got %q, want %q", got, c.other)
			}
			if got := read(t, client, "a", true); got != "2" {
				t.Errorf("stored: got %q, want 2", got)
			}
		})
	}
}

func TestReturnValuesOfPutAndDelete(t *testing.T) {
	client := newClient(embedded.Config{})
	createTable(t, client)
	put(t, client, "a", 1)
	replaced, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(tableName), Item: item{"id": text("a"), "n": number(2)}, ReturnValues: types.ReturnValueAllOld,
	})
	if err != nil || numberOf(replaced.Attributes, "n") != "1" {
		t.Errorf("PutItem: got %v, %v, want the old item", replaced, err)
	}
	deletion := &dynamodb.DeleteItemInput{TableName: aws.String(tableName), Key: key("a"), ReturnValues: types.ReturnValueAllOld}
	deleted, err := client.DeleteItem(t.Context(), deletion)
	if err != nil || numberOf(deleted.Attributes, "n") != "2" {
		t.Errorf("DeleteItem: got %v, %v, want the old item", deleted, err)
	}
	if got := read(t, client, "a", true); got != "" {
		t.Errorf("after DeleteItem: got %q", got)
	}
	again, err := client.DeleteItem(t.Context(), deletion)
	if err != nil || again.Attributes != nil {
		t.Errorf("second DeleteItem: got %v, %v, want nothing", again, err)
	}
}

func TestFailedCondition(t *testing.T) {
	client := newClient(embedded.Config{})
	createTable(t, client)
	put(t, client, "a", 1)
	for _, c := range []struct {
		name string
		mode types.ReturnValuesOnConditionCheckFailure
		want string
	}{
		{"nothing is returned unasked", "", ""},
		{"nothing is returned", types.ReturnValuesOnConditionCheckFailureNone, ""},
		{"the item is returned", types.ReturnValuesOnConditionCheckFailureAllOld, "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			update := adding("a")
			update.ConditionExpression = aws.String("n > :one")
			update.ReturnValuesOnConditionCheckFailure = c.mode
			_, err := client.UpdateItem(t.Context(), update)
			var failed *types.ConditionalCheckFailedException
			if !errors.As(err, &failed) {
				t.Fatalf("got %v, want a failed condition", err)
			}
			if got := numberOf(failed.Item, "n"); got != c.want {
				t.Errorf("item: got %q, want %q", got, c.want)
			}
			if got := failed.ErrorMessage(); got != "The conditional request failed" {
				t.Errorf("message: %q", got)
			}
		})
	}
	if got := read(t, client, "a", true); got != "1" {
		t.Errorf("a failed condition changed the item to %q", got)
	}
}

// TestUpdateKeepsOldItem: an update does not change an item that a reader still holds.
func TestUpdateKeepsOldItem(t *testing.T) {
	client := newClient(embedded.Config{})
	createTable(t, client)
	nested := item{"id": text("a"), "m": &types.AttributeValueMemberM{Value: item{"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{number(1)}}}}}
	if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: nested}); err != nil {
		t.Fatal(err)
	}
	out, err := client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(tableName), Key: key("a"), UpdateExpression: aws.String("SET m.l[0] = :v, m.k = :v"),
		ExpressionAttributeValues: item{":v": number(2)}, ReturnValues: types.ReturnValueAllOld,
	})
	if err != nil {
		t.Fatal(err)
	}
	m := out.Attributes["m"].(*types.AttributeValueMemberM).Value
	if len(m) != 1 || m["l"].(*types.AttributeValueMemberL).Value[0].(*types.AttributeValueMemberN).Value != "1" {
		t.Errorf("the old item changed: %v", m)
	}
}

func TestConsumedCapacity(t *testing.T) {
	client := newClient(embedded.Config{})
	createTable(t, client)
	total := types.ReturnConsumedCapacityTotal
	written, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(tableName), Item: item{"id": text("a"), "b": &types.AttributeValueMemberB{Value: make([]byte, 5000)}}, ReturnConsumedCapacity: total,
	})
	if err != nil || aws.ToFloat64(written.ConsumedCapacity.CapacityUnits) != 5 {
		t.Errorf("PutItem: got %v, %v, want 5 units", written, err)
	}
	for consistent, want := range map[bool]float64{true: 2, false: 1} {
		out, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: aws.String(tableName), Key: key("a"), ConsistentRead: aws.Bool(consistent), ReturnConsumedCapacity: total,
		})
		if err != nil || aws.ToFloat64(out.ConsumedCapacity.CapacityUnits) != want {
			t.Errorf("GetItem, consistent %t: got %v, %v, want %v units", consistent, out, err, want)
		}
	}
	shrunk, err := client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(tableName), Key: key("a"), UpdateExpression: aws.String("REMOVE b"), ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
	})
	if err != nil || aws.ToFloat64(shrunk.ConsumedCapacity.CapacityUnits) != 5 || aws.ToFloat64(shrunk.ConsumedCapacity.Table.CapacityUnits) != 5 {
		t.Errorf("UpdateItem: got %v, %v, want the 5 units of the larger item", shrunk, err)
	}
}
