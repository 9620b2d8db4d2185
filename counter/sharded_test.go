package counter_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// shelf is a store with shards that cannot be changed. Those without a value are
// missing.
type shelf struct {
	counter.DynamoDB
	values      []string
	unversioned int // of the first items, how many have no version
	unprocessed int
	updated     []string // names of the items that were to be changed
}

func (s *shelf) item(index int) map[string]types.AttributeValue {
	if s.values[index] == "" {
		return nil
	}
	item := map[string]types.AttributeValue{
		"value": &types.AttributeValueMemberN{Value: s.values[index]}, "version": &types.AttributeValueMemberN{Value: "3"},
		"updated": &types.AttributeValueMemberS{Value: fmt.Sprintf("2026-01-0%dT00:00:00Z", 9-index)},
	}
	if index < s.unversioned {
		delete(item, "version")
	}
	return item
}

func (s *shelf) BatchGetItem(_ context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	out := &dynamodb.BatchGetItemOutput{
		Responses:        map[string][]map[string]types.AttributeValue{},
		ConsumedCapacity: []types.ConsumedCapacity{{CapacityUnits: aws.Float64(1.5)}},
	}
	for table, asked := range in.RequestItems {
		for i := s.unprocessed; i < len(asked.Keys); i++ {
			if item := s.item(i); item != nil {
				out.Responses[table] = append(out.Responses[table], item)
			}
		}
		if s.unprocessed > 0 {
			out.UnprocessedKeys = map[string]types.KeysAndAttributes{table: {Keys: asked.Keys[:s.unprocessed]}}
		}
	}
	return out, nil
}

func (s *shelf) TransactGetItems(_ context.Context, in *dynamodb.TransactGetItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	out := &dynamodb.TransactGetItemsOutput{ConsumedCapacity: []types.ConsumedCapacity{{CapacityUnits: aws.Float64(6), ReadCapacityUnits: aws.Float64(6)}}}
	for i := range in.TransactItems {
		out.Responses = append(out.Responses, types.ItemResponse{Item: s.item(i)})
	}
	return out, nil
}

func (s *shelf) UpdateItem(_ context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	s.updated = append(s.updated, in.Key["id"].(*types.AttributeValueMemberS).Value)
	return &dynamodb.UpdateItemOutput{Attributes: s.item(0)}, nil
}

func TestShardsAreSummed(t *testing.T) {
	for _, c := range []struct {
		values      string // "-" for a shard that is missing
		unprocessed int
		want        int64
		outcome     counter.Outcome
		is          error
	}{
		{"1 2 3", 0, 6, counter.Applied, nil},
		{"9223372036854775807 1 -1", 0, 9223372036854775807, counter.Applied, nil},
		{"-9223372036854775808 9223372036854775807 1", 0, 0, counter.Applied, nil},
		{"9223372036854775807 1 0", 0, 0, counter.Failed, counter.ErrNotCounter},
		{"-9223372036854775808 0 -1", 0, 0, counter.Failed, counter.ErrNotCounter},
		{"1 2 1.5", 0, 0, counter.Failed, counter.ErrNotCounter},
		{"1 - 3", 0, 0, counter.Failed, counter.ErrNotFound},
		{"- - -", 0, 0, counter.Failed, counter.ErrNotFound},
		{"1 2 3", 1, 0, counter.Throttled, counter.ErrUnprocessed},
		{"1 2 3", 3, 0, counter.Throttled, counter.ErrUnprocessed},
	} {
		for _, snapshot := range []bool{false, true} {
			if snapshot && c.unprocessed > 0 {
				continue // a transaction is answered as a whole
			}
			store := &shelf{values: strings.Fields(c.values), unprocessed: c.unprocessed}
			for i, value := range store.values {
				if value == "-" {
					store.values[i] = ""
				}
			}
			wire := &counter.Wire{Sends: []counter.Send{{Status: 200, Answer: counter.Classification{Outcome: counter.Applied}}}}
			state, units, err := counter.NewSharded(store, len(store.values), snapshot).Read(counter.WithWire(t.Context(), wire), shared, true)
			if throttled := wire.Sends[0].Answer.Outcome == counter.Throttled; throttled != (c.unprocessed > 0) {
				t.Errorf("%s: a throttle on the wire: %t", c.values, throttled)
			}
			if !errors.Is(err, c.is) || counter.Classify(err).Outcome != c.outcome || state.Value != c.want || err != nil && !strings.Contains(err.Error(), "shared") {
				t.Errorf("%s, snapshot %t: got %+v, %v; want %d, %v", c.values, snapshot, state, err, c.want, c.is)
			}
			if err == nil && (state.Version != 7 || state.Updated.Day() != 9) {
				t.Errorf("%s, snapshot %t: got %+v; want version 3×3-2 and the latest time", c.values, snapshot, state)
			}
			want := counter.Units{Read: 1.5, Reported: true}
			if snapshot {
				want.Read = 6
			}
			if units != want {
				t.Errorf("%s, snapshot %t: took %+v, want %+v", c.values, snapshot, units, want)
			}
		}
	}
}

// TestASumHasAVersionIfAllShardsHaveOne: the sum of only some versions would go back as
// soon as another shard is written.
func TestASumHasAVersionIfAllShardsHaveOne(t *testing.T) {
	for unversioned, want := range []int64{7, 0, 0, 0} {
		for _, snapshot := range []bool{false, true} {
			store := &shelf{values: strings.Fields("1 2 3"), unversioned: unversioned}
			state, _, err := counter.NewSharded(store, 3, snapshot).Read(t.Context(), shared, true)
			if err != nil || state.Value != 6 || state.Version != want {
				t.Errorf("%d without a version: got %+v, %v; want version %d", unversioned, state, err, want)
			}
		}
	}
}

// TestShardsTakeTurns: the shards are used in turn, and an answer does not tell the state
// of the counter.
func TestShardsTakeTurns(t *testing.T) {
	store := &shelf{values: []string{"1"}}
	strategy := counter.NewSharded(store, 3, false)
	for range 7 {
		receipt, err := strategy.Add(t.Context(), shared, counter.Change{Delta: 1})
		if err != nil || receipt.StateKnown || receipt.State != (counter.State{}) {
			t.Errorf("got %+v, %v; want no state", receipt, err)
		}
	}
	if got, want := strings.Join(store.updated, " "), "shared#0 shared#1 shared#2 shared#0 shared#1 shared#2 shared#0"; got != want {
		t.Errorf("changed %s, want %s", got, want)
	}
}

// TestShardsOnServers: a new counter has the version 1 and the initial value;
// reads take the units that they should.
func TestShardsOnServers(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		const shards, adds = 4, 9
		strategy := counter.NewSharded(client, shards, true)
		for range 2 {
			if err := strategy.Create(t.Context(), shared, 100); err != nil {
				t.Fatal(err)
			}
		}
		for range adds {
			if _, err := strategy.Add(t.Context(), shared, counter.Change{Delta: -2}); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			snapshot, consistent bool
			units                float64
		}{{true, true, 2 * shards}, {true, false, 2 * shards}, {false, true, shards}, {false, false, shards / 2}} {
			state, units, err := counter.NewSharded(client, shards, c.snapshot).Read(t.Context(), shared, c.consistent)
			if err != nil || state.Value != 100-2*adds || state.Version != 1+adds || units != (counter.Units{Read: c.units, Reported: true}) {
				t.Errorf("%+v: got %+v for %+v, %v", c, state, units, err)
			}
		}
		if _, _, err := counter.NewSharded(client, shards+1, true).Read(t.Context(), shared, true); !errors.Is(err, counter.ErrNotFound) {
			t.Errorf("with a shard too many: got %v, want not found", err)
		}
	})
}
