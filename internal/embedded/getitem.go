package embedded

import (
	"contend/internal/embedded/attribute"
	"contend/internal/embedded/expression"
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
	r.reporting.decode(d)
	r.TableName = d.tableOfItems()
	d.demandMember("Key")
	r.Key = d.item("Key")
	r.ConsistentRead = d.truth("ConsistentRead")
	r.ProjectionExpression = d.optionalText("ProjectionExpression")
	r.expressions.decode(d)
	r.exchange = d.exchange
	d.unsupported("AttributesToGet")
}

func (s *Server) getItem(r *getItemRequest, reply []byte) ([]byte, error) {
	t, projection, err := s.prepareGet(r)
	if err != nil {
		return reply, err
	}
	at := t.look(r.Key)
	defer t.leave(at)
	item := at.cell.read(r.ConsistentRead, t.lag)
	units := readUnits(attribute.Size(item), r.ConsistentRead)
	if short := t.takeReads(at.partition, units); short != enough {
		return reply, t.throttled("Read", short)
	}
	if r.exchange != nil && r.ConsistentRead {
		item = s.planted.read(at.cell, r.exchange)
	}
	reply = append(reply, '{')
	if item != nil {
		if projection != nil {
			item = projection.Apply(item)
		}
		reply = append(reply, `"Item":`...)
		reply = attribute.AppendItem(reply, item)
	}
	reply = r.appendCapacity(reply, r.TableName, units)
	return append(reply, '}'), nil
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
