package embedded

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
)

type updateItemRequest struct {
	writing
	Key              attribute.Item
	UpdateExpression *string
}

func (r *updateItemRequest) decode(d *document) {
	*r = updateItemRequest{} // it may be used again
	r.decodeTable(d)
	demandMetrics(d)
	r.decodeReturnValues(d)
	d.demandMember("Key")
	r.Key = d.key("Key")
	r.decodeRest(d)
	r.UpdateExpression = d.optionalText("UpdateExpression")
	d.unsupported("AttributeUpdates")
}

func (r *updateItemRequest) take(in *intake, i *dynamodb.UpdateItemInput) {
	in.demand(i.AttributeUpdates == nil && i.Expected == nil && i.ConditionalOperator == "")
	r.Key = in.key(i.Key)
	r.UpdateExpression = in.text(i.UpdateExpression)
	r.writing = writing{
		TableName:                           in.table(i.TableName),
		ConditionExpression:                 in.text(i.ConditionExpression),
		ReturnValues:                        chosen(in, i.ReturnValues, returnValues),
		ReturnValuesOnConditionCheckFailure: chosen(in, i.ReturnValuesOnConditionCheckFailure, returnedOnFailure),
		expressions:                         in.expressions(i.ExpressionAttributeNames, i.ExpressionAttributeValues),
		reporting:                           in.reporting(i.ReturnConsumedCapacity),
		exchange:                            in.exchange,
	}
	chosen(in, i.ReturnItemCollectionMetrics, metricsReports)
}

func (s *Server) updateItem(r *updateItemRequest) (written, error) {
	t, err := s.table(r.TableName)
	if err != nil {
		return written{}, err
	}
	update, condition, err := r.prepare(t)
	if err != nil {
		return written{}, err
	}
	ch := change{writing: &r.writing, table: t, key: r.Key, condition: condition, kind: actionUpdate, update: update}
	e, err := s.apply(&ch)
	if err != nil {
		return written{}, err
	}
	return r.returned(ch.written(e), e, update), nil
}

// prepare checks everything that does not depend on the stored item.
func (r *updateItemRequest) prepare(t *table) (*expression.Update, *expression.Condition, error) {
	if err := t.checkKey(r.Key); err != nil {
		return nil, nil, err
	}
	update, condition, err := r.updateAndCondition(r.UpdateExpression)
	if err != nil {
		return nil, nil, err
	}
	return update, condition, t.checkTargets(update)
}

// updateAndCondition reads the expressions of an update, whose own may be nil.
func (w *writing) updateAndCondition(text *string) (update *expression.Update, condition *expression.Condition, err error) {
	placeholders, err := w.placeholders(parameter{"UpdateExpression", text}, parameter{"ConditionExpression", w.ConditionExpression})
	if err != nil {
		return nil, nil, err
	}
	if text != nil {
		if update, err = expression.ParseUpdate(*text, placeholders); err != nil {
			return nil, nil, err
		}
	}
	if condition, err = w.condition(placeholders); err != nil {
		return nil, nil, err
	}
	return update, condition, placeholders.Unused()
}

// checkTargets refuses an update of the key.
func (t *table) checkTargets(update *expression.Update) error {
	if update == nil {
		return nil
	}
	for _, name := range update.Targets() {
		if t.isKey(name) {
			return invalid("One or more parameter values were invalid: Cannot update attribute " + name + ". This attribute is part of the key")
		}
	}
	return nil
}

// returned adds what ReturnValues asks for.
func (r *updateItemRequest) returned(w written, e effect, update *expression.Update) written {
	item := e.new
	if r.ReturnValues == "ALL_OLD" || r.ReturnValues == "UPDATED_OLD" {
		item = e.old
	}
	switch r.ReturnValues {
	case "ALL_OLD", "ALL_NEW":
		w.attributes = item
	case "UPDATED_OLD", "UPDATED_NEW":
		if update == nil {
			return w
		}
		if w.only = update.TouchedWhole(); w.only != nil {
			w.attributes = item
		} else {
			w.attributes = update.Touched(item)
		}
	}
	return w
}
