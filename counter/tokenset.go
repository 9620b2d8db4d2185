package counter

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter/layout"
	"contend/internal/clock"
)

// TokenSet counts by ones: the item keeps the tokens of all changes in a set, and
// the value is the initial value plus the size of the set. A token that is in the
// set already changes nothing, so that a change counts once however often, and
// however late, it is repeated.
//
// The attributes are "initial", "tokens" and "updated". A change is an ADD to the
// set. It needs no read, and writers do not conflict.
//
// What it costs: a write unit for each KB, or part of one, of the item, also for
// refused and repeated changes, and a read unit for each 4 KB. With tokens of 26
// bytes, write number n takes about n/40 units. So a counter with thousands of
// changes is expensive, and soon reaches the limit of its partition.
//
// What it cannot do: add anything but 1, return the new value, or count beyond
// [MaxTokens] changes. An item has at most 400 KB; from that many changes on the
// design refuses with [ErrFull], before the store does.
type TokenSet struct {
	items

	mu    sync.Mutex
	units map[Key]float64 // write units of each counter's item, by the last answer
}

var _ Strategy = (*TokenSet)(nil)

// MaxTokens is how many changes a counter of [TokenSet] can count: as many tokens of
// the longest form as an item has room for. 4 KB are left for the rest of the item:
// its name of at most 2 KB, and some short attributes. It is not documented whether
// an element of a set takes an additional byte, so there is room for one.
const MaxTokens = (maxItemBytes - 4<<10) / (maxTokenBytes + 1)

// The attributes of a token set.
const (
	attributeInitial = "initial"
	attributeTokens  = "tokens"
)

// NewTokenSet returns the strategy over client.
func NewTokenSet(client DynamoDB) *TokenSet { return newTokenSet(newItems(client)) }

func newTokenSet(items items) *TokenSet {
	return &TokenSet{items: items, units: map[Key]float64{}}
}

// Name is "token-set".
func (*TokenSet) Name() string { return TokenSetName }

// Traits implements [Strategy].
func (*TokenSet) Traits() Traits { return Traits{Idempotent: true} }

// Create implements [Strategy]. The error matches [ErrOverflow] if the initial value
// plus [MaxTokens] is beyond int64.
func (s *TokenSet) Create(ctx context.Context, key Key, initial int64) error {
	if initial > math.MaxInt64-MaxTokens {
		return fmt.Errorf("create counter %q: %w: %d changes from %d would exceed int64", key, ErrOverflow, MaxTokens, initial)
	}
	fresh := layout.FillItem(s.form.item, key.Name)
	maps.Copy(fresh, s.parts.of(key).item)
	fresh[attributeInitial], fresh[attributeUpdated] = number(initial), timestamp(clock.Of(ctx).Now())
	return createItem(ctx, s.client, key, s.form.partition(), fresh)
}

// Read implements [Strategy].
func (s *TokenSet) Read(ctx context.Context, key Key, consistent bool) (State, Units, error) {
	stored, units, err := readItem(ctx, s.client, s.parts.of(key), consistent)
	if err != nil {
		return State{}, units, err
	}
	s.remember(key, writeUnitsOf(bytesOf(stored)))
	state, err := stateOfSet(key, stored)
	return state, units, err
}

// stateOfSet returns the state of a counter whose item is stored.
func stateOfSet(key Key, stored item) (State, error) {
	initial, err := integerOf(stored[attributeInitial])
	if err != nil {
		return State{}, &ValueError{Key: key, Attribute: attributeInitial, Problem: err.Error()}
	}
	tokens, ok := tokensOf(stored)
	if !ok {
		return State{}, &ValueError{Key: key, Attribute: attributeTokens, Problem: "is not a set of strings"}
	}
	value, ok := add(initial, int64(len(tokens)))
	if !ok {
		return State{}, &ValueError{Key: key, Attribute: attributeInitial, Problem: "leaves the range of int64 with the tokens"}
	}
	return State{Value: value, Updated: parseTime(textOf(stored[attributeUpdated]))}, nil
}

// tokensOf returns the set, which the store does not keep while it is empty.
func tokensOf(stored item) (tokens []string, ok bool) {
	switch set := stored[attributeTokens].(type) {
	case nil:
		return nil, true
	case *types.AttributeValueMemberSS:
		return set.Value, true
	}
	return nil, false
}

// Add puts the token into the set. If the token is in the set already, the receipt is
// [Receipt.Repeated].
func (s *TokenSet) Add(ctx context.Context, key Key, change Change) (Receipt, error) {
	if change.Delta != 1 {
		return unsent(fmt.Errorf("change counter %q by %d: %w", key, change.Delta, ErrDelta))
	}
	if err := change.checkToken(key); err != nil {
		return unsent(err)
	}
	out, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:        aws.String(key.Table),
		Key:              s.parts.of(key).item,
		UpdateExpression: aws.String("SET #updated = :now ADD #tokens :tokens"),
		ConditionExpression: aws.String("attribute_exists(#id) AND (attribute_not_exists(#tokens) OR " +
			"NOT contains(#tokens, :token) AND size(#tokens) < :most)"),
		ExpressionAttributeNames: map[string]string{"#id": s.form.partition(), "#tokens": attributeTokens, "#updated": attributeUpdated},
		ExpressionAttributeValues: item{
			":now":    timestamp(change.began(ctx)),
			":tokens": &types.AttributeValueMemberSS{Value: []string{change.Token}},
			":token":  &types.AttributeValueMemberS{Value: change.Token},
			":most":   number(MaxTokens),
		},
		ReturnConsumedCapacity:              types.ReturnConsumedCapacityTotal,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if err != nil {
		return s.refused(ctx, key, change, &keyError{"change", key, err})
	}
	units := unitsOf(out.ConsumedCapacity, writeUnits)
	s.remember(key, units.Write)
	return Receipt{Classification: Classification{Outcome: Applied}, Units: units}, nil
}

// refused returns the receipt of a change that was not acknowledged.
func (s *TokenSet) refused(ctx context.Context, key Key, change Change, cause error) (Receipt, error) {
	stored, conditionFalse := refusingItem(cause)
	if !conditionFalse {
		receipt, err := rejected(cause)
		receipt.EstimatedUnits = estimatedUnits(receipt, s.remembered(key))
		return receipt, err
	}
	var look Receipt
	if len(stored) == 0 { // there is none, or the store does not return it
		var units Units
		var err error
		stored, units, err = readItem(ctx, s.client, s.parts.of(key), true)
		look.addRead(units, err)
		if err != nil && !errors.Is(err, ErrNotFound) { // the write was surely refused all the same
			receipt, err := rejected(cause)
			receipt.Reads, receipt.Units, receipt.EstimatedUnits = look.Reads, look.Units, Units{Write: s.remembered(key)}
			return receipt, err
		}
	}
	units := writeUnitsOf(bytesOf(stored))
	s.remember(key, units)
	receipt, err := explain(key, change, stored, cause)
	receipt.Reads, receipt.Units, receipt.EstimatedUnits = look.Reads, look.Units, Units{Write: units}
	return receipt, err
}

// explain finds out why the condition was false for the stored item.
func explain(key Key, change Change, stored item, cause error) (Receipt, error) {
	if len(stored) == 0 {
		return rejected(notFound(key))
	}
	tokens, _ := tokensOf(stored)
	switch {
	case slices.Contains(tokens, change.Token):
		return Receipt{Classification: Classification{Outcome: Applied}, Repeated: true}, nil
	case len(tokens) < MaxTokens:
		return rejected(cause)
	}
	state, err := stateOfSet(key, stored)
	if err != nil {
		return rejected(err)
	}
	receipt, err := rejected(fmt.Errorf("%w: %q has %d tokens", ErrFull, key, len(tokens)))
	receipt.State, receipt.StateKnown = state, true
	return receipt, err
}

// remember keeps the write units of the item, to estimate the cost of a request
// without an answer.
func (s *TokenSet) remember(key Key, units float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.units[key] = units
}

// remembered returns the write units of the item: at least 1, as for any write.
func (s *TokenSet) remembered(key Key) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(1, s.units[key])
}
