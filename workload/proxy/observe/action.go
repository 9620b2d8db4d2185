package observe

import (
	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"

	"github.com/valyala/fastjson"
)

// verb is what an action does to its item.
type verb uint8

const (
	update verb = iota
	put
	remove
	verify // a ConditionCheck
	read
)

// The values of the parameter ReturnValues, and its name and that of the other one that
// the proxy sets.
const (
	returnNone       = "NONE"
	returnOld        = "ALL_OLD"
	returnUpdatedOld = "UPDATED_OLD"
	returnNew        = "ALL_NEW"
	returnUpdatedNew = "UPDATED_NEW"

	returnValues    = "ReturnValues"
	returnOnFailure = "ReturnValuesOnConditionCheckFailure"
)

// action is what a request does to one item.
type action struct {
	verb   verb
	target Target
	paths  [][]string     // the watched attributes of the item
	item   attribute.Item // of a put: what it stores; otherwise the key
	schema Schema

	update    *expression.Update // nil: none, or it was not understood
	condition *expression.Condition
	problem   string // why the update was not understood; "" if it was

	returns   string // what the store is asked to return
	asked     bool   // by the proxy, so that it is taken out of the answer
	onFailure bool   // the store is asked for the item that refuses the write
	askedOn   bool   // by the proxy
	shared    bool   // another action of the transaction names the same item, which AWS refuses

	eventual bool // of a read
	partly   bool // of a read: with a projection
	shown    []expression.Use
}

// read reads the parts of a write that all operations share. v is the action's object,
// of which the key has been read.
func (a *action) read(v *fastjson.Value, cache *expression.Cache) {
	placeholders := &expression.Placeholders{Names: names(v), Values: values(v), Cache: cache}
	if text, given := textOf(v, "UpdateExpression"); given {
		parsed, err := expression.ParseUpdate(text, placeholders)
		if err != nil {
			a.problem = "its UpdateExpression was not understood: " + err.Error()
		}
		a.update = parsed
	}
	if text, given := textOf(v, "ConditionExpression"); given {
		if parsed, err := expression.ParseCondition(text, placeholders); err == nil {
			a.condition = parsed // otherwise the write is understood without it
		}
	}
	if v.Exists("AttributeUpdates") {
		a.problem = "it uses the legacy parameter AttributeUpdates"
	}
	a.returns = returnNone
	if text, given := textOf(v, returnValues); given {
		a.returns = text
	}
	text, _ := textOf(v, returnOnFailure)
	a.onFailure = text == returnOld
}

func textOf(v *fastjson.Value, name string) (text string, given bool) {
	member := v.Get(name)
	if member == nil || member.Type() != fastjson.TypeString {
		return "", false
	}
	return attribute.Text(member.GetStringBytes()), true
}

func names(v *fastjson.Value) map[string]string {
	object := v.GetObject("ExpressionAttributeNames")
	if object == nil {
		return nil
	}
	found := map[string]string{}
	object.Visit(func(name []byte, value *fastjson.Value) {
		found[attribute.Text(name)] = attribute.Text(value.GetStringBytes())
	})
	return found
}

// values leaves out what is no value: an expression that uses it is not understood then.
func values(v *fastjson.Value) *expression.Values {
	object := v.GetObject("ExpressionAttributeValues")
	if object == nil {
		return nil
	}
	found := &expression.Values{}
	object.Visit(func(name []byte, value *fastjson.Value) {
		if decoded, err := attribute.Decode(value); err == nil {
			found.Set(attribute.Text(name), decoded)
		}
	})
	return found
}

// itemOf returns the attributes of a member; ok is false if it is no item.
func itemOf(v *fastjson.Value, name string) (item attribute.Item, ok bool) {
	member := v.Get(name)
	if member == nil || member.Type() != fastjson.TypeObject {
		return nil, false
	}
	item, err := attribute.DecodeItem(member)
	return item, err == nil
}

// show notes the projection of a read.
func (a *action) show(v *fastjson.Value, cache *expression.Cache) {
	text, given := textOf(v, "ProjectionExpression")
	a.partly = given || v.Exists("AttributesToGet")
	if !given {
		return
	}
	placeholders := &expression.Placeholders{Names: names(v), Cache: cache}
	if parsed, err := expression.ParseProjection(text, placeholders); err == nil {
		a.shown = parsed.Uses()
	}
}

// shows reports whether an item in the answer has the attribute, if the stored one has.
func (a *action) shows(path []string) bool {
	if !a.partly {
		return true
	}
	for _, use := range a.shown {
		if use.Name == path[0] && !use.Inside {
			return true
		}
	}
	return false
}
