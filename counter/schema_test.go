package counter_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/counter/layout"
)

func TestSchemaRefuses(t *testing.T) {
	for _, c := range []struct{ attribute, want string }{
		{"", ""},
		{"value", ""},
		{"hits", ""},
		{"Version", ""},
		{strings.Repeat("h", 255), ""},
		{strings.Repeat("ä", 128), "attribute must have at most 255 bytes, not 256"},
		{"id", `attribute must not be "id", which is the key`},
		{"version", `attribute must not be "version", an attribute that contend uses for something else`},
		{"updated", `attribute must not be "updated", an attribute that contend uses for something else`},
	} {
		schema, got := counter.Schema{Attribute: c.attribute}, ""
		if err := schema.Check(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.attribute, got, c.want)
		}
		strategy, err := schema.NewStrategy(counter.AtomicAddName, nil, counter.DefaultParameters())
		if (err == nil) != (c.want == "") || (strategy == nil) != (err != nil) {
			t.Errorf("%q: got %v, %v", c.attribute, strategy, err)
		}
	}
}

func TestUnknownStrategy(t *testing.T) {
	_, err := counter.Schema{Attribute: "hits"}.NewStrategy("quorum", nil, counter.DefaultParameters())
	if want := `unknown strategy "quorum" (known: ` + strings.Join(counter.StrategyNames(), ", ") + `)`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestSchemasThatNoItemCanHave names the part of the schema that is wrong.
func TestSchemasThatNoItemCanHave(t *testing.T) {
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	hash := func(name string) layout.Key {
		return layout.Key{Partition: layout.Element{Attribute: name, Type: types.ScalarAttributeTypeS, Template: "{counter}"}}
	}
	for want, schema := range map[string]counter.Schema{
		`key PK must have no braces but those of {counter} and {number}`:                                   {Key: layout.Key{Partition: layout.Element{Attribute: "PK", Type: "S", Template: "{name}"}}},
		`attribute must not be "PK", which is the key`:                                                     {Key: hash("PK"), Attribute: "PK.hits"},
		`attribute must not be "value", which is the key`:                                                  {Key: hash("value")},
		`version must not be "PK", which is the key`:                                                       {Key: hash("PK"), Attribute: "hits", Version: "PK"},
		`version must not overlap the path of the number, stats.hits`:                                      {Attribute: "stats.hits", Version: "stats"},
		`version must not overlap the path of the number, value`:                                           {Version: "value"},
		`version must lead through maps to a number: elements of lists, such as "r[0]", are not supported`: {Attribute: "hits", Version: "r[0]"},
		`item must not have "id", which is the key`:                                                        {Item: layout.Item{"id": text("x")}},
		`item must not have "recent", an attribute that contend uses for something else`:                   {Item: layout.Item{"recent": text("x")}},
		`item must not have hits, which is set for each counter`:                                           {Attribute: "hits", Item: layout.Item{"hits": text("x")}},
		`item must fit the number's place: stats is not a map, and stats.hits should be in it`:             {Attribute: "stats.hits", Item: layout.Item{"stats": text("x")}},
	} {
		if err := schema.Check(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestDesignsThatCannotKeepASchema: each says why.
func TestDesignsThatCannotKeepASchema(t *testing.T) {
	fixed := counter.Schema{Key: layout.Key{Partition: layout.Element{Attribute: "PK", Type: types.ScalarAttributeTypeS, Template: "TOTAL"}}}
	numeric := counter.Schema{Key: layout.Key{Partition: layout.Element{Attribute: "id", Type: types.ScalarAttributeTypeN, Template: "{number}"}}}
	for _, c := range []struct {
		schema       counter.Schema
		cannot, want string
	}{
		{fixed, "sharded transaction-marker", "keeps several items, so that a string of the key must have {counter} or {number}, so it cannot have this key"},
		{numeric, "sharded transaction-marker", "keeps several items"},
		{fixed, "item-collection", `keeps an item for each change under the sort key "event", so it needs a table of its own`},
		{counter.Schema{Item: layout.Item{}}, "item-collection", "keeps an item for each change, and no other attributes"},
		{counter.Schema{Version: "rev"}, "conditional-history sharded transaction-marker item-collection token-set", "keeps more than one attribute, so it cannot have this version"},
	} {
		for _, name := range strings.Fields(c.cannot) {
			_, err := c.schema.NewStrategy(name, nil, counter.DefaultParameters())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: got %v, want %s", name, err, c.want)
			}
		}
		if _, err := c.schema.NewStrategy(counter.ConditionalName, nil, counter.DefaultParameters()); err != nil {
			t.Error(err)
		}
	}
}

// TestNumericKeys: a table's key may be numbers, and the items of contend may stand
// under them.
func TestNumericKeys(t *testing.T) {
	schema := counter.Schema{Key: layout.Key{
		Partition: layout.Element{Attribute: "tenant", Type: types.ScalarAttributeTypeN, Template: "17"},
		Sort:      layout.Element{Attribute: "n", Type: types.ScalarAttributeTypeN, Template: "{number}"},
	}}
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		if _, err := schema.CreateTable(t.Context(), client, "numbers", counter.Traits{}); err != nil {
			t.Fatal(err)
		}
		for i, name := range []string{counter.ConditionalName, counter.ConditionalHistoryName, counter.TokenSetName, counter.CombiningName} {
			strategy, err := schema.NewStrategy(name, client, counter.DefaultParameters())
			if err != nil {
				t.Fatal(err)
			}
			key := counter.Key{Table: "numbers", Name: name + "-1" + strconv.Itoa(i)}
			if err := strategy.Create(t.Context(), key, 3); err != nil {
				t.Fatal(err)
			}
			state, _, err := strategy.Read(t.Context(), key, true)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := strategy.Add(t.Context(), key, counter.Change{Delta: 1, Token: "a", Seen: state}); err != nil {
				t.Error(err)
			}
			if state, _, err = strategy.Read(t.Context(), key, true); err != nil || state.Value != 4 {
				t.Errorf("%s: got %+v, %v", name, state, err)
			}
		}
	})
}

// TestAVersionWithoutItsMap: an update cannot add a number to a map that is not there, so
// that the item is no counter of the schema.
func TestAVersionWithoutItsMap(t *testing.T) {
	onBoth(t, func(t *testing.T, client *dynamodb.Client) {
		if _, err := counter.CreateTable(t.Context(), client, "versions", counter.Traits{}); err != nil {
			t.Fatal(err)
		}
		item := layout.Item{"id": &types.AttributeValueMemberS{Value: "n"}, "hits": &types.AttributeValueMemberN{Value: "1"}}
		table := "versions"
		if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item}); err != nil {
			t.Fatal(err)
		}
		strategy, err := counter.Schema{Attribute: "hits", Version: "meta.rev"}.NewStrategy(counter.AtomicAddName, client, counter.DefaultParameters())
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = strategy.Read(t.Context(), counter.Key{Table: "versions", Name: "n"}, true)
		if want := `attribute "meta.rev" is missing, and so is the map that it is in`; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}
