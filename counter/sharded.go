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

// Sharded keeps a counter in several items, of which each change adds to the
// next as [AtomicAdd] does, and whose sum is the value. Partitions limit the
// writes of one item to 1000 units a second; shards multiply that.
//
// A change takes 1 write unit, whatever the number of shards; a read takes one
// read unit a shard (half of that if it is eventually consistent), and two with
// [Parameters.Snapshot].
//
// What a read is: without Snapshot it is a batch, each item of which is read at
// a moment of its own. A change that is made meanwhile may be in the sum or not,
// each for itself: of two changes made one after the other the sum may hold the
// later alone. With increments only it is still a value between those before and
// after the read; with decrements it may be one that the counter never had. With
// Snapshot all items are read at one moment, always consistently, and a read
// that meets a write is cancelled (TransactionConflict).
//
// What it cannot do: tell the value that a change left, keep to a floor, and
// know repetitions (see [AtomicAdd]). A change is refused as an overflow if its
// shard would leave int64, and the counter cannot be read while the sum is
// beyond. All programs need the same number of shards: one with fewer does not
// see what the others keep in the rest.
type Sharded struct {
	items
	shards   *AtomicAdd
	count    int
	snapshot bool
	changes  atomic.Uint64 // counts the changes, so that they go round the shards
}

var _ Strategy = (*Sharded)(nil)

// NewSharded returns the strategy over client with that many items, from 1 to
// [MaxShards] or 0 for the default, and with reads as [Parameters.Snapshot] says.
// It panics if the number is out of range.
func NewSharded(client DynamoDB, shards int, snapshot bool) *Sharded {
	shards = Parameters{Shards: shards}.mustCheck(ShardedName).Shards
	return newSharded(newItems(client, Schema{}), shards, snapshot)
}

func newSharded(items items, shards int, snapshot bool) *Sharded {
	return &Sharded{items: items, shards: newAtomicAdd(items), count: shards, snapshot: snapshot}
}

// Name is "sharded".
func (*Sharded) Name() string { return ShardedName }

// Traits implements [Strategy].
func (*Sharded) Traits() Traits { return Traits{Versions: true, Decrements: true} }

// shard is the key of the shard of that index, from 0.
func shard(key Key, index int) Key { return partOf(key, strconv.Itoa(index)) }

// Create stores the initial value in the first shard and 0 in the others, each
// unless it exists. One that failed half-way is completed by the next.
func (s *Sharded) Create(ctx context.Context, key Key, initial int64) error {
	for i := range s.count {
		if err := s.shards.Create(ctx, shard(key, i), initial); err != nil {
			return err
		}
		initial = 0
	}
	return nil
}

// Add adds the delta to the next shard, whose name the errors tell.
func (s *Sharded) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	change.Floor = nil
	next := int((s.changes.Add(1) - 1) % uint64(s.count))
	receipt, err := s.shards.Add(ctx, shard(key, next), change)
	receipt.State, receipt.StateKnown = State{}, false // that of the shard alone
	return receipt, err
}

// Read returns the sum of all shards. Its version counts the writes to all of
// them, that of their creation as one; its time is that of the latest write.
func (s *Sharded) Read(ctx context.Context, key Key, consistent bool) (State, Units, error) {
	read := s.readBatch
	if s.snapshot {
		read = s.readSnapshot
	}
	stored, units, err := read(ctx, key, consistent)
	if err != nil {
		return State{}, units, fmt.Errorf("read counter %q: %w", key, err)
	}
	state, err := s.sum(key, stored)
	return state, units, err
}

// readBatch returns the items that there are, in any order.
func (s *Sharded) readBatch(ctx context.Context, key Key, consistent bool) ([]item, Units, error) {
	keys := make([]item, s.count)
	for i := range keys {
		keys[i] = shard(key, i).attributes()
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

// readSnapshot is readBatch at one moment, which is always consistent.
func (s *Sharded) readSnapshot(ctx context.Context, key Key, _ bool) ([]item, Units, error) {
	gets := make([]types.TransactGetItem, s.count)
	for i := range gets {
		gets[i].Get = &types.Get{TableName: aws.String(key.Table), Key: shard(key, i).attributes()}
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

// sum is the counter that the shards make. It has a version if all of them have.
func (s *Sharded) sum(key Key, stored []item) (State, error) {
	if len(stored) != s.count {
		return State{}, fmt.Errorf("%w: it has %d of %d shards", notFound(key), len(stored), s.count)
	}
	var total big.Int // a part of the sum may be beyond int64 where the whole is not
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
		return State{}, &ValueError{Key: key, Attribute: s.schema.attribute(), Problem: problem}
	}
	if sum.Value = total.Int64(); !versioned {
		sum.Version = 0
	}
	return sum, nil
}
