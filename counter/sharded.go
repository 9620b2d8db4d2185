package counter

import (
	"context"
	"fmt"
	"math/big"
	"strconv"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Sharded keeps a counter in several items, the shards; the value is their sum. Each
// change adds to the next shard in turn, as [AtomicAdd] does. A partition takes 1000
// write units a second for one item; shards multiply that.
//
// What it costs: 1 write unit for a change, whatever the number of shards. A read
// costs one read unit a shard, half of that if it is eventually consistent, and two
// with [Parameters.Snapshot].
//
// What a read returns: without Snapshot it is a batch, which reads each item at a
// different moment. A change that is made meanwhile may be in the sum or not, so
// that of two changes the sum may include the later one but not the earlier. With
// increments only, the sum is still between the values before and after the read.
// With decrements it may be a value that the counter never had. With Snapshot all
// items are read at one moment and always consistently, and a write during the read
// cancels it (TransactionConflict).
//
// What it cannot do: return the new value, keep a floor, or recognise repetitions
// (see [AtomicAdd]). A change is refused as an overflow if its shard would leave
// int64, and the counter cannot be read while the sum is beyond int64. All programs
// must use the same number of shards: a program with fewer shards does not see what
// the others keep in the rest.
type Sharded struct {
	items
	shards   *AtomicAdd
	count    int
	snapshot bool
	changes  atomic.Uint64 // number of changes so far; the next shard follows from it
}

var _ Strategy = (*Sharded)(nil)

// NewSharded returns the strategy over client with the given number of shards, from
// 1 to [MaxShards]; 0 means the default. For snapshot see [Parameters.Snapshot]. It
// panics if the number is out of range.
func NewSharded(client DynamoDB, shards int, snapshot bool) *Sharded {
	shards = Parameters{Shards: shards}.mustCheck(ShardedName).Shards
	return newSharded(newItems(client), shards, snapshot)
}

func newSharded(items items, shards int, snapshot bool) *Sharded {
	return &Sharded{items: items, shards: newAtomicAdd(items), count: shards, snapshot: snapshot}
}

// Name is "sharded".
func (*Sharded) Name() string { return ShardedName }

// Traits implements [Strategy].
func (*Sharded) Traits() Traits { return Traits{Versions: true, Decrements: true, Parts: true} }

// shard returns the key of the shard with that index, from 0.
func shard(key Key, index int) Key { return partOf(key, strconv.Itoa(index)) }

// Create stores the initial value in the first shard and 0 in the others, each
// unless it exists. If it fails half-way, calling it again creates the rest.
func (s *Sharded) Create(ctx context.Context, key Key, initial int64) error {
	for i := range s.count {
		if err := s.shards.Create(ctx, shard(key, i), initial); err != nil {
			return err
		}
		initial = 0
	}
	return nil
}

// Add adds the delta to the next shard. Its errors name that shard.
func (s *Sharded) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	change.Floor = nil
	next := int((s.changes.Add(1) - 1) % uint64(s.count))
	receipt, err := s.shards.Add(ctx, shard(key, next), change)
	receipt.State, receipt.StateKnown = State{}, false // that of the shard alone
	return receipt, err
}

// Read returns the sum of all shards. The version is the number of changes plus one
// for the creation; the time is that of the latest write.
func (s *Sharded) Read(ctx context.Context, key Key, consistent bool) (State, Units, error) {
	read := s.readBatch
	if s.snapshot {
		read = s.readSnapshot
	}
	stored, units, err := read(ctx, key, consistent)
	if err != nil {
		return State{}, units, &keyError{"read", key, err}
	}
	state, err := s.sum(key, stored)
	return state, units, err
}

// readBatch returns the shards that exist, in any order.
func (s *Sharded) readBatch(ctx context.Context, key Key, consistent bool) ([]item, Units, error) {
	keys := make([]item, s.count)
	for i := range keys {
		keys[i] = s.form.key.Of(shard(key, i).Name)
	}
	out, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
		RequestItems:           map[string]types.KeysAndAttributes{key.Table: {Keys: keys, ConsistentRead: aws.Bool(consistent)}},
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	if err != nil {
		return nil, Units{}, err
	}
	units := sumOfUnits(out.ConsumedCapacity, readUnits)
	if left := len(out.UnprocessedKeys[key.Table].Keys); left > 0 {
		WireOf(ctx).throttledInPart()
		return nil, units, fmt.Errorf("%w: %d of %d", ErrUnprocessed, left, s.count)
	}
	return out.Responses[key.Table], units, nil
}

// readSnapshot is readBatch at one moment; it is always consistent.
func (s *Sharded) readSnapshot(ctx context.Context, key Key, _ bool) ([]item, Units, error) {
	gets := make([]types.TransactGetItem, s.count)
	for i := range gets {
		gets[i].Get = &types.Get{TableName: aws.String(key.Table), Key: s.form.key.Of(shard(key, i).Name)}
	}
	out, err := s.client.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{
		TransactItems:          gets,
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	if err != nil {
		return nil, Units{}, err
	}
	var stored []item
	for _, response := range out.Responses {
		if len(response.Item) > 0 {
			stored = append(stored, response.Item)
		}
	}
	return stored, sumOfUnits(out.ConsumedCapacity, readUnits), nil
}

// sum adds up the shards. The sum has a version if all of them have one.
func (s *Sharded) sum(key Key, stored []item) (State, error) {
	if len(stored) != s.count {
		return State{}, fmt.Errorf("%w: it has %d of %d shards", notFound(key), len(stored), s.count)
	}
	var total big.Int // a partial sum may be beyond int64 even if the whole is not
	sum, versioned := State{Version: 1 - int64(s.count)}, true
	for _, attributes := range stored {
		state, err := s.stateOf(key, attributes)
		if err != nil {
			return State{}, err
		}
		total.Add(&total, big.NewInt(state.Value))
		sum.Version += state.Version
		versioned = versioned && state.Version > 0
		if state.Updated.After(sum.Updated) {
			sum.Updated = state.Updated
		}
	}
	if !total.IsInt64() {
		problem := fmt.Sprintf("of %d shards is %s in sum, which is beyond int64", s.count, total.String())
		return State{}, &ValueError{Key: key, Attribute: s.form.value.String(), Problem: problem}
	}
	if sum.Value = total.Int64(); !versioned {
		sum.Version = 0
	}
	return sum, nil
}
