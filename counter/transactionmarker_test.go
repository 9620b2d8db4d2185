package counter_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// TestMarkerAnswers: the reasons of a cancelled transaction decide the outcome, and the
// marker's reason counts before the counter's.
func TestMarkerAnswers(t *testing.T) {
	const failed, conflict = "ConditionalCheckFailed", "TransactionConflict"
	floor, four := int64(0), counter.Units{Write: 4}
	repeated := applied(counter.Units{}, true)
	repeated.EstimatedUnits = four
	for _, c := range []struct {
		name   string
		change types.CancellationReason
		marker string
		want   counter.Receipt
		is     error
	}{
		{"repeated", because("None"), failed, repeated, nil},
		{"repeated at the floor", lostTo("0"), failed, repeated, nil},
		{"repeated and deleted", because(failed), failed, repeated, nil},
		{"below the floor", lostTo("10"), "None", refusal(counter.Failed, counter.ReasonFloor, 10, four), counter.ErrFloor},
		{"no such counter", because(failed), "None", missing(four), counter.ErrNotFound},
		{"another transaction", because(conflict), "None", refused(counter.Conflict, conflict, four), nil},
		{"the first is at work", because(conflict), conflict, refused(counter.Conflict, conflict, four), nil},
		{"throttled", because("None"), "ThrottlingError", refused(counter.Throttled, "ThrottlingError", counter.Units{}), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			strategy := counter.NewTransactionMarker(&transacting{err: canceled(c.change, because(c.marker))}, time.Hour)
			receipt, err := strategy.Add(t.Context(), shared, counter.Change{Delta: -11, Token: "token-1", Floor: &floor})
			if receipt != c.want || c.is != nil && !errors.Is(err, c.is) || (err == nil) != (receipt.Outcome == counter.Applied) {
				t.Errorf("got %+v, %v; want %+v, %v", receipt, err, c.want, c.is)
			}
		})
	}
}

func TestMarkersNeedAToken(t *testing.T) {
	receipt, err := counter.NewTransactionMarker(nil, time.Hour).Add(t.Context(), shared, counter.Change{Delta: 1})
	if !errors.Is(err, counter.ErrToken) || !receipt.Unsent {
		t.Errorf("got %+v, %v; want a refusal that sends nothing", receipt, err)
	}
}

// TestAMarkerTellsWhenItExpires: a marker expires MarkerTTL after the beginning of its
// operation.
func TestAMarkerTellsWhenItExpires(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		strategy := counter.NewTransactionMarker(client, time.Minute)
		if err := strategy.Create(t.Context(), shared, 0); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			_, err := strategy.Add(t.Context(), shared, counter.Change{Delta: 1, Token: "token-1", Began: time.Unix(1_000_000_000, 999)})
			if err != nil {
				t.Fatal(err)
			}
		}
		id := &types.AttributeValueMemberS{Value: "shared#token-1"}
		out, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &shared.Table, Key: map[string]types.AttributeValue{"id": id}, ConsistentRead: aws.Bool(true)})
		if err != nil {
			t.Fatal(err)
		}
		expires, ok := out.Item["expires"].(*types.AttributeValueMemberN)
		if !ok || expires.Value != "1000000060" || len(out.Item) != 2 {
			t.Errorf("the marker is %v", out.Item)
		}
	})
}
