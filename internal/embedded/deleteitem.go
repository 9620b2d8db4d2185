package embedded

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/internal/embedded/attribute"
)

type deleteItemRequest struct {
	writing
	Key attribute.Item
}

func (r *deleteItemRequest) decode(d *document) {
	r.decodeTable(d)
	r.decodeReturnValues(d)
	demandMetrics(d)
	d.demandMember("Key")
	r.Key = d.key("Key")
	r.decodeRest(d)
}

func (r *deleteItemRequest) take(in *intake, i *dynamodb.DeleteItemInput) {
	in.demand(i.Expected == nil && i.ConditionalOperator == "")
	r.Key = in.key(i.Key)
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

func (s *Server) deleteItem(r *deleteItemRequest) (written, error) {
	t, err := s.table(r.TableName)
	if err != nil {
		return written{}, err
	}
	if err := r.onlyOld(); err != nil {
		return written{}, err
	}
	if err := t.checkKey(r.Key); err != nil {
		return written{}, err
	}
	condition, err := r.onlyCondition()
	if err != nil {
		return written{}, err
	}
	return s.replace(&change{writing: &r.writing, table: t, key: r.Key, condition: condition, kind: actionDelete})
}
