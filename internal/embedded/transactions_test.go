package embedded_test

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"contend/internal/embedded"
	"contend/internal/longtest"
)

// handWrittenTransactions has one request a line, as [handWritten] has, for the
// tables that those created.
//
//go:embed testdata/transactions.txt
var handWrittenTransactions string

// transactions are the requests of a comparison that concern transactions.
func transactions(large []call) []call {
	generated := longtest.Count(250, 1500)
	return slices.Concat(calls(handWrittenTransactions), large, newTransactionGenerator(2).calls(generated))
}

func largeTransactions() []call { return slices.Concat(bulkyTransactions(), sizeLimits()) }

var (
	shortToken = regexp.MustCompile(`("ClientRequestToken":")([a-z0-9-]{1,12}")`)
	longToken  = regexp.MustCompile(`("ClientRequestToken":")x{12}`)
)

// withNewTokens gives requests tokens that no earlier test has used: a server remembers
// tokens for ten minutes, even if the tables are deleted. Long tokens keep their length.
func withNewTokens(requests []call) []call {
	own := fmt.Sprintf("${1}%012x", rand.Uint64N(1<<48))
	all := make([]call, len(requests))
	for i, r := range requests {
		body := longToken.ReplaceAllString(r.body, own)
		all[i] = call{r.operation, shortToken.ReplaceAllString(body, own+"${2}")}
	}
	return all
}

// bulkyTransactions are transactions near the limits of their size.
func bulkyTransactions() []call {
	const perItem = 400<<10 - 20
	actions := func(n int, action func(i int) string) string {
		all := make([]string, n)
		for i := range all {
			all[i] = action(i)
		}
		return `{"ReturnConsumedCapacity":"TOTAL","TransactItems":[` + strings.Join(all, ",") + `]}`
	}
	put := func(size int) func(i int) string {
		return func(i int) string {
			return fmt.Sprintf(`{"Put":{"TableName":"hash","Item":{"id":{"S":"big-%d"},"v":{"S":"%s"}}}}`, i, strings.Repeat("x", size))
		}
	}
	set := func(size int) func(i int) string {
		return func(i int) string {
			return fmt.Sprintf(`{"Update":{"TableName":"hash","Key":{"id":{"S":"big-%d"}},"UpdateExpression":"SET w = :w","ExpressionAttributeValues":{":w":{"S":"%s"}}}}`,
				i, strings.Repeat("x", size))
		}
	}
	on := func(kind, rest string) func(i int) string {
		return func(i int) string {
			return fmt.Sprintf(`{%q:{"TableName":"hash","Key":{"id":{"S":"big-%d"}}%s}}`, kind, i, rest)
		}
	}
	const exists, isNew = `,"ConditionExpression":"attribute_exists(id)"`, `,"ConditionExpression":"attribute_not_exists(id)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"`
	const write, get = "TransactWriteItems", "TransactGetItems"
	return []call{
		{write, actions(101, put(1))}, {write, actions(100, put(1))},
		{get, actions(101, on("Get", ""))}, {get, actions(100, on("Get", ""))},
		{write, actions(1, put(400<<10))}, {write, actions(2, put(perItem))},
		{write, actions(10, put(perItem))}, {write, actions(11, put(perItem))},
		{write, actions(1, set(10))}, {write, actions(2, set(100))}, {write, actions(11, set(perItem))}, {write, actions(1, set(400<<10))},
		{get, actions(9, on("Get", ""))},
		{"PutItem", putOf(put(perItem)(10))}, {"PutItem", putOf(put(perItem)(11))},
		{get, actions(12, on("Get", ""))}, {get, actions(12, on("Get", `,"ProjectionExpression":"id"`))},
		{write, actions(12, on("ConditionCheck", exists))}, {write, actions(12, on("ConditionCheck", isNew))}, {write, actions(9, on("ConditionCheck", isNew))},
		{write, actions(1, on("ConditionCheck", exists))}, {write, actions(100, on("Delete", ""))}, {write, actions(1, on("Delete", ""))},
		{"DescribeTable", `{"TableName":"hash"}`},
	}
}

// sizeLimits are writes of items that are as large as an item may be, or a byte larger.
// Their values have many elements.
func sizeLimits() []call {
	const most = 400 << 10
	elements := func(n int, format string) string {
		all := make([]string, n)
		for i := range all {
			all[i] = fmt.Sprintf(format, i)
		}
		return strings.Join(all, ",")
	}
	var all []call
	for _, c := range []struct {
		payload string
		bytes   int
	}{
		{`{"L":[` + elements(1000, `{"S":"%0100d"}`) + `]}`, 3 + 1000*(1+100)},
		{`{"L":[` + elements(1000, `{"N":"2%06d1"}`) + `]}`, 3 + 1000*(1+5)},
		{`{"M":{` + elements(1000, `"k%04d":{"BOOL":true}`) + `}}`, 3 + 1000*(1+5+1)},
		{`{"SS":[` + elements(1000, `"%0200d"`) + `]}`, 1000 * 200},
		{`{"NS":[` + elements(1000, `"2%06d1"`) + `]}`, 1000 * 5},
	} {
		const bare = 2 + 4 + 1 + 1 // of the names and the key
		for _, size := range []int{most - 1, most, most + 1} {
			filler := strings.Repeat("x", size-bare-c.bytes)
			all = append(all,
				call{"PutItem", fmt.Sprintf(`{"TableName":"hash","Item":{"id":{"S":"size"},"v":%s,"w":{"S":"%s"}}}`, c.payload, filler)},
				call{"PutItem", fmt.Sprintf(`{"TableName":"hash","Item":{"id":{"S":"size"},"v":%s}}`, c.payload)},
				call{"UpdateItem", fmt.Sprintf(`{"TableName":"hash","Key":{"id":{"S":"size"}},"UpdateExpression":"SET w = :w","ExpressionAttributeValues":{":w":{"S":"%s"}}}`, filler)},
				call{"TransactWriteItems", fmt.Sprintf(`{"TransactItems":[{"Update":{"TableName":"hash","Key":{"id":{"S":"size"}},"UpdateExpression":"SET w = :w",`+
					`"ExpressionAttributeValues":{":w":{"S":"%s"}}}}]}`, filler)},
				call{"DescribeTable", `{"TableName":"hash"}`},
			)
		}
	}
	return append(all, call{"DeleteItem", `{"TableName":"hash","Key":{"id":{"S":"size"}}}`})
}

// putOf is the PutItem that does what a Put does.
func putOf(action string) string {
	return strings.TrimSuffix(strings.TrimPrefix(action, `{"Put":`), "}")
}

// transactionGenerator makes random transactions of a few items in two tables. Some use a
// few tokens, so that they are repeats or mismatches.
type transactionGenerator struct {
	*generator
	tokens map[string]string // the last transaction of each token
}

func newTransactionGenerator(seed uint64) *transactionGenerator {
	return &transactionGenerator{newGenerator(seed), map[string]string{}}
}

func (g *transactionGenerator) calls(n int) []call {
	all := make([]call, n)
	for i := range all {
		all[i] = g.call()
	}
	return all
}

func (g *transactionGenerator) call() call {
	switch {
	case g.chance(0.2):
		return g.generator.call() // it reads and changes the items of transactions
	case g.chance(0.2):
		return call{"TransactGetItems", g.request(g.get)}
	case g.chance(0.6):
		return call{"TransactWriteItems", g.request(g.write)}
	}
	return call{"TransactWriteItems", g.tokened()}
}

// tokened is a transaction with one of a few tokens: in most cases the one that used the
// token before.
func (g *transactionGenerator) tokened() string {
	token := g.pick("p", "q", "r", "s", fmt.Sprint("other-", g.random.IntN(50)))
	before, used := g.tokens[token]
	if !used || g.chance(0.2) {
		before = g.request(g.count)
		g.tokens[token] = before
	}
	return fmt.Sprintf(`{"ClientRequestToken":%q,`, token) + before[1:]
}

func (g *transactionGenerator) request(action func() map[string]any) string {
	actions := make([]any, 1+g.random.IntN(4))
	for i := range actions {
		actions[i] = action()
	}
	request := map[string]any{"TransactItems": actions}
	if g.chance(0.5) {
		request["ReturnConsumedCapacity"] = g.pick("TOTAL", "INDEXES", "NONE")
	}
	return marshal(request)
}

// item is where a random action goes; it has no expressions yet.
func (g *transactionGenerator) item() (action, key map[string]any) {
	g.names, g.values = map[string]string{}, map[string]any{}
	key = map[string]any{"id": map[string]any{"S": g.pick("a", "b", "c", "d", "e", "f", "g", "h")}}
	if g.chance(0.02) {
		key["id"] = map[string]any{"N": "1"}
	}
	if g.chance(0.3) {
		key["n"] = map[string]any{"N": g.pick("1", "2")} // transactions of DynamoDB Local sometimes take 1.0 for another item
		return map[string]any{"TableName": "range"}, key
	}
	if g.chance(0.02) {
		return map[string]any{"TableName": "absent"}, key
	}
	return map[string]any{"TableName": "hash"}, key
}

func (g *transactionGenerator) get() map[string]any {
	action, key := g.item()
	action["Key"] = key
	g.read(action)
	delete(action, "ConsistentRead")
	g.expressions(action)
	return map[string]any{"Get": action}
}

func (g *transactionGenerator) write() map[string]any {
	if g.chance(0.4) {
		return g.count()
	}
	action, key := g.item()
	kind := g.pick("Put", "Put", "Update", "Delete", "ConditionCheck")
	if kind == "Put" {
		action["Item"] = g.generator.item(key)
	} else {
		action["Key"] = key
	}
	if kind == "Update" {
		action["UpdateExpression"] = g.update()
	}
	if kind == "ConditionCheck" || g.chance(0.2) {
		action["ConditionExpression"] = g.condition(1)
	}
	if g.chance(0.5) {
		action["ReturnValuesOnConditionCheckFailure"] = g.pick("ALL_OLD", "NONE")
	}
	g.expressions(action)
	return map[string]any{kind: action}
}

// count is an action that succeeds in most cases.
func (g *transactionGenerator) count() map[string]any {
	action, key := g.item()
	action["Key"] = key
	action["UpdateExpression"] = "ADD times :one"
	action["ExpressionAttributeValues"] = map[string]any{":one": map[string]any{"N": "1"}}
	return map[string]any{"Update": action}
}

func (g *transactionGenerator) expressions(action map[string]any) {
	if len(g.names) > 0 {
		action["ExpressionAttributeNames"] = g.names
	}
	if len(g.values) > 0 {
		action["ExpressionAttributeValues"] = g.values
	}
}

// TestGeneratedTransactions: the random transactions have all the outcomes that the
// comparison is about.
func TestGeneratedTransactions(t *testing.T) {
	server := peer{"http://embedded", inProcess{embedded.New(embedded.Config{})}}
	for _, r := range calls(handWritten) {
		server.ask(t, r)
	}
	met := map[string]int{}
	for _, r := range newTransactionGenerator(2).calls(1500) {
		answer := server.ask(t, r)
		for _, outcome := range []string{
			`200 {}`, `"WriteCapacityUnits"`, `"ReadCapacityUnits"`, `"Responses"`, `"ConditionalCheckFailed"`, `"ValidationError"`, `"Item"`,
			"IdempotentParameterMismatchException", "multiple operations on one item", "Requested resource not found",
		} {
			if strings.Contains(answer, outcome) && strings.HasPrefix(r.operation, "Transact") {
				met[outcome]++
			}
		}
		if r.operation == "TransactWriteItems" && strings.Contains(answer, `"ReadCapacityUnits"`) {
			met["repeat"]++
		}
	}
	const few = 10
	if len(met) != 11 {
		t.Errorf("some outcomes were never met: %v", met)
	}
	for outcome, n := range met {
		if n < few {
			t.Errorf("%s was met %d times, want at least %d", outcome, n, few)
		}
	}
}

// TestSizeLimits: of the sizes around the limit the first two are allowed.
func TestSizeLimits(t *testing.T) {
	server := peer{"http://embedded", inProcess{embedded.New(embedded.Config{})}}
	for _, r := range calls(handWritten) {
		server.ask(t, r)
	}
	tooBig := map[string]string{
		"PutItem": "Item size has exceeded the maximum allowed size", "UpdateItem": "Item size to update has exceeded the maximum allowed size",
		"TransactWriteItems": `"Code":"ValidationError","Message":"Item size to update has exceeded the maximum allowed size"`,
	}
	const sizes, requests = 3, 5 // that sizeLimits has of each
	for i, r := range sizeLimits() {
		isBare := i%requests == 1 // without the filler
		answer := server.ask(t, r)
		if want := tooBig[r.operation]; want != "" && !isBare && strings.Contains(answer, want) != (i/requests%sizes == sizes-1) {
			t.Errorf("request %d, %.80s: got %.200s", i, r, answer)
		}
	}
}
