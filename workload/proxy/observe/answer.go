package observe

import (
	"strings"

	"github.com/valyala/fastjson"

	"contend/counter"
	"contend/internal/embedded/attribute"
)

const statusOK = 200 // of HTTP

// answer is the store's answer to a question.
type answer struct {
	*Question
	text    []byte
	root    *fastjson.Value // nil: there is no answer, or it is not JSON
	outcome counter.Outcome
	reason  string
	edits   []edit
	found   Observation
}

// Observe reads the answer to the question. status is its HTTP status; 0 means that there
// was no usable answer. A nil Question is that of a request that concerns nothing.
func (q *Question) Observe(status int, body []byte) Observation {
	if q == nil {
		q = &Question{}
	}
	a := &answer{Question: q, text: body}
	parser := parsers.Get()
	defer parsers.Put(parser)
	if root, err := parser.ParseBytes(body); err == nil && root.Type() == fastjson.TypeObject {
		a.root = root
	}
	a.classify(status)
	a.found.Outcome, a.found.Reason = a.outcome, a.reason
	if a.outcome == counter.Applied || a.outcome == counter.Unknown {
		a.found.Unseen = q.unseen
	}
	for i := range q.actions {
		a.observe(i, &q.actions[i])
	}
	if a.root != nil {
		if q.metered {
			a.found.Units = a.units()
		}
		a.strip()
	}
	a.found.Body = apply(body, a.edits)
	return a.found
}

// classify says how the request ended. An answer of HTTP 200 that is no JSON object, or
// that is an error, shows nothing.
func (a *answer) classify(status int) {
	a.outcome, a.reason = counter.Unknown, counter.ReasonBadAnswer
	if status == 0 {
		a.reason = "no answer"
		return
	}
	if a.root != nil {
		text, _ := textOf(a.root, "__type")
		a.found.Code = text[strings.LastIndexByte(text, '#')+1:]
	}
	switch {
	case status != statusOK:
		c := counter.ClassifyAnswer(status, a.found.Code, a.cancellations())
		a.outcome, a.reason = c.Outcome, c.Reason
	case a.root != nil && a.found.Code == "":
		a.outcome, a.reason = counter.Applied, ""
	}
}

// cancellations are the codes of the reasons of a cancelled transaction.
func (a *answer) cancellations() []string {
	if a.root == nil {
		return nil
	}
	var codes []string
	for _, reason := range a.root.GetArray("CancellationReasons") {
		text, _ := textOf(reason, "Code")
		codes = append(codes, text)
	}
	return codes
}

// observe reads the part of the answer about the n-th action.
func (a *answer) observe(n int, act *action) {
	switch act.verb {
	case verify:
	case read:
		if a.outcome == counter.Applied && a.root != nil {
			a.reads(n, act)
		}
	default:
		w := writing{action: act, outcome: a.outcome, reason: a.reason, token: a.token}
		a.fill(n, &w)
		for _, path := range act.paths {
			if e, ok := w.effect(path); ok {
				a.found.Effects = append(a.found.Effects, e)
			}
		}
	}
}

// fill takes from the answer what it says about the item of the n-th action.
func (a *answer) fill(n int, w *writing) {
	if a.root == nil {
		return
	}
	switch {
	case a.operation == "BatchWriteItem":
		if a.outcome == counter.Applied && a.isUnprocessed(w.action) {
			w.outcome, w.reason = counter.Throttled, "UnprocessedItems"
		}
	case a.outcome == counter.Applied && a.operation != "TransactWriteItems":
		w.returned, w.hasReturned = itemOf(a.root, "Attributes")
		w.old = w.returns == returnOld && (w.hasReturned || !a.root.Exists("Attributes"))
	case a.outcome == counter.Conflict && a.operation == "TransactWriteItems":
		if reasons := a.root.GetArray("CancellationReasons"); n < len(reasons) && !w.shared {
			w.refusing, _ = itemOf(reasons[n], "Item")
		}
	case a.outcome == counter.Conflict:
		w.refusing, _ = itemOf(a.root, "Item")
	}
}

// isUnprocessed reports whether a batch left a write undone.
func (a *answer) isUnprocessed(act *action) bool {
	for _, element := range a.root.Get("UnprocessedItems").GetArray(act.target.Table) {
		item, ok := itemOf(element.Get("PutRequest"), "Item")
		if !ok {
			item, ok = itemOf(element.Get("DeleteRequest"), "Key")
		}
		if target, named := act.schema.target(act.target.Table, item); ok && named && target.Item() == act.target.Item() {
			return true
		}
	}
	return false
}

// strip takes out of the answer what the client did not ask for.
func (a *answer) strip() {
	whole := span{0, len(a.text)}
	var hidden []string
	if a.askedUnits {
		hidden = append(hidden, consumedCapacity)
	}
	for n := range a.actions {
		name := a.hidden(&a.actions[n])
		switch {
		case name == "":
		case a.operation != "TransactWriteItems":
			hidden = append(hidden, name)
		default:
			if reasons, _ := elements(a.text, inside(a.text, whole, "CancellationReasons")); n < len(reasons) {
				a.without(reasons[n], name)
			}
		}
	}
	if len(hidden) > 0 {
		a.without(whole, hidden...)
	}
}

// hidden names the member of the answer that the client did not ask for and the action's
// request did; "" if there is none.
func (a *answer) hidden(act *action) string {
	switch {
	case act.asked && a.outcome == counter.Applied:
		return "Attributes"
	case act.askedOn && a.outcome != counter.Applied:
		return "Item"
	}
	return ""
}

// without takes members out of an object.
func (a *answer) without(object span, names ...string) {
	if list, ok := members(a.text, object); ok {
		a.edits = append(a.edits, without(list, names)...)
	}
}

// reads notes the values that the n-th read returned.
func (a *answer) reads(n int, act *action) {
	switch a.operation {
	case "GetItem":
		item, exists := itemOf(a.root, "Item")
		a.saw(act, item, exists || !a.root.Exists("Item"))
	case "TransactGetItems":
		if responses := a.root.GetArray("Responses"); n < len(responses) {
			item, exists := itemOf(responses[n], "Item")
			a.saw(act, item, exists || !responses[n].Exists("Item"))
		}
	case "BatchGetItem":
		a.batchSaw(act)
	default:
		for _, v := range a.root.GetArray("Items") {
			item, err := attribute.DecodeItem(v)
			if err != nil {
				continue
			}
			if target, ok := act.schema.target(act.target.Table, item); ok {
				found := *act
				found.target, found.paths = target, a.watch.attributes(&target)
				a.saw(&found, item, true)
			}
		}
	}
}

// batchSaw notes the value that one read of a BatchGetItem returned. An item that is
// neither in the answer nor left undone does not exist.
func (a *answer) batchSaw(act *action) {
	for _, v := range a.root.Get("Responses").GetArray(act.target.Table) {
		item, err := attribute.DecodeItem(v)
		if err != nil {
			return
		}
		target, ok := act.schema.target(act.target.Table, item)
		if !ok {
			return // the projection hides whose values these are
		}
		if target.Item() == act.target.Item() {
			a.saw(act, item, true)
			return
		}
	}
	if left := a.root.Get("UnprocessedKeys").GetObject(); left == nil || left.Len() == 0 {
		a.saw(act, nil, true)
	}
}

// saw notes the values of an item that was read; nil means that it does not exist.
func (a *answer) saw(act *action, item attribute.Item, readable bool) {
	if !readable {
		return
	}
	for _, path := range act.paths {
		value, ok := number(item, path)
		if item != nil && !act.shows(path) && !has(item, path) {
			continue
		}
		counterName := act.target.Counter(path)
		if !ok {
			a.found.Unseen = append(a.found.Unseen, Unseen{Table: act.target.Table, Counter: counterName, Reason: "its value is not a whole number"})
			continue
		}
		a.found.Effects = append(a.found.Effects, Effect{
			Target: act.target, Counter: counterName, Outcome: counter.Applied, Saw: State{value, true}, Eventual: act.eventual,
		})
	}
}

// Watched is a watched attribute that a request names.
type Watched struct {
	Target  Target
	Path    []string
	Counter string // as [Target.Counter]
	Write   bool   // the request writes the item; otherwise it reads it
}

// Watched lists the watched attributes that the request names.
func (q *Question) Watched() []Watched {
	var found []Watched
	for i := range q.actions {
		act := &q.actions[i]
		if act.verb == verify {
			continue
		}
		for _, path := range act.paths {
			found = append(found, Watched{act.target, path, act.target.Counter(path), act.verb != read})
		}
	}
	return found
}
