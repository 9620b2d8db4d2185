package counter

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TokenSet counts by ones: the item keeps the token of every change in a set,
// and the count is the initial value and the size of the set. A token that is
// in the set already changes nothing, so that a change counts once however
// often, and however late, it is repeated.
//
// The attributes are "initial", "tokens" and "updated". A change is an ADD to
// the set, without a read and without conflict between writers.
//
// What it costs: a write unit for each started KB of the item, refused and
// repeated changes too, and a read unit for each 4 KB. With tokens of 26 bytes
// the write number n takes about n/40 units, so that a counter of thousands is
// dear, and its partition is soon busy.
//
// What it cannot do: deltas other than 1, telling the new value, and counting
// on. An item has at most 400 KB, and the design refuses with [ErrFull] before
// the store does: from 10 959 changes on, for which there is room if all tokens
// have the longest form and the counter the longest name.
type TokenSet struct {
	client DynamoDB

	mu    sync.Mutex
	units map[Key]float64 // that the last write or read told, for the next
}

var _ Strategy = (*TokenSet)(nil)

// MaxTokens is how many changes a counter of [TokenSet] counts. 4 KB are for what else is in the item: its name,
// at most 2 KB, and some short attributes. Whether an element of a set takes a
// byte of its own is not documented, so that one is left for each.
const MaxTokens = (maxItemBytes - 4<<10) / (maxTokenBytes + 1)

// The attributes of a token set.
const (
	attributeInitial = "initial"
	attributeTokens  = "tokens"
)

// NewTokenSet returns the strategy over client.
func NewTokenSet(client DynamoDB) *TokenSet {
	return &TokenSet{client: client, units: map[Key]float64{}}
}

// Name is "token-set".
func (*TokenSet) Name() string { return TokenSetName }

// Traits implements [Strategy].
func (*TokenSet) Traits() Traits { return Traits{Idempotent: true} }

// Create implements [Strategy]. An initial value that leaves no room for the
// tokens within int64 is refused with [ErrOverflow].
func (s *TokenSet) Create(ctx context.Context, key Key, initial int64) error {
	if initial > math.MaxInt64-MaxTokens {
		return fmt.Errorf("create counter %q: %w: %d changes to %d would leave the range of int64", key, ErrOverflow, MaxTokens, initial)
	}
	fresh := key.attributes()
	fresh[attributeInitial], fresh[attributeUpdated] = number(initial), timestamp(time.Now())
	return createItem(ctx, s.client, key, fresh)
}

// Read implements [Strategy].
func (s *TokenSet) Read(ctx context.Context, key Key, consistent bool) (State, Units, error) {
	stored, units, err := readItem(ctx, s.client, key, consistent)
	if err != nil {
		return State{}, units, err
	}
	s.remember(key, writeUnitsOf(bytesOf(stored)))
	state, err := stateOfSet(key, stored)
	return state, units, err
}

// stateOfSet counts.
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

// Add puts the token into the set. If it is there the receipt is
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
		Key:              key.attributes(),
		UpdateExpression: aws.String("SET #updated = :now ADD #tokens :tokens"),
		ConditionExpression: aws.String("attribute_exists(#id) AND (attribute_not_exists(#tokens) OR " +
			"NOT contains(#tokens, :token) AND size(#tokens) < :most)"),
		ExpressionAttributeNames: map[string]string{"#id": attributeID, "#tokens": attributeTokens, "#updated": attributeUpdated},
		ExpressionAttributeValues: item{
			":now":    timestamp(change.began()),
			":tokens": &types.AttributeValueMemberSS{Value: []string{change.Token}},
			":token":  &types.AttributeValueMemberS{Value: change.Token},
			":most":   number(MaxTokens),
		},
		ReturnConsumedCapacity:              types.ReturnConsumedCapacityTotal,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if err != nil {
		return s.refused(ctx, key, change, fmt.Errorf("change counter %q: %w", key, err))
	}
	units := unitsOf(out.ConsumedCapacity, writeUnits)
	s.remember(key, units.Write)
	return Receipt{Classification: Classification{Outcome: Applied}, Units: units}, nil
}

// refused explains a change that was not acknowledged.
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
		stored, units, err = readItem(ctx, s.client, key, true)
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

// explain says why the condition was false of what was stored.
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

// remember keeps the units that the item takes, of which a request without an
// answer says nothing.
func (s *TokenSet) remember(key Key, units float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.units[key] = units
}

// remembered is at least the unit that any write takes.
func (s *TokenSet) remembered(key Key) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(1, s.units[key])
}
