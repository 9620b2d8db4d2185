package embedded_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// collections has one request a line, as [handWritten] has. It begins by
// creating the tables that [generator.collectionCalls] uses too.
//
//go:embed testdata/collections.txt
var collections string

// collection is a table with item collections, and some sort keys in ascending order.
type collection struct {
	table, sort, kind string
	keys              []string
}

var generatedCollections = []collection{
	{"numbers", "n", "N", []string{"-1E20", "-2.5", "-1", "0", "1", "2", "10", "1E20"}},
	{"texts", "s", "S", []string{"A", "a", "aa", "ab", "b", "é", "ﬁ", "😀"}},
	{"blobs", "b", "B", []string{"AA==", "AAE=", "AP8=", "fw==", "gA==", "/w==", "/wA=", "//8="}},
	{"single", "", "", nil},
}

// collectionCalls are random operations on a few small item collections. About
// one in ten is wrong in some way.
func (g *generator) collectionCalls(n int) []call {
	all := make([]call, n)
	for i := range all {
		all[i] = g.collectionCall()
	}
	return all
}

func (g *generator) collectionCall() call {
	g.names, g.values = map[string]string{}, map[string]any{}
	if g.chance(0.2) {
		return call{"BatchGetItem", g.batch()}
	}
	c := generatedCollections[g.random.IntN(len(generatedCollections))]
	request := map[string]any{"TableName": c.table}
	if g.chance(0.4) {
		request["ReturnConsumedCapacity"] = g.pick("TOTAL", "INDEXES", "NONE")
	}
	operation := g.pick("PutItem", "PutItem", "DeleteItem", "Query", "Query", "Query", "Query")
	switch operation {
	case "PutItem":
		request["Item"] = g.item(g.keyIn(c))
	case "DeleteItem":
		request["Key"] = g.keyIn(c)
	case "Query":
		g.query(c, request)
	}
	return call{operation, g.complete(request)}
}

// complete adds the placeholders to a request, and gives its JSON.
func (g *generator) complete(request map[string]any) string {
	if len(g.names) > 0 {
		request["ExpressionAttributeNames"] = g.names
	}
	if len(g.values) > 0 {
		request["ExpressionAttributeValues"] = g.values
	}
	text, err := json.Marshal(request)
	if err != nil {
		panic(err) // plain data
	}
	return string(text)
}

func (g *generator) keyIn(c collection) map[string]any {
	key := map[string]any{"id": map[string]any{"S": g.pick("g", "g", "h")}}
	if c.sort != "" {
		key[c.sort] = g.sortKey(c)
	}
	return key
}

func (g *generator) sortKey(c collection) map[string]any {
	return map[string]any{c.kind: c.keys[g.random.IntN(len(c.keys))]}
}

// batch asks for items of several collections. Some of the batches are wrong.
func (g *generator) batch() string {
	tables := map[string]any{}
	for range 1 + g.random.IntN(2) {
		c := generatedCollections[g.random.IntN(len(generatedCollections))]
		keys := make([]any, 1+g.random.IntN(3))
		for i := range keys {
			keys[i] = g.keyIn(c)
			if g.chance(0.02) {
				keys[i] = g.item(nil)
			}
		}
		table := map[string]any{"Keys": keys}
		if g.chance(0.3) {
			table["ConsistentRead"] = g.chance(0.5)
		}
		if g.chance(0.3) {
			g.names = map[string]string{}
			table["ProjectionExpression"] = g.path()
			if len(g.names) > 0 {
				table["ExpressionAttributeNames"] = g.names
			}
		}
		tables[c.table] = table
	}
	g.names, g.values = nil, nil
	request := map[string]any{"RequestItems": tables}
	if g.chance(0.4) {
		request["ReturnConsumedCapacity"] = g.pick("TOTAL", "INDEXES", "NONE")
	}
	return g.complete(request)
}

// query asks for a part of a collection. Some of the queries are wrong.
func (g *generator) query(c collection, request map[string]any) {
	request["KeyConditionExpression"] = g.keyCondition(c)
	maybe := func(chance float64, name string, value func() any) {
		if g.chance(chance) {
			request[name] = value()
		}
	}
	maybe(0.5, "ScanIndexForward", func() any { return g.chance(0.3) })
	maybe(0.5, "ConsistentRead", func() any { return g.chance(0.5) })
	maybe(0.4, "Limit", func() any { return g.random.IntN(7) })
	maybe(0.3, "FilterExpression", func() any { return g.condition(1) })
	maybe(0.2, "ProjectionExpression", func() any { return g.path() })
	maybe(0.1, "Select", func() any {
		return g.pick("COUNT", "ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
	})
	maybe(0.3, "ExclusiveStartKey", func() any {
		start := g.keyIn(c)
		if g.chance(0.8) {
			start["id"] = map[string]any{"S": "g"}
		}
		if g.chance(0.1) {
			delete(start, slices.Sorted(maps.Keys(start))[0])
		}
		if g.chance(0.1) {
			start[g.pick("id", "n", "v")] = g.value(0)
		}
		return start
	})
}

func (g *generator) keyCondition(c collection) string {
	hash := "id = " + g.placeholder(map[string]any{"S": g.pick("g", "g", "g", "g", "h", "none")})
	switch {
	case g.chance(0.1):
		return g.oddKeyCondition(c)
	case c.sort == "" || g.chance(0.3):
		return hash
	case g.chance(0.2):
		return g.sortCondition(c) + " AND " + hash
	}
	return hash + " AND " + g.sortCondition(c)
}

func (g *generator) sortCondition(c collection) string {
	value := func() string { return g.placeholder(g.sortKey(c)) }
	switch g.random.IntN(4) {
	case 0:
		return fmt.Sprintf("%s BETWEEN %s AND %s", c.sort, value(), value())
	case 1:
		return fmt.Sprintf("begins_with(%s, %s)", c.sort, value())
	case 2:
		return fmt.Sprintf("%s %s %s", value(), g.pick("=", "<", "<=", ">", ">="), c.sort)
	}
	return fmt.Sprintf("%s %s %s", c.sort, g.pick("=", "<", "<=", ">", ">="), value())
}

// oddKeyCondition is a key condition that is refused in most cases.
func (g *generator) oddKeyCondition(c collection) string {
	part := func() string {
		name := func() string { return g.pick("id", "id", "n", "s", "b", "v", "id.v", "n[0]", "w.v") }
		value := func() string {
			return g.placeholder(map[string]any{g.pick("S", "S", "N"): g.pick("1", "2")})
		}
		switch g.random.IntN(8) {
		case 0:
			return fmt.Sprintf("%s BETWEEN %s AND %s", name(), value(), value())
		case 1:
			return fmt.Sprintf("begins_with(%s, %s)", name(), value())
		case 2:
			return fmt.Sprintf("%s IN (%s, %s)", name(), value(), value())
		case 3:
			return fmt.Sprintf("%s = %s", name(), name())
		case 4:
			return fmt.Sprintf("size(%s) = %s", name(), value())
		}
		return fmt.Sprintf("%s %s %s", name(), g.pick("=", "=", "=", "<", ">=", "<>"), value())
	}
	condition := part()
	for g.chance(0.6) {
		condition += g.pick(" AND ", " AND ", " AND ", " OR ") + part()
	}
	return condition
}
