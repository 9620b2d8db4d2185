package counter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter/layout"
)

// ItemKeeper is a [Strategy] that knows the keys of a counter's items.
type ItemKeeper interface {
	Strategy
	// ItemKeys lists the keys of the items that hold the counter's value. Items that
	// single changes add, such as markers, are not among them.
	ItemKeys(key Key) []layout.Item
}

var (
	_ ItemKeeper = (*Conditional)(nil)
	_ ItemKeeper = (*Sharded)(nil)
	_ ItemKeeper = (*TokenSet)(nil)
)

// ItemKeys implements [ItemKeeper].
func (i items) ItemKeys(key Key) []layout.Item { return []layout.Item{i.parts.of(key).item} }

// ItemKeys implements [ItemKeeper]: a counter has an item for each shard.
func (s *Sharded) ItemKeys(key Key) []layout.Item {
	keys := make([]layout.Item, s.count)
	for i := range keys {
		keys[i] = s.form.key.Of(shard(key, i).Name)
	}
	return keys
}

// ItemClient is the part of the DynamoDB client that reads and replaces whole items.
type ItemClient interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
}

// Original is an item as it was at one moment.
type Original struct {
	Key layout.Item
	Was layout.Item // nil: there was none
}

// ReadOriginal reads an item strongly consistently.
func ReadOriginal(ctx context.Context, client ItemClient, table string, key layout.Item) (Original, error) {
	out, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return Original{}, fmt.Errorf("read the item of table %q with the key %s: %w", table, shownKey(key), err)
	}
	o := Original{Key: key}
	if len(out.Item) > 0 {
		o.Was = out.Item
	}
	return o, nil
}

// Replacement says what [Original.PutBack] did with an item.
type Replacement string

const (
	ItemUnchanged Replacement = "unchanged" // it was what it had been
	ItemRestored  Replacement = "restored"
	ItemDeleted   Replacement = "deleted" // there had been none
)

// ErrItemChanged: another program changed the item while it was to be put back. Nothing
// was changed.
var ErrItemChanged = errors.New("another program is changing the item")

// PutBack makes the item what it was, with all attributes, or deletes it if there was
// none. It reads the item first, and changes it only if it is still what was read; else
// the error matches [ErrItemChanged].
func (o Original) PutBack(ctx context.Context, client ItemClient, table string) (Replacement, error) {
	now, err := ReadOriginal(ctx, client, table, o.Key)
	if err != nil {
		return "", err
	}
	if sameItem(now.Was, o.Was) {
		return ItemUnchanged, nil
	}
	condition, names, values := now.unchanged()
	done := ItemRestored
	if o.Was == nil {
		done = ItemDeleted
		_, err = client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &table, Key: o.Key, ConditionExpression: &condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		})
	} else {
		_, err = client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &table, Item: o.Was, ConditionExpression: &condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		})
	}
	var changed *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &changed):
		return "", fmt.Errorf("the item of table %q with the key %s: %w", table, shownKey(o.Key), ErrItemChanged)
	case err != nil:
		return "", fmt.Errorf("restore the item of table %q with the key %s: %w", table, shownKey(o.Key), err)
	}
	return done, nil
}

// comparedAttributes bounds a condition, which has at most 300 operators (Developer
// Guide, "Quotas").
const comparedAttributes = 100

// unchanged is the condition that the item is still what it was; the values are nil if it
// needs none.
func (o Original) unchanged() (condition string, names map[string]string, values layout.Item) {
	if o.Was == nil {
		name := slices.Min(slices.Collect(maps.Keys(o.Key)))
		return "attribute_not_exists(#a)", map[string]string{"#a": name}, nil
	}
	names, values = map[string]string{}, layout.Item{}
	var clauses []string
	for n, name := range slices.Sorted(maps.Keys(o.Was)) {
		if n == comparedAttributes {
			break
		}
		number := strconv.Itoa(n)
		names["#a"+number], values[":a"+number] = name, o.Was[name]
		clauses = append(clauses, "#a"+number+" = :a"+number)
	}
	return strings.Join(clauses, " AND "), names, values
}

// sameItem compares two items by their text, in which sets have the order in which the
// store returned them.
func sameItem(a, b layout.Item) bool {
	if (a == nil) != (b == nil) {
		return false
	}
	textA, errA := layout.MarshalItem(a)
	textB, errB := layout.MarshalItem(b)
	return errA == nil && errB == nil && string(textA) == string(textB)
}

// shownKey is a key for messages.
func shownKey(key layout.Item) string {
	text, err := layout.MarshalItem(key)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// String shows the key of the item.
func (o Original) String() string { return shownKey(o.Key) }

// original is the text of an Original.
type original struct {
	Key json.RawMessage `json:"key"`
	Was json.RawMessage `json:"was,omitempty"`
}

// MarshalJSON writes both as the AWS CLI takes items.
func (o Original) MarshalJSON() ([]byte, error) {
	var text original
	var err error
	if text.Key, err = layout.MarshalItem(o.Key); err == nil && o.Was != nil {
		text.Was, err = layout.MarshalItem(o.Was)
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(text)
}

// UnmarshalJSON is the inverse of MarshalJSON.
func (o *Original) UnmarshalJSON(text []byte) error {
	var raw original
	err := json.Unmarshal(text, &raw)
	if err == nil {
		o.Key, err = layout.UnmarshalItem(raw.Key)
	}
	if err == nil && raw.Was != nil {
		o.Was, err = layout.UnmarshalItem(raw.Was)
	}
	return err
}
