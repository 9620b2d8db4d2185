package observe

import (
	"strings"

	"github.com/valyala/fastjson"

	"contend/internal/embedded/attribute"
)

// batch reads a BatchWriteItem, which cannot return the values before it.
func (a *asking) batch() {
	a.eachTable(func(table string, v *fastjson.Value) {
		for _, element := range v.GetArray() {
			if item, ok := itemOf(element.Get("PutRequest"), "Item"); ok {
				a.addWrite(action{verb: put}, table, item)
			}
			if key, ok := itemOf(element.Get("DeleteRequest"), "Key"); ok {
				a.addWrite(action{verb: remove}, table, key)
			}
		}
	})
}

func (a *asking) addWrite(act action, table string, item attribute.Item) {
	if complete, ok := a.about(act, table, item); ok {
		complete.returns = returnNone
		a.actions = append(a.actions, complete)
	}
}

// eachTable calls read with the tables of a batch.
func (a *asking) eachTable(read func(table string, v *fastjson.Value)) {
	object := a.root.GetObject("RequestItems")
	if object == nil {
		return
	}
	object.Visit(func(name []byte, v *fastjson.Value) { read(tableName(attribute.Text(name)), v) })
}

// get reads the read of one item.
func (a *asking) get(v *fastjson.Value, eventual bool) {
	act, ok := a.named(read, v)
	if !ok {
		if a.operation == "TransactGetItems" { // keeps the places of the answers
			a.actions = append(a.actions, action{verb: read})
		}
		return
	}
	act.eventual = eventual
	act.show(v, a.observer.cache)
	a.actions = append(a.actions, act)
}

// batchGet reads a BatchGetItem.
func (a *asking) batchGet() {
	a.eachTable(func(table string, v *fastjson.Value) {
		for _, key := range v.GetArray("Keys") {
			item, err := attribute.DecodeItem(key)
			if err != nil {
				continue
			}
			act, ok := a.about(action{verb: read, eventual: !v.GetBool("ConsistentRead")}, table, item)
			if !ok {
				continue
			}
			act.show(v, a.observer.cache)
			a.actions = append(a.actions, act)
		}
	})
}

// search reads a Query or a Scan. Which items it concerns, the answer says.
func (a *asking) search() {
	table, _ := textOf(a.root, "TableName")
	table = tableName(table)
	a.nameTable(table)
	if !a.observer.watch.Table(table) {
		return
	}
	schema, known := a.schemas(table)
	if !known {
		return
	}
	act := action{verb: read, schema: schema, target: Target{Table: table}}
	act.eventual = !a.root.GetBool("ConsistentRead") || a.root.Exists("IndexName")
	act.show(a.root, a.observer.cache)
	a.actions = append(a.actions, act)
}

// harmless are operations that change no item.
var harmless = [...]string{"Describe", "List", "Tag", "Untag", "UpdateTimeToLive", "UpdateTable", "CreateTable", "CreateBackup", "DeleteBackup"}

// other notes an operation that may concern a watched table in a way that was not
// understood.
func (a *asking) other() {
	for _, prefix := range harmless {
		if strings.HasPrefix(a.operation, prefix) {
			return
		}
	}
	statements := a.statements()
	for _, p := range a.observer.watch {
		part := longestPart(p.Table)
		written := strings.Contains(string(a.text), part)
		if len(statements) > 0 {
			written = changes(statements, part)
		}
		if written && !a.noted(p.Table) {
			a.unseen = append(a.unseen, Unseen{Table: p.Table, Write: true, Reason: a.operation + " names the table, and was not understood"})
		}
	}
}

// longestPart is the longest text of a pattern without a star.
func longestPart(pattern string) string {
	longest := ""
	for part := range strings.SplitSeq(pattern, "*") {
		if len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

func (a *asking) noted(table string) bool {
	for i := range a.unseen {
		if a.unseen[i].Table == table {
			return true
		}
	}
	return false
}

// statements are the texts of a request in PartiQL.
func (a *asking) statements() []string {
	var found []string
	add := func(v *fastjson.Value) {
		if text, given := textOf(v, "Statement"); given {
			found = append(found, text)
		}
	}
	add(a.root)
	for _, list := range []string{"Statements", "TransactStatements"} {
		for _, v := range a.root.GetArray(list) {
			add(v)
		}
	}
	return found
}

// changes reports whether a statement may change items of a table.
func changes(statements []string, table string) bool {
	const selects = "select"
	for _, s := range statements {
		text := strings.TrimSpace(s)
		isRead := len(text) >= len(selects) && strings.EqualFold(text[:len(selects)], selects)
		if !isRead && strings.Contains(s, table) {
			return true
		}
	}
	return false
}

// tableName is the name of a table that is given by name or ARN.
func tableName(given string) string {
	if !strings.HasPrefix(given, "arn:") {
		return given
	}
	_, name, _ := strings.Cut(given, ":table/")
	name, _, _ = strings.Cut(name, "/")
	return name
}
