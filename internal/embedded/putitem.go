package embedded

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/internal/embedded/attribute"
)

type putItemRequest struct {
	writing
	Item attribute.Item
}

func (r *putItemRequest) decode(d *document) {
	r.decodeTable(d)
	d.demandMember("Item")
	r.Item = d.item("Item")
	r.decodeReturnValues(d)
	demandMetrics(d)
	r.decodeRest(d)
}

func (r *putItemRequest) take(in *intake, i *dynamodb.PutItemInput) {
	in.demand(i.Expected == nil && i.ConditionalOperator == "")
	r.Item = in.item(i.Item)
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

func (s *Server) putItem(r *putItemRequest) (written, error) {
	t, err := s.table(r.TableName)
	if err != nil {
		return written{}, err
	}
	if err := r.onlyOld(); err != nil {
		return written{}, err
	}
	if err := t.checkKeyOf(r.Item); err != nil {
		return written{}, err
	}
	condition, err := r.onlyCondition()
	if err != nil {
		return written{}, err
	}
	if attribute.Size(r.Item) > maxItemBytes {
		return written{}, invalid(itemTooBig)
	}
	return s.replace(&change{writing: &r.writing, table: t, key: t.keyOf(r.Item), condition: condition, kind: actionPut, item: r.Item})
}

const itemTooBig = "Item size has exceeded the maximum allowed size"
