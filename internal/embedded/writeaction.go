package embedded

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

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
	// AWS tells unmet constraints in this order.
	for _, kind := range [...]actionKind{actionCheck, actionDelete, actionPut, actionUpdate} {
		if o := d.object(string(kind)); o != nil {
			a.many = a.kind != ""
			a.kind = kind
			a.decode(o)
			d.keepOf(o)
		}
	}
	return a
}

func (a *writeAction) decode(d *document) {
	a.TableName = d.tableOfItems()
	a.decodeCondition(d)
	if a.kind == actionPut {
		d.demandMember("Item")
		a.Item = d.item("Item")
		return
	}
	d.demandMember("Key")
	a.Key = d.item("Key")
	switch a.kind {
	case actionUpdate:
		d.demandMember("UpdateExpression")
		a.UpdateExpression = d.optionalText("UpdateExpression")
	case actionCheck:
		d.demandMember("ConditionExpression")
	}
}

// take reads an action; several in one place are not plain.
func (a *writeAction) take(in *intake, of *types.TransactWriteItem) {
	given := 0
	if i := of.ConditionCheck; i != nil {
		given++
		a.kind, a.Key = actionCheck, in.item(i.Key)
		a.writing = in.condition(i.TableName, i.ConditionExpression, i.ReturnValuesOnConditionCheckFailure, i.ExpressionAttributeNames, i.ExpressionAttributeValues)
		in.demand(i.ConditionExpression != nil)
	}
	if i := of.Delete; i != nil {
		given++
		a.kind, a.Key = actionDelete, in.item(i.Key)
		a.writing = in.condition(i.TableName, i.ConditionExpression, i.ReturnValuesOnConditionCheckFailure, i.ExpressionAttributeNames, i.ExpressionAttributeValues)
	}
	if i := of.Put; i != nil {
		given++
		a.kind, a.Item = actionPut, in.item(i.Item)
		a.writing = in.condition(i.TableName, i.ConditionExpression, i.ReturnValuesOnConditionCheckFailure, i.ExpressionAttributeNames, i.ExpressionAttributeValues)
	}
	if i := of.Update; i != nil {
		given++
		a.kind, a.Key, a.UpdateExpression = actionUpdate, in.item(i.Key), in.text(i.UpdateExpression)
		a.writing = in.condition(i.TableName, i.ConditionExpression, i.ReturnValuesOnConditionCheckFailure, i.ExpressionAttributeNames, i.ExpressionAttributeValues)
		in.demand(i.UpdateExpression != nil)
	}
	in.demand(given == 1)
}

// condition takes what the actions share.
func (in *intake) condition(table, text *string, onFailure types.ReturnValuesOnConditionCheckFailure,
	names map[string]string, values map[string]types.AttributeValue,
) writing {
	return writing{
		TableName: in.table(table), ConditionExpression: in.text(text),
		ReturnValuesOnConditionCheckFailure: chosen(in, onFailure, returnedOnFailure), expressions: in.expressions(names, values),
	}
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
	switch a.kind {
	case actionUpdate:
		a.update, a.condition, err = a.updateAndCondition(a.UpdateExpression)
	case actionPut:
		a.condition, err = a.conditionOfPut()
	default:
		a.condition, err = a.onlyCondition()
	}
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
	for _, value := range a.ExpressionAttributeValues.All() {
		size += attribute.Size(attribute.Item{"": value})
	}
	return size
}

// change is what the action does to its item, and the check of its key.
func (a *writeAction) change(t *table) (change, error) {
	ch := change{writing: &a.writing, table: t, key: a.Key, condition: a.condition, kind: a.kind, update: a.update, item: a.Item, isTransactional: true}
	if a.kind != actionPut {
		return ch, t.checkKey(a.Key)
	}
	if err := t.checkKeyOf(a.Item); err != nil {
		return change{}, err
	}
	ch.key = t.keyOf(a.Item)
	return ch, nil
}
