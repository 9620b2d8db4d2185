package counter_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// mostTokens is what the documentation of TokenSet says.
const mostTokens = 10959

// longTokens are that many of the longest form.
func longTokens(n int) types.AttributeValue {
	set := &types.AttributeValueMemberSS{}
	for i := range n {
		set.Value = append(set.Value, fmt.Sprintf("%036d", i))
	}
	return set
}

// answered repeats a change until the client has read the store's answer. From a server
// in the same process, the client loses some of the 400 KB errors ("use of closed
// network connection").
func answered(t *testing.T, s counter.Strategy, key counter.Key, c counter.Change) (counter.Receipt, error) {
	t.Helper()
	for range 5 {
		receipt, err := s.Add(t.Context(), key, c)
		if receipt.Outcome != counter.Unknown {
			return receipt, err
		}
		t.Log("lost:", receipt.Reason)
	}
	return counter.Receipt{}, errors.New("no answer")
}

// TestTokenSetIsFullBeforeItsItem: with the longest tokens and name, the design
// refuses while the store would still take one more.
func TestTokenSetIsFullBeforeItsItem(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		s := counter.NewTokenSet(client)
		key := put(t, client, strings.Repeat("n", 2048), map[string]types.AttributeValue{"initial": number("-7"), "tokens": longTokens(mostTokens - 1)})
		last := withToken(1)
		last.Token = strings.Repeat("z", 36)
		receipt, err := s.Add(t.Context(), key, last)
		if err != nil || receipt.Units.Write < 386 {
			t.Fatalf("the last token that fits: %+v, %v", receipt, err)
		}
		refused, err := answered(t, s, key, withToken(1))
		if !errors.Is(err, counter.ErrFull) || !refused.Refused() || refused.Permanent || !strings.Contains(err.Error(), "nnn\" has 10959 tokens") {
			t.Errorf("one more: %+v, %v", refused.Classification, err)
		}
		if !refused.StateKnown || refused.State.Value != mostTokens-7 || refused.EstimatedUnits.Write != receipt.Units.Write {
			t.Errorf("one more: state %+v, %g units unreported; want %d and %g", refused.State, refused.EstimatedUnits.Write, mostTokens-7, receipt.Units.Write)
		}
		repeated, err := answered(t, s, key, last)
		if err != nil || !repeated.Repeated || repeated.EstimatedUnits.Write != receipt.Units.Write {
			t.Errorf("the last one again: %+v, %v", repeated, err)
		}
		_, err = client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String(key.Table), Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: key.Name}},
			UpdateExpression: aws.String("ADD tokens :t"), ExpressionAttributeValues: map[string]types.AttributeValue{":t": &types.AttributeValueMemberSS{Value: []string{strings.Repeat("y", 36)}}},
		})
		if err != nil {
			t.Errorf("the store refuses what the design calls full: %v", err)
		}
	})
}

// timingOut is a client whose updates are never answered.
type timingOut struct{ counter.DynamoDB }

func (timingOut) UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return nil, context.DeadlineExceeded
}

// TestTokenSetRemembersItsSize: the possible cost of a write without an answer follows
// from the last known size of the item.
func TestTokenSetRemembersItsSize(t *testing.T) {
	client := withTable(t, serve(t))
	s := counter.NewTokenSet(timingOut{client})
	key := put(t, client, "large", map[string]types.AttributeValue{"initial": number("0"), "tokens": longTokens(1000)})
	for _, want := range []float64{1, 36} {
		receipt, _ := s.Add(t.Context(), key, withToken(1))
		if receipt.Outcome != counter.Unknown || receipt.EstimatedUnits.Write != want {
			t.Errorf("got %+v, want %g units unreported", receipt, want)
		}
		state, units, err := s.Read(t.Context(), key, true)
		if err != nil || state.Value != 1000 || units.Read != 9 {
			t.Fatalf("read %+v for %+v, %v", state, units, err)
		}
	}
}

func TestTokenSetNeedsItsAttributes(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		s := counter.NewTokenSet(client)
		tokens := longTokens(1)
		for name, attributes := range map[string]map[string]types.AttributeValue{
			"no-initial":   {"tokens": tokens},
			"fraction":     {"initial": number("1.5"), "tokens": tokens},
			"no-set":       {"initial": number("1"), "tokens": &types.AttributeValueMemberS{Value: "a"}},
			"beyond-int64": {"initial": number("9223372036854775807"), "tokens": tokens},
		} {
			key := put(t, client, name, attributes)
			if _, _, err := s.Read(t.Context(), key, true); !errors.Is(err, counter.ErrNotCounter) || !strings.Contains(err.Error(), key.String()) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		no := counter.Key{Table: "counters", Name: "too-high"}
		if err := s.Create(t.Context(), no, math.MaxInt64-mostTokens+1); !errors.Is(err, counter.ErrOverflow) {
			t.Errorf("create too high: %v", err)
		}
		if err := s.Create(t.Context(), no, math.MaxInt64-mostTokens); err != nil {
			t.Errorf("create at the limit: %v", err)
		}
		receipt, err := s.Add(t.Context(), counter.Key{Table: "counters", Name: "nobody"}, withToken(1))
		if !errors.Is(err, counter.ErrNotFound) || !receipt.Permanent || receipt.EstimatedUnits.Write != 1 {
			t.Errorf("add to nothing: %+v, %v", receipt, err)
		}
	})
}
