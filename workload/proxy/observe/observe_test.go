package observe_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"contend/counter"
	"contend/workload/proxy/observe"
)

// effects shows what a request and its answer are taken for, a line each.
func effects(operation, request string, status int, answer string) string {
	q := observe.NewObserver(watch).Ask(operation, []byte(request), schemas)
	got := q.Observe(status, []byte(answer))
	var lines []string
	for _, e := range got.Effects {
		text := e.Counter
		if !e.Write {
			text += fmt.Sprintf(" read %d", e.Saw.Value)
			if e.Eventual {
				text += " eventual"
			}
			lines = append(lines, text)
			continue
		}
		text += " " + e.Outcome.String()
		if e.DeltaKnown {
			text += fmt.Sprintf(" %+d", e.Delta)
		} else {
			text += " (" + e.Why + ")"
		}
		for name, s := range map[string]observe.State{"built": e.Built, "after": e.After, "saw": e.Saw} {
			if s.Known {
				text += fmt.Sprintf(" %s=%d", name, s.Value)
			}
		}
		if e.Token != "" {
			text += " token " + e.Token
		}
		lines = append(lines, text)
	}
	for _, u := range got.Unseen {
		lines = append(lines, fmt.Sprintf("unseen %s %s write=%t: %s", u.Table, u.Counter, u.Write, u.Reason))
	}
	return strings.Join(lines, "\n")
}

// TestUnits: the store is asked what a request about a watched item consumes, and the client
// does not see the answer that it did not ask for.
func TestUnits(t *testing.T) {
	read := func(members string) string {
		return `{"TableName":"shop","Key":{"PK":{"S":"a"},"SK":{"N":"1"}}` + members + `}`
	}
	for _, c := range []struct {
		request, answer string
		want            counter.Units
		seen            string
	}{
		{read(""), `{"ConsumedCapacity":{"TableName":"shop","CapacityUnits":0.5}}`, counter.Units{Read: 0.5, Reported: true}, `{}`},
		{read(""), `{"ConsumedCapacity":{"CapacityUnits":1},"Item":{}}`, counter.Units{Read: 1, Reported: true}, `{"Item":{}}`},
		{read(""), `{"Item":{} , "ConsumedCapacity":{"CapacityUnits":3,"ReadCapacityUnits":2,"WriteCapacityUnits":1}}`, counter.Units{Read: 2, Write: 1, Reported: true}, `{"Item":{}}`},
		{read(`,"ReturnConsumedCapacity":"INDEXES"`), `{"ConsumedCapacity":{"CapacityUnits":1}}`, counter.Units{Read: 1, Reported: true}, `{"ConsumedCapacity":{"CapacityUnits":1}}`},
		{read(`,"ReturnConsumedCapacity":"NONE"`), `{"ConsumedCapacity":{"CapacityUnits":1}}`, counter.Units{Read: 1, Reported: true}, `{}`},
		{read(""), `{"Item":{}}`, counter.Units{}, `{"Item":{}}`},
		{read(""), `{"ConsumedCapacity":"much"}`, counter.Units{}, `{}`},
		{read(""), `{"ConsumedCapacity":{"CapacityUnits":"x"}}`, counter.Units{Reported: true}, `{}`},
		{`{"TableName":"other","Key":{"PK":{"S":"a"},"SK":{"N":"1"}}}`, `{"ConsumedCapacity":{"CapacityUnits":1}}`, counter.Units{}, `{"ConsumedCapacity":{"CapacityUnits":1}}`},
	} {
		q := observe.NewObserver(watch).Ask("GetItem", []byte(c.request), schemas)
		got := q.Observe(200, []byte(c.answer))
		if got.Units != c.want || string(got.Body) != c.seen {
			t.Errorf("%s %s:\n got %+v %s\nwant %+v %s", q.Body, c.answer, got.Units, got.Body, c.want, c.seen)
		}
	}
}

func TestUnderstanding(t *testing.T) {
	key := `"Key":{"PK":{"S":"a"},"SK":{"N":"1"}}`
	set := `{"TableName":"shop",` + key + `,"UpdateExpression":"SET n = :n","ConditionExpression":"%s","ExpressionAttributeValues":{":n":{"N":"6"},":o":{"N":"5"}}}`
	conflict := `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","Item":{"n":{"N":"5"}}}`
	for _, c := range []struct {
		about, operation, request string
		status                    int
		answer, want              string
	}{
		{"a refusal of one equality shows the number", "UpdateItem", fmt.Sprintf(set, "n = :o"), 400, conflict, "shop/a/1:n conflict +1 built=5 saw=5"},
		{"a refusal of more shows nothing: the rest may have been false", "UpdateItem", fmt.Sprintf(set, "n = :o AND attribute_exists(another)"), 400, conflict, "shop/a/1:n conflict +1 built=5"},
		{"nor does that of an absent attribute", "UpdateItem", fmt.Sprintf(set, "attribute_not_exists(n)"), 400, conflict, "shop/a/1:n conflict +6 built=0"},
		{"a refusal without an item shows nothing", "UpdateItem", fmt.Sprintf(set, "n = :o"), 400, `{"__type":"x#ConditionalCheckFailedException"}`, "shop/a/1:n conflict +1 built=5"},
		{
			"an ARN names the table", "GetItem", `{"TableName":"arn:aws:dynamodb:eu-west-1:1:table/shop",` + key + `,"ConsistentRead":true}`, 200,
			`{"Item":{"n":{"N":"3"}}}`, "shop/a/1:n read 3\nshop/a/1:stats.sold read 0",
		},
		{"an absent item holds 0", "GetItem", `{"TableName":"shop",` + key + `}`, 200, `{}`, "shop/a/1:n read 0 eventual\nshop/a/1:stats.sold read 0 eventual"},
		{"a text is no number", "GetItem", `{"TableName":"shop",` + key + `,"ProjectionExpression":"n"}`, 200, `{"Item":{"n":{"S":"3"}}}`,
			"unseen shop shop/a/1:n write=false: its value is not a whole number"},
		{
			"a batch returns nothing, and leaves some undone", "BatchWriteItem",
			`{"RequestItems":{"shop":[{"PutRequest":{"Item":{"PK":{"S":"a"},"SK":{"N":"1"},"n":{"N":"4"},"stats":{"M":{}}}}},{"DeleteRequest":{"Key":{"PK":{"S":"a"},"SK":{"N":"2"}}}}]}}`, 200,
			`{"UnprocessedItems":{"shop":[{"DeleteRequest":{"Key":{"PK":{"S":"a"},"SK":{"N":"2.0"}}}}]}}`,
			"shop/a/1:n applied (the store does not return the value before it) after=4\n" +
				"shop/a/1:stats.sold applied (the store does not return the value before it) after=0\n" +
				"shop/a/2:n throttled (no answer came, and what it changes depends on the value before it)\n" +
				"shop/a/2:stats.sold throttled (no answer came, and what it changes depends on the value before it)",
		},
		{
			"a batch of reads says of its items what is not there", "BatchGetItem",
			`{"RequestItems":{"shop":{"Keys":[{"PK":{"S":"a"},"SK":{"N":"1"}},{"PK":{"S":"a"},"SK":{"N":"2"}}],"ConsistentRead":true,"ProjectionExpression":"PK,SK,n"}}}`, 200,
			`{"Responses":{"shop":[{"PK":{"S":"a"},"SK":{"N":"2"},"n":{"N":"9"}}]},"UnprocessedKeys":{}}`,
			"shop/a/1:n read 0\nshop/a/1:stats.sold read 0\nshop/a/2:n read 9",
		},
		{
			"unprocessed reads show nothing", "BatchGetItem",
			`{"RequestItems":{"shop":{"Keys":[{"PK":{"S":"a"},"SK":{"N":"1"}}]}}}`, 200,
			`{"Responses":{"shop":[]},"UnprocessedKeys":{"shop":{"Keys":[{"PK":{"S":"a"},"SK":{"N":"1"}}]}}}`, "",
		},
		{
			"a transaction of reads keeps its places", "TransactGetItems",
			`{"TransactItems":[{"Get":{"TableName":"shop"}},{"Get":{"TableName":"shop",` + key + `,"ProjectionExpression":"n"}}]}`, 200, `{"Responses":[{},{"Item":{"n":{"N":"2"}}}]}`,
			"shop/a/1:n read 2",
		},
		{
			"a token makes a transaction idempotent", "TransactWriteItems",
			`{"ClientRequestToken":"t1","TransactItems":[{"Update":{"TableName":"shop",` + key + `,"UpdateExpression":"ADD n :d","ExpressionAttributeValues":{":d":{"N":"2"}}}}]}`, 200, `{}`,
			"shop/a/1:n applied +2 token t1",
		},
		{
			"a cancelled transaction changed nothing", "TransactWriteItems",
			`{"TransactItems":[{"ConditionCheck":{"TableName":"shop","Key":{"PK":{"S":"z"},"SK":{"N":"1"}},"ConditionExpression":"attribute_exists(PK)"}},` +
				`{"Update":{"TableName":"shop",` + key + `,"UpdateExpression":"ADD n :d","ConditionExpression":"n < :d","ExpressionAttributeValues":{":d":{"N":"2"}}}}]}`, 400,
			`{"__type":"x#TransactionCanceledException","CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Item":{"n":{"N":"8"}}}]}`,
			"shop/a/1:n conflict +2 saw=8",
		},
		{
			"DynamoDB Local takes two actions on one item, and shows what the first left", "TransactWriteItems",
			`{"TransactItems":[{"Update":{"TableName":"shop",` + key + `,"UpdateExpression":"ADD n :d","ExpressionAttributeValues":{":d":{"N":"2"}}}},` +
				`{"Delete":{"TableName":"shop",` + key + `,"ConditionExpression":"n < :d","ExpressionAttributeValues":{":d":{"N":"2"}}}}]}`, 400,
			`{"__type":"x#TransactionCanceledException","CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Item":{"n":{"N":"8"}}}]}`,
			"shop/a/1:n conflict +2\nshop/a/1:n conflict (no answer came, and what it changes depends on the value before it)\n" +
				"shop/a/1:stats.sold conflict (no answer came, and what it changes depends on the value before it)",
		},
		{
			"legacy parameters are not understood", "UpdateItem",
			`{"TableName":"shop",` + key + `,"AttributeUpdates":{"n":{"Action":"ADD","Value":{"N":"1"}}}}`, 200, `{"Attributes":{"n":{"N":"1"}}}`,
			"shop/a/1:n applied (it uses the legacy parameter AttributeUpdates)\nshop/a/1:stats.sold applied (it uses the legacy parameter AttributeUpdates)",
		},
		{"PartiQL is not understood", "ExecuteStatement", `{"Statement":"UPDATE \"shop\" SET n = n + 1 WHERE PK = 'a' AND SK = 1"}`, 200, `{}`,
			"unseen shop  write=true: ExecuteStatement names the table, and was not understood"},
		{"a SELECT changes nothing", "ExecuteStatement", `{"Statement":" select * from \"shop\""}`, 200, `{}`, ""},
		{"nor does a description", "DescribeTable", `{"TableName":"shop"}`, 200, `{}`, ""},
		{"an unknown operation may change anything", "ShuffleItems", `{"TableName":"shop"}`, 200, `{}`, "unseen shop  write=true: ShuffleItems names the table, and was not understood"},
		{"a deleted table lost its items", "DeleteTable", `{"TableName":"shop"}`, 200, `{}`, "unseen shop  write=true: DeleteTable names the table, and was not understood"},
		{"what was refused changed nothing", "ShuffleItems", `{"TableName":"shop"}`, 400, `{"__type":"x#UnknownOperationException"}`, ""},
		{"an HTML page is no answer", "UpdateItem", fmt.Sprintf(set, "n = :o"), 200, `<html>`, "shop/a/1:n unknown +1 built=5"},
		{"an error under 200 is no answer", "UpdateItem", fmt.Sprintf(set, "n = :o"), 200, `{"__type":"x#InternalServerError"}`, "shop/a/1:n unknown +1 built=5"},
		{"a number that is too large", "UpdateItem", `{"TableName":"shop",` + key + `,"UpdateExpression":"ADD n :d","ExpressionAttributeValues":{":d":{"N":"1e30"}}}`, 200, `{}`,
			"shop/a/1:n applied (it adds 1000000000000000000000000000000, which is no whole number)"},
		{"other tables are not watched", "UpdateItem", `{"TableName":"other",` + key + `,"UpdateExpression":"ADD n :d","ExpressionAttributeValues":{":d":{"N":"1"}}}`, 200, `{}`, ""},
	} {
		if got := effects(c.operation, c.request, c.status, c.answer); !sameWords(got, c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.about, got, c.want)
		}
	}
}

// sameWords compares lines whose last words may have another order.
func sameWords(a, b string) bool {
	count := func(text string) map[string]int {
		words := map[string]int{}
		for word := range strings.FieldsSeq(text) {
			words[word]++
		}
		return words
	}
	return fmt.Sprint(count(a)) == fmt.Sprint(count(b)) && strings.Count(a, "\n") == strings.Count(b, "\n")
}

// TestAnUnknownKey: a table that cannot be described is not judged.
func TestAnUnknownKey(t *testing.T) {
	unknown := func(string) (observe.Schema, bool) { return observe.Schema{}, false }
	q := observe.NewObserver(watch).Ask("UpdateItem", []byte(`{"TableName":"shop","Key":{"PK":{"S":"a"}},"UpdateExpression":"REMOVE n"}`), unknown)
	got := q.Observe(200, []byte("{}"))
	if len(got.Unseen) != 1 || !got.Unseen[0].Write || len(got.Effects) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestPatterns(t *testing.T) {
	plain := func(key string) *observe.Target { return &observe.Target{Table: "v", Partition: key} }
	sorted := func(partition, sort string) *observe.Target {
		return &observe.Target{Table: "v", Partition: partition, Sort: sort, HasSort: true}
	}
	for _, c := range []struct {
		pattern string
		target  *observe.Target
		want    bool
	}{
		{"*", plain(""), true}, {"*", plain("any/thing"), true}, {"home", plain("home"), true}, {"home", plain("homes"), false},
		{"ho*", plain("home"), true}, {"*me", plain("home"), true}, {"h*m*e", plain("hammer me"), true}, {"h*x*e", plain("home"), false},
		{"a/b", plain("a/b"), true}, {`a\*b`, plain("a*b"), true}, {`a\*b`, plain("axb"), false}, {"**", plain("x"), true}, {"", plain("x"), false},
		{"a", sorted("a", "1"), true}, {"a/*", sorted("a", "1"), true}, {"a/2", sorted("a", "1"), false}, {`a\/b/1`, sorted("a/b", "1"), true},
		{"*/1", sorted("a/b", "1"), true}, {"ORDER#*/TOTAL", sorted("ORDER#7", "TOTAL"), true},
		{"*aaaaaaaaaaaaaaaa*aaaaaaaaaaaaaaaa*b", plain(strings.Repeat("a", 10000)), false},
	} {
		if got := observe.Fits(c.pattern, c.target); got != c.want {
			t.Errorf("%q and %q/%q: got %t", c.pattern, c.target.Partition, c.target.Sort, got)
		}
	}
	for _, text := range []string{"visits/*:hits", "shop/ORDER#*/TOTAL:stats.sold", `v/a\:b:n`, `v/*:a\.b.c`, `v/*:a\\.b`, "v/http://x/*:n"} {
		p, err := observe.ParsePattern(text)
		if err != nil || p.String() != text {
			t.Errorf("%q: got %q, %v", text, p.String(), err)
		}
	}
	for _, text := range []string{"", "visits", "visits/", "visits/*", "/*:n", "visits/:n", "visits/*:", "visits/*:a..b", "visits/*:a[0]", `visits/a\:n`} {
		if _, err := observe.ParsePattern(text); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}

// FuzzObserve: whatever a client and a store send, nothing panics; a request and an answer
// only get or lose members.
func FuzzObserve(f *testing.F) {
	d := drawn{newRand(3)}
	for range 20 {
		operation, body := d.request()
		f.Add(operation, body, 200, `{"Attributes":{"n":{"N":"1"}},"Item":{"n":{"N":"2"}}}`)
	}
	f.Add("BatchGetItem", `{"RequestItems":{"shop":{"Keys":[{"PK":{"S":"a"},"SK":{"N":"1"}}]}}}`, 200, `{"Responses":{"shop":[null]}}`)
	f.Add("TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"shop"}},3]}`, 400, `{"CancellationReasons":[{},7]}`)
	f.Fuzz(func(t *testing.T, operation, body string, status int, answer string) {
		q := observe.NewObserver(watch).Ask(operation, []byte(body), schemas)
		if json.Valid([]byte(body)) && !json.Valid(q.Body) {
			t.Errorf("the request %s became %s", body, q.Body)
		}
		replaced := strings.Contains(string(q.Body), "ALL_OLD") || strings.Contains(string(q.Body), "TOTAL")
		if !isPart(q.Body, []byte(body)) && !isPart([]byte(body), q.Body) && !replaced {
			t.Errorf("the request %s became %s", body, q.Body)
		}
		got := q.Observe(status, []byte(answer))
		if json.Valid([]byte(answer)) && !json.Valid(got.Body) || !isPart(got.Body, []byte(answer)) {
			t.Errorf("the answer %s became %s", answer, got.Body)
		}
	})
}
