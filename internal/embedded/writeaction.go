package embedded

import (
	"strings"
	"unicode/utf8"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

// writeAction is one of the actions of a TransactWriteItems.
type writeAction struct {
	kind actionKind // none if it was not given
	many bool       // several were given in one place
	writing
	Key              attribute.Item
	Item             attribute.Item // of a Put, in the key's stead
	UpdateExpression *string

	update    *expression.Update
	condition *expression.Condition
}

// actionKind is the member that holds an action.
type actionKind string

const (
	actionCheck  actionKind = "ConditionCheck"
	actionDelete actionKind = "Delete"
	actionPut    actionKind = "Put"
	actionUpdate actionKind = "Update"
)

func decodeWriteAction(d *document) *writeAction {
	a := &writeAction{}
	for _, kind := range [...]actionKind{actionCheck, actionDelete, actionPut, actionUpdate} {
		if o := d.object(string(kind)); o != nil {
			a.many = a.kind != ""
			a.kind = kind
			a.decode(o)
			if o.err != nil {
				d.keep(o.err)
			}
		}
	}
	return a
}

func (a *writeAction) decode(d *document) {
	a.TableName = d.text("TableName")
	a.ConditionExpression = d.optionalText("ConditionExpression")
	a.ReturnValuesOnConditionCheckFailure = d.text("ReturnValuesOnConditionCheckFailure")
	a.expressions.decode(d)
	switch a.kind {
	case actionPut:
		a.Item = d.item("Item")
		return
	case actionUpdate:
		a.UpdateExpression = d.optionalText("UpdateExpression")
	}
	a.Key = d.item("Key")
}

// parse checks what needs no table.
func (a *writeAction) parse() (err error) {
	switch {
	case a.kind == "":
		return invalid("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request")
	case a.many:
		return invalid("TransactItems can only contain one of Check, Put, Update or Delete")
	case attribute.Size(a.Item) > maxItemBytes:
		return invalid(itemTooBig)
	}
	if err := a.check(); err != nil {
		return err
	}
	if a.kind == actionUpdate && a.UpdateExpression != nil {
		a.update, a.condition, err = a.updateAndCondition(a.UpdateExpression)
		return err
	}
	if a.kind == actionUpdate {
		return nil // refused for that it lacks, later
	}
	if a.kind == actionPut {
		a.condition, err = a.conditionOfPut()
		return err
	}
	a.condition, err = a.onlyCondition()
	return err
}

// conditionOfPut reads the condition of a Put, whose names and values DynamoDB
// takes even if no expression uses them.
func (a *writeAction) conditionOfPut() (*expression.Condition, error) {
	placeholders, err := a.given()
	if err != nil {
		return nil, err
	}
	return a.writing.condition(placeholders)
}

// bytes is what the action counts for the size of its transaction: the item or
// the key, and the expressions with their names and values.
func (a *writeAction) bytes() int {
	size := attribute.Size(a.Item) + attribute.Size(a.Key)
	for _, text := range []*string{a.ConditionExpression, a.UpdateExpression} {
		if text != nil {
			size += len(*text)
		}
	}
	for _, name := range a.ExpressionAttributeNames {
		size += len(name)
	}
	for _, value := range a.ExpressionAttributeValues {
		size += attribute.Size(attribute.Item{"": value})
	}
	return size
}

// missing names a required member that was not given, "" for none.
func (a *writeAction) missing() string {
	switch {
	case a.kind == actionPut && a.Item == nil:
		return "item"
	case a.kind != actionPut && a.Key == nil:
		return "key"
	case a.kind == actionUpdate && a.UpdateExpression == nil:
		return "updateExpression"
	case a.kind == actionCheck && a.ConditionExpression == nil:
		return "conditionExpression"
	}
	return ""
}

// member is the kind as the paths of error messages spell it.
func (k actionKind) member() string {
	_, size := utf8.DecodeRuneInString(string(k))
	return strings.ToLower(string(k[:size])) + string(k[size:])
}

// change is what the action does to its item, and the check of its key.
func (a *writeAction) change(t *table) (change, error) {
	ch := change{writing: &a.writing, table: t, key: a.Key, condition: a.condition, isTransactional: true}
	switch a.kind {
	case actionPut:
		if err := t.checkKeyOf(a.Item); err != nil {
			return change{}, err
		}
		ch.key = t.keyOf(a.Item)
		ch.compute = becoming(a.Item)
		return ch, nil
	case actionDelete:
		ch.compute = becoming(nil)
	case actionUpdate:
		ch.compute = updating(a.Key, a.update)
	case actionCheck:
		ch.isCheck = true
		ch.compute = func(old attribute.Item) (attribute.Item, error) { return old, nil }
	}
	return ch, t.checkKey(a.Key)
}
