package counter_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/counter/layout"
)

// meddling is a client before whose writes another program changes the item.
type meddling struct {
	*dynamodb.Client
	before func()
}

func (m meddling) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	m.before()
	return m.Client.PutItem(ctx, in, o...)
}

func (m meddling) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, o ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	m.before()
	return m.Client.DeleteItem(ctx, in, o...)
}

// TestItemsArePutBack: whatever became of an item, it is what it was, unless somebody
// else changes it meanwhile.
func TestItemsArePutBack(t *testing.T) {
	table := "originals"
	key := layout.Item{"id": &types.AttributeValueMemberS{Value: "n"}}
	with := func(hits string, more layout.Item) layout.Item {
		item := layout.Item{"id": key["id"], "hits": &types.AttributeValueMemberN{Value: hits}}
		for name, value := range more {
			item[name] = value
		}
		return item
	}
	rich := with("7", layout.Item{"tags": &types.AttributeValueMemberSS{Value: []string{"b", "a"}}, "m": &types.AttributeValueMemberM{Value: layout.Item{}}})
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		if _, err := counter.CreateTable(t.Context(), client, table, counter.Traits{}); err != nil {
			t.Fatal(err)
		}
		set := func(item layout.Item) {
			t.Helper()
			var err error
			if item == nil {
				_, err = client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: key})
			} else {
				_, err = client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for what, c := range map[string]struct {
			was, now layout.Item
			want     counter.Replacement
		}{
			"changed":   {rich, with("9", layout.Item{"extra": &types.AttributeValueMemberBOOL{Value: true}}), counter.ItemRestored},
			"unchanged": {rich, rich, counter.ItemUnchanged},
			"deleted":   {rich, nil, counter.ItemRestored},
			"created":   {nil, with("3", nil), counter.ItemDeleted},
			"absent":    {nil, nil, counter.ItemUnchanged},
		} {
			set(c.was)
			original, err := counter.ReadOriginal(t.Context(), client, table, key)
			if err != nil {
				t.Fatal(err)
			}
			set(c.now)
			if done, err := original.PutBack(t.Context(), client, table); err != nil || done != c.want {
				t.Errorf("%s: got %q, %v, want %q", what, done, err, c.want)
			}
			again, err := counter.ReadOriginal(t.Context(), client, table, key)
			if err != nil || !reflect.DeepEqual(again, original) {
				t.Errorf("%s: got %v, %v, want %v", what, again, err, original)
			}
			if c.want == counter.ItemUnchanged {
				continue
			}
			set(c.now)
			theirs := with("1000", nil)
			_, err = original.PutBack(t.Context(), meddling{client, func() { set(theirs) }}, table)
			if left, _ := counter.ReadOriginal(t.Context(), client, table, key); !errors.Is(err, counter.ErrItemChanged) || !reflect.DeepEqual(left.Was, theirs) {
				t.Errorf("%s: another program's item: got %v, %v", what, err, left)
			}
		}
	})
}

func TestOriginalsAsText(t *testing.T) {
	key := layout.Item{"PK": &types.AttributeValueMemberS{Value: "x"}}
	for _, o := range []counter.Original{{Key: key}, {Key: key, Was: layout.Item{"PK": key["PK"], "n": &types.AttributeValueMemberN{Value: "1"}}}} {
		text, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		var got counter.Original
		if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, o) {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
}
