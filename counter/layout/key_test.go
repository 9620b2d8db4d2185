package layout

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func text(attribute, template string) Element {
	return Element{Attribute: attribute, Type: types.ScalarAttributeTypeS, Template: template}
}

func numeric(attribute, template string) Element {
	return Element{Attribute: attribute, Type: types.ScalarAttributeTypeN, Template: template}
}

func s(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }
func n(value string) types.AttributeValue { return &types.AttributeValueMemberN{Value: value} }

func TestKeysOfCounters(t *testing.T) {
	single := Key{Partition: text("PK", "COUNTER#{counter}"), Sort: text("SK", "TOTAL")}
	numbers := Key{Partition: numeric("tenant", "17"), Sort: numeric("n", "1{number}")}
	both := Key{Partition: text("PK", "C#{counter}#V"), Sort: numeric("n", "{number}")}
	for _, c := range []struct {
		key  Key
		name string
		want Item
	}{
		{Default, "counter-3", Item{"id": s("counter-3")}},
		{single, "counter-3", Item{"PK": s("COUNTER#counter-3"), "SK": s("TOTAL")}},
		{single, "counter-3#7", Item{"PK": s("COUNTER#counter-3#7"), "SK": s("TOTAL")}},
		{numbers, "counter-3", Item{"tenant": n("17"), "n": n("13")}},
		{both, "counter-12", Item{"PK": s("C#counter-12#V"), "n": n("12")}},
		{Key{Partition: text("PK", "N{number}")}, "counter-12#x", Item{"PK": s("N12#x")}},
		{Key{Partition: text("PK", "ALL"), Sort: text("SK", "{counter}")}, "a", Item{"PK": s("ALL"), "SK": s("a")}},
	} {
		if err := c.key.Check(); err != nil {
			t.Errorf("%v: %v", c.key, err)
		}
		got := c.key.Of(c.name)
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v of %s: got %v, want %v", c.key, c.name, got, c.want)
		}
	}
}

func TestKeysThatNoTableCanHave(t *testing.T) {
	for want, key := range map[string]Key{
		"PK must have a value":                               {Partition: text("PK", "")},
		"must have a name":                                   {Partition: text("", "x")},
		"must have a name of at most 255 bytes, not 256":     {Partition: text(strings.Repeat("k", 256), "x")},
		"PK must have {counter} or {number} at most once":    {Partition: text("PK", "{counter}{number}")},
		"must have no braces but those of":                   {Partition: text("PK", "{count}")},
		"must have at most 512 bytes, not 513":               {Partition: text("PK", strings.Repeat("x", 513))},
		"must have {number} in place of {counter}":           {Partition: numeric("id", "{counter}")},
		"id must be a whole number such as 17 or 17{number}": {Partition: numeric("id", "x{number}")},
		"n must be a whole number such as 17 or 17{number}":  {Partition: text("id", "x"), Sort: numeric("n", "1.5")},
		"amount must be a whole number such as 17":           {Partition: numeric("amount", "-")},
		"PK must not be both the partition key and the sort": {Partition: text("PK", "x"), Sort: text("PK", "y")},
		"must be a string or a number, not of the type B":    {Partition: Element{Attribute: "id", Type: "B", Template: "x"}},
	} {
		if err := key.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %s", key, err, want)
		}
	}
}

func TestOtherKeysOfTables(t *testing.T) {
	single := Key{Partition: text("PK", "COUNTER#{counter}"), Sort: text("SK", "TOTAL")}
	describe := func(k Key) *types.TableDescription {
		schema, definitions := k.Schema()
		definitions = append(definitions, types.AttributeDefinition{AttributeName: aws.String("GSI1PK"), AttributeType: "S"})
		return &types.TableDescription{KeySchema: schema, AttributeDefinitions: definitions}
	}
	if d := single.Differences(describe(single)); d != nil {
		t.Errorf("got %v", d)
	}
	for _, c := range []struct {
		table Key
		want  string
	}{
		{Default, `its partition key is "id", a string, not "PK", a string; its sort key is none, not "SK", a string`},
		{Key{Partition: text("PK", "x"), Sort: numeric("SK", "1")}, `its sort key is "SK", a number, not "SK", a string`},
		{Key{Partition: text("SK", "x"), Sort: text("PK", "x")}, `its partition key is "SK", a string, not "PK", a string; its sort key is "PK", a string, not "SK", a string`},
		{Key{Partition: Element{"PK", "B", "x"}, Sort: text("SK", "x")}, `its partition key is "PK", binary, not "PK", a string`},
	} {
		if got := strings.Join(single.Differences(describe(c.table)), "; "); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	if got := strings.Join(Default.Differences(describe(single)), "; "); got != `its partition key is "PK", a string, not "id", a string; its sort key is "SK", a string, not none` {
		t.Errorf("got %s", got)
	}
}
