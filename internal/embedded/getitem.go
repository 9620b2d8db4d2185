package embedded

import (
	"encoding/json"

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
	AttributesToGet json.RawMessage
}

func (s *Server) getItem(r *getItemRequest, reply []byte) ([]byte, error) {
	t, projection, err := s.prepareGet(r)
	if err != nil {
		return reply, err
	}
	p, c := t.locate(r.Key)
	item := c.current()
	if !r.ConsistentRead && s.config.ReadLag > 0 {
		item = c.seen(s.config.ReadLag)
	}
	units := readUnits(attribute.Size(item), r.ConsistentRead)
	if !p.reads.take(units, s.config.ReadCapacity) {
		return reply, t.throttled("Read")
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
	if err := unsupported(map[string]json.RawMessage{"AttributesToGet": r.AttributesToGet}); err != nil {
		return nil, nil, err
	}
	t, err := s.table(r.TableName)
	if err != nil {
		return nil, nil, err
	}
	if r.Key == nil {
		return nil, nil, invalid(nullKey)
	}
	if err := r.check(); err != nil {
		return nil, nil, err
	}
	placeholders, err := r.placeholders(map[string]*string{"ProjectionExpression": r.ProjectionExpression})
	if err != nil {
		return nil, nil, err
	}
	var projection *expression.Projection
	if r.ProjectionExpression != nil {
		if projection, err = expression.ParseProjection(*r.ProjectionExpression, placeholders); err != nil {
			return nil, nil, err
		}
	}
	if err := placeholders.Unused(); err != nil {
		return nil, nil, err
	}
	return t, projection, t.checkKey(r.Key)
}

const nullKey = "Cannot have null key for GetItem, DeleteItem, or UpdateItem"
