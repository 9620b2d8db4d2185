package observe

import (
	"slices"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"

	"github.com/valyala/fastjson"
)

// Question is a request, as far as it concerns watched attributes.
type Question struct {
	// Body is the request to send to the store: as it came, but the store is asked for
	// the values that the client did not ask for.
	Body []byte
	// Touched lists the items that the request names, watched or not, unless the keys of
	// their tables are not known. A Query or Scan names none.
	Touched []Target
	// Tables lists the tables of these requests, each once.
	Tables []string

	operation string
	watch     Watch
	actions   []action
	unseen    []Unseen
	token     string
	edits     []edit
	// metered is true if the request concerns something watched, and askedUnits if the store
	// is asked what it consumes although the client does not ask.
	metered, askedUnits bool
}

// Observer understands requests. It is safe for use by several goroutines.
type Observer struct {
	watch Watch
	cache *expression.Cache
}

// NewObserver returns an Observer of the watched attributes.
func NewObserver(watch Watch) *Observer {
	return &Observer{watch: watch, cache: expression.NewCache()}
}

// asking is a request that is being read.
type asking struct {
	*Question
	observer *Observer
	schemas  Schemas
	text     []byte
	root     *fastjson.Value
	whole    *object // the whole request; nil until it is needed
}

// object is a JSON object of a request, with its members. ok is false if they are not known.
type object struct {
	at   span
	list []member
	ok   bool
}

// object returns the object at a place. The members of the whole request are listed once.
func (a *asking) object(at span) object {
	if a.whole != nil && a.whole.at == at {
		return *a.whole
	}
	o := object{at: at}
	o.list, o.ok = members(a.text, at)
	if at.from == 0 {
		a.whole = &o
	}
	return o
}

var parsers fastjson.ParserPool

// Ask reads a request. schemas is asked for the keys of the tables that the request names.
func (o *Observer) Ask(operation string, body []byte, schemas Schemas) *Question {
	q := &Question{Body: body, operation: operation, watch: o.watch}
	parser := parsers.Get()
	defer parsers.Put(parser)
	root, err := parser.ParseBytes(body)
	if err != nil || root.Type() != fastjson.TypeObject {
		return q // the store refuses it
	}
	a := &asking{Question: q, observer: o, schemas: schemas, text: body, root: root}
	a.read()
	a.askForUnits(span{0, len(body)})
	q.Body = apply(body, q.edits)
	return q
}

func (a *asking) read() {
	whole := span{0, len(a.text)}
	switch a.operation {
	case "UpdateItem":
		a.write(update, a.root, whole)
	case "PutItem":
		a.write(put, a.root, whole)
	case "DeleteItem":
		a.write(remove, a.root, whole)
	case "TransactWriteItems":
		a.transaction(whole)
	case "BatchWriteItem":
		a.batch()
	case "GetItem":
		a.get(a.root, !a.root.GetBool("ConsistentRead"))
	case "TransactGetItems":
		for _, element := range a.root.GetArray("TransactItems") {
			a.get(element.Get("Get"), false)
		}
	case "BatchGetItem":
		a.batchGet()
	case "Query", "Scan":
		a.search()
	default:
		a.other()
	}
}

// write reads one write, whose object is at a place of the text.
func (a *asking) write(verb verb, v *fastjson.Value, at span) {
	act, ok := a.named(verb, v)
	if !ok {
		return
	}
	act.read(v, a.observer.cache)
	if len(act.paths) > 0 {
		if o := a.object(at); o.ok {
			a.askFor(&act, &o)
		}
	}
	a.actions = append(a.actions, act)
}

// askFor asks the store for the values before the write, and for the item that refuses it.
func (a *asking) askFor(act *action, o *object) {
	single := a.operation != "TransactWriteItems"
	if single && act.returns == returnNone {
		act.returns, act.asked = returnOld, true
		a.edits = append(a.edits, with(a.text, o, [2]string{returnValues, returnOld}))
	}
	if act.condition != nil && !act.onFailure {
		act.onFailure, act.askedOn = true, true
		a.edits = append(a.edits, with(a.text, o, [2]string{returnOnFailure, returnOld}))
	}
}

// named returns the action of a verb on the item that an object names. ok is false if the
// object names no item that could be watched; then it is noted if it might be.
func (a *asking) named(verb verb, v *fastjson.Value) (act action, ok bool) {
	if v == nil {
		return act, false
	}
	table, _ := textOf(v, "TableName")
	act = action{verb: verb}
	member := "Key"
	if verb == put {
		member = "Item"
	}
	item, isItem := itemOf(v, member)
	if !isItem {
		return act, false // the store refuses it
	}
	return a.about(act, tableName(table), item)
}

// about completes an action on the item of a table with these attributes.
func (a *asking) about(act action, table string, item attribute.Item) (action, bool) {
	a.nameTable(table)
	schema, known := a.schemas(table)
	if !known {
		a.missingSchema(act.verb, table)
		return act, false
	}
	target, ok := schema.target(table, item)
	if !ok {
		return act, false // the store refuses it
	}
	a.Touched = append(a.Touched, target)
	act.target, act.schema = target, schema
	act.paths = a.observer.watch.attributes(&target)
	act.item = item
	return act, true
}

func (a *asking) nameTable(table string) {
	if !slices.Contains(a.Tables, table) {
		a.Tables = append(a.Tables, table)
	}
}

func (a *asking) missingSchema(verb verb, table string) {
	if a.observer.watch.Table(table) && verb != verify {
		a.unseen = append(a.unseen, Unseen{Table: table, Write: verb != read, Reason: "the table's key is not known, because it could not be described"})
	}
}

// transaction reads a TransactWriteItems.
func (a *asking) transaction(whole span) {
	a.token, _ = textOf(a.root, "ClientRequestToken")
	var places []span
	if o := a.object(whole); o.ok {
		if items, given := find(o.list, "TransactItems"); given {
			places, _ = elements(a.text, items.value)
		}
	}
	verbs := map[string]verb{"Update": update, "Put": put, "Delete": remove, "ConditionCheck": verify}
	for i, element := range a.root.GetArray("TransactItems") {
		before := len(a.actions)
		for name, verb := range verbs {
			if v := element.Get(name); v != nil && i < len(places) {
				a.write(verb, v, inside(a.text, places[i], name))
			}
		}
		a.share(before)
		if len(a.actions) == before { // keeps the places of the reasons
			a.actions = append(a.actions, action{verb: verify})
		}
	}
}

// share marks the last action if another one before it has the same item, and that one.
func (a *asking) share(last int) {
	if last >= len(a.actions) {
		return
	}
	for i := range a.actions[:last] {
		if other := &a.actions[i]; other.target.Key != nil && other.target.Item() == a.actions[last].target.Item() {
			other.shared, a.actions[last].shared = true, true
		}
	}
}

// inside is the place of a member's value; an empty one if there is none.
func inside(text []byte, at span, name string) span {
	list, _ := members(text, at)
	m, _ := find(list, name)
	return m.value
}
