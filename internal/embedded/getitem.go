package embedded

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
	"contend/internal/embedded/throughput"
)

type getItemRequest struct {
	TableName            string
	Key                  attribute.Item
	ConsistentRead       bool
	ProjectionExpression *string
	expressions
	reporting
	exchange *exchange
}

func (r *getItemRequest) decode(d *document) {
	*r = getItemRequest{} // it may be used again
	r.reporting.decode(d)
	r.TableName = d.tableOfItems()
	d.demandMember("Key")
	r.Key = d.key("Key")
	r.ConsistentRead = d.truth("ConsistentRead")
	r.ProjectionExpression = d.optionalText("ProjectionExpression")
	r.expressions.decode(d)
	r.exchange = d.exchange
	d.unsupported("AttributesToGet")
}

func (r *getItemRequest) take(in *intake, i *dynamodb.GetItemInput) {
	in.demand(i.AttributesToGet == nil)
	*r = getItemRequest{
		TableName:            in.table(i.TableName),
		Key:                  in.key(i.Key),
		ConsistentRead:       isTrue(i.ConsistentRead),
		ProjectionExpression: in.text(i.ProjectionExpression),
		expressions:          in.expressions(i.ExpressionAttributeNames, nil),
		reporting:            in.reporting(i.ReturnConsumedCapacity),
		exchange:             in.exchange,
	}
}

// got is the answer to a GetItem.
type got struct {
	item attribute.Item // nil: there is none
	consumed
}

func (s *Server) getItem(r *getItemRequest) (got, error) {
	t, projection, err := s.prepareGet(r)
	if err != nil {
		return got{}, err
	}
	at := t.look(r.Key)
	defer t.leave(at)
	item, bytes := at.cell.read(r.ConsistentRead, t.lag)
	units := readUnits(bytes, r.ConsistentRead)
	if short := t.takeReads(at.partition, at.sort, units); short != throughput.None {
		return got{}, t.throttled("Read", short)
	}
	if r.exchange != nil && r.ConsistentRead {
		item = s.planted.read(at.cell, r.exchange)
	}
	if item != nil && projection != nil {
		item = projection.Apply(item)
	}
	return got{item, consumed{r.reporting, r.TableName, units}}, nil
}

func (g got) appendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	if g.item != nil {
		dst = append(dst, `"Item":`...)
		dst = attribute.AppendItem(dst, g.item)
	}
	return append(g.appendMember(dst), '}')
}

func (s *Server) prepareGet(r *getItemRequest) (*table, *expression.Projection, error) {
	t, err := s.table(r.TableName)
	if err != nil {
		return nil, nil, err
	}
	placeholders, err := r.placeholders(parameter{"ProjectionExpression", r.ProjectionExpression})
	if err != nil {
		return nil, nil, err
	}
	projection, err := parseProjection(r.ProjectionExpression, placeholders)
	if err != nil {
		return nil, nil, err
	}
	if err := placeholders.Unused(); err != nil {
		return nil, nil, err
	}
	if projection != nil {
		if err := t.checkScalars(projection.Uses()); err != nil {
			return nil, nil, err
		}
	}
	return t, projection, t.checkKey(r.Key)
}

// parseProjection reads a projection; nil is one that was not given.
func parseProjection(text *string, placeholders *expression.Placeholders) (*expression.Projection, error) {
	if text == nil {
		return nil, nil
	}
	return expression.ParseProjection(*text, placeholders)
}
