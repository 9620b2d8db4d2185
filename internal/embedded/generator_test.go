package embedded_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator makes random item operations on a few keys and attributes, so that they find
// the items of earlier operations. About one in ten is wrong in some way.
type generator struct {
	random *rand.Rand
	names  map[string]string
	values map[string]any
}

func newGenerator(seed uint64) *generator {
	return &generator{random: rand.New(rand.NewPCG(seed, 0))}
}

func (g *generator) calls(n int) []call {
	all := make([]call, n)
	for i := range all {
		all[i] = g.call()
	}
	return all
}

func (g *generator) call() call {
	g.names, g.values = map[string]string{}, map[string]any{}
	request := map[string]any{}
	key := map[string]any{"id": map[string]any{"S": g.pick("a", "b", "c")}}
	request["TableName"] = "hash"
	if g.chance(0.3) {
		request["TableName"] = "range"
		key["n"] = map[string]any{"N": g.pick("1", "2", "1.0")}
	}
	if g.chance(0.3) {
		request["ReturnConsumedCapacity"] = g.pick("TOTAL", "INDEXES", "NONE")
	}
	operation := g.pick("GetItem", "PutItem", "PutItem", "DeleteItem", "UpdateItem", "UpdateItem", "UpdateItem", "UpdateItem")
	switch operation {
	case "GetItem":
		g.read(request)
	case "PutItem":
		request["Item"] = g.item(key)
		key = nil
		g.write(request, "ALL_OLD", "NONE")
	case "DeleteItem":
		g.write(request, "ALL_OLD", "NONE")
	case "UpdateItem":
		if g.chance(0.95) {
			request["UpdateExpression"] = g.update()
		}
		g.write(request, "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE")
	}
	if key != nil {
		request["Key"] = key
	}
	return call{operation, g.complete(request)}
}

func (g *generator) read(request map[string]any) {
	request["ConsistentRead"] = true
	if g.chance(0.5) {
		paths := make([]string, 1+g.random.IntN(3))
		for i := range paths {
			paths[i] = g.path()
		}
		request["ProjectionExpression"] = strings.Join(paths, ", ")
	}
}

func (g *generator) write(request map[string]any, returned ...string) {
	if g.chance(0.5) {
		request["ConditionExpression"] = g.condition(2)
	}
	if g.chance(0.5) {
		request["ReturnValues"] = g.pick(returned...)
	}
	if g.chance(0.5) {
		request["ReturnValuesOnConditionCheckFailure"] = g.pick("ALL_OLD", "NONE")
	}
}

func (g *generator) item(key map[string]any) map[string]any {
	item := map[string]any{}
	for name, value := range key {
		item[name] = value
	}
	for range g.random.IntN(6) {
		item[g.attribute()] = g.value(3)
	}
	return item
}

func (g *generator) attribute() string {
	return g.pick("v", "w", "s", "l", "m", "ns", "ss", "t")
}

// value is a random value as it is sent, nested at most as deep as depth.
func (g *generator) value(depth int) map[string]any {
	kinds := 7
	if depth > 0 {
		kinds = 9
	}
	switch g.random.IntN(kinds) {
	case 0, 1:
		return map[string]any{"N": g.number()}
	case 2:
		return map[string]any{"S": g.pick("", "x", "xy", "xyz", "é")}
	case 3:
		return map[string]any{"B": g.pick("", "AA==", "AAEC")}
	case 4:
		return map[string]any{"BOOL": g.chance(0.5)}
	case 5:
		return map[string]any{"NULL": true}
	case 6:
		return g.set()
	case 7:
		list := make([]any, g.random.IntN(4))
		for i := range list {
			list[i] = g.value(depth - 1)
		}
		return map[string]any{"L": list}
	}
	fields := map[string]any{}
	for range g.random.IntN(4) {
		fields[g.attribute()] = g.value(depth - 1)
	}
	return map[string]any{"M": fields}
}

func (g *generator) set() map[string]any {
	kind, pool := "SS", []string{"x", "y", "z"}
	if g.chance(0.5) {
		kind, pool = "NS", []string{"1", "2.5", "-3E2"}
	}
	g.random.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
	return map[string]any{kind: pool[:1+g.random.IntN(len(pool))]}
}

func (g *generator) number() string {
	switch g.random.IntN(4) {
	case 0:
		return fmt.Sprint(g.random.IntN(21) - 10)
	case 1:
		return fmt.Sprintf("%d.%dE%d", g.random.IntN(100), g.random.IntN(1000), g.random.IntN(20)-10)
	case 2:
		return fmt.Sprintf("%d%018d", g.random.Int64(), g.random.Int64N(1e18))
	}
	return fmt.Sprintf("%dE%d", g.random.IntN(10), g.random.IntN(260)-132)
}

// path is a document path, which may use a placeholder.
func (g *generator) path() string {
	path := g.attribute()
	if g.chance(0.2) {
		placeholder := "#" + path
		g.names[placeholder] = path
		path = placeholder
	}
	for g.chance(0.3) {
		if g.chance(0.5) {
			path += "." + g.attribute()
		} else {
			path += fmt.Sprintf("[%d]", g.random.IntN(4))
		}
	}
	return path
}

func (g *generator) placeholder(value map[string]any) string {
	name := fmt.Sprintf(":v%d", len(g.values))
	g.values[name] = value
	return name
}

func (g *generator) operand() string {
	switch g.random.IntN(8) {
	case 0, 1, 2:
		return g.path()
	case 3:
		return "size(" + g.path() + ")"
	}
	return g.placeholder(g.value(1))
}

func (g *generator) condition(depth int) string {
	if depth > 0 && g.chance(0.4) {
		switch g.random.IntN(4) {
		case 0:
			return "NOT " + g.condition(depth-1)
		case 1:
			return "(" + g.condition(depth-1) + ") AND " + g.condition(depth-1)
		case 2:
			return g.condition(depth-1) + " OR " + g.condition(depth-1)
		}
		return g.condition(depth-1) + " AND " + g.condition(depth-1)
	}
	switch g.random.IntN(9) {
	case 0:
		return "attribute_exists(" + g.path() + ")"
	case 1:
		return "attribute_not_exists(" + g.path() + ")"
	case 2:
		return "attribute_type(" + g.path() + ", " + g.placeholder(map[string]any{"S": g.pick("S", "N", "B", "BOOL", "NULL", "SS", "NS", "L", "M")}) + ")"
	case 3:
		return "begins_with(" + g.path() + ", " + g.operand() + ")"
	case 4:
		return "contains(" + g.path() + ", " + g.operand() + ")"
	case 5:
		return g.operand() + " BETWEEN " + g.operand() + " AND " + g.operand()
	case 6:
		return g.operand() + " IN (" + g.operand() + ", " + g.operand() + ")"
	}
	return g.operand() + " " + g.pick("=", "<>", "<", "<=", ">", ">=") + " " + g.operand()
}

func (g *generator) update() string {
	var sections []string
	if g.chance(0.7) {
		sections = append(sections, "SET "+g.list(g.assignment))
	}
	if g.chance(0.3) {
		sections = append(sections, "REMOVE "+g.list(g.path))
	}
	if g.chance(0.3) {
		sections = append(sections, "ADD "+g.list(func() string { return g.path() + " " + g.addend() }))
	}
	if g.chance(0.2) || len(sections) == 0 {
		sections = append(sections, "DELETE "+g.list(func() string { return g.path() + " " + g.placeholder(g.set()) }))
	}
	g.random.Shuffle(len(sections), func(i, j int) { sections[i], sections[j] = sections[j], sections[i] })
	return strings.Join(sections, " ")
}

func (g *generator) addend() string {
	switch g.random.IntN(8) {
	case 0:
		return g.placeholder(g.value(1))
	case 1, 2:
		return g.placeholder(g.set())
	}
	return g.placeholder(map[string]any{"N": g.number()})
}

func (g *generator) list(part func() string) string {
	parts := make([]string, 1+g.random.IntN(2))
	for i := range parts {
		parts[i] = part()
	}
	return strings.Join(parts, ", ")
}

func (g *generator) assignment() string {
	target := g.path() + " = "
	switch g.random.IntN(6) {
	case 0:
		return target + g.path()
	case 1:
		return target + g.path() + g.pick(" + ", " - ") + g.placeholder(map[string]any{"N": g.number()})
	case 2:
		return target + "if_not_exists(" + g.path() + ", " + g.placeholder(map[string]any{"N": g.number()}) + ") + " + g.placeholder(map[string]any{"N": "1"})
	case 3:
		return target + "list_append(" + g.path() + ", " + g.placeholder(map[string]any{"L": []any{g.value(1)}}) + ")"
	}
	return target + g.placeholder(g.value(2))
}

func (g *generator) chance(p float64) bool { return g.random.Float64() < p }

func (g *generator) pick(words ...string) string { return words[g.random.IntN(len(words))] }
