package embedded

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded/attribute"
)

// typed carries out a request of the direct door without JSON. The error is errUnusual
// for an input that must go by JSON.
func (s *Server) typed(input any, w *wait, x *exchange) (output any, err error) {
	in := &intake{exchange: x, cache: s.read}
	switch i := input.(type) {
	case *dynamodb.UpdateItemInput:
		return s.typedUpdate(in, i)
	case *dynamodb.GetItemInput:
		return s.typedGet(in, i)
	case *dynamodb.PutItemInput:
		return s.typedPut(in, i)
	case *dynamodb.DeleteItemInput:
		return s.typedDelete(in, i)
	case *dynamodb.QueryInput:
		return s.typedQuery(in, i)
	case *dynamodb.BatchGetItemInput:
		return s.typedBatch(in, i)
	case *dynamodb.TransactGetItemsInput:
		return s.typedTransactGet(in, i)
	case *dynamodb.TransactWriteItemsInput:
		return s.typedTransactWrite(in, i, w)
	}
	return nil, errUnusual
}

func (s *Server) typedUpdate(in *intake, i *dynamodb.UpdateItemInput) (any, error) {
	r := &updateItemRequest{}
	if !taken(in, i, r.take) {
		return nil, errUnusual
	}
	w, err := s.updateItem(r)
	if err != nil {
		return nil, err
	}
	return &dynamodb.UpdateItemOutput{Attributes: w.shown(), ConsumedCapacity: w.capacity()}, nil
}

func (s *Server) typedGet(in *intake, i *dynamodb.GetItemInput) (any, error) {
	r := &getItemRequest{}
	if !taken(in, i, r.take) {
		return nil, errUnusual
	}
	g, err := s.getItem(r)
	if err != nil {
		return nil, err
	}
	return &dynamodb.GetItemOutput{Item: attribute.ToSDK(g.item), ConsumedCapacity: g.capacity()}, nil
}

func (s *Server) typedPut(in *intake, i *dynamodb.PutItemInput) (any, error) {
	r := &putItemRequest{}
	if !taken(in, i, r.take) {
		return nil, errUnusual
	}
	w, err := s.putItem(r)
	if err != nil {
		return nil, err
	}
	return &dynamodb.PutItemOutput{Attributes: w.shown(), ConsumedCapacity: w.capacity()}, nil
}

func (s *Server) typedDelete(in *intake, i *dynamodb.DeleteItemInput) (any, error) {
	r := &deleteItemRequest{}
	if !taken(in, i, r.take) {
		return nil, errUnusual
	}
	w, err := s.deleteItem(r)
	if err != nil {
		return nil, err
	}
	return &dynamodb.DeleteItemOutput{Attributes: w.shown(), ConsumedCapacity: w.capacity()}, nil
}

func (s *Server) typedQuery(in *intake, i *dynamodb.QueryInput) (any, error) {
	r := &queryRequest{}
	if !taken(in, i, r.take) {
		return nil, errUnusual
	}
	f, err := s.query(r)
	if err != nil {
		return nil, err
	}
	out := &dynamodb.QueryOutput{
		Count: int32(f.count), ScannedCount: int32(f.scanned), LastEvaluatedKey: attribute.ToSDK(f.last), ConsumedCapacity: f.capacity(),
	}
	if !f.isCount {
		out.Items = shownItems(f.items)
	}
	return out, nil
}

func (s *Server) typedBatch(in *intake, i *dynamodb.BatchGetItemInput) (any, error) {
	r := &batchGetItemRequest{}
	if !taken(in, i, r.take) {
		return nil, errUnusual
	}
	if _, err := s.batchGetItem(r); err != nil {
		return nil, err
	}
	out := &dynamodb.BatchGetItemOutput{
		Responses: make(map[string][]map[string]types.AttributeValue, len(r.tables)), UnprocessedKeys: map[string]types.KeysAndAttributes{},
	}
	for _, b := range r.tables {
		out.Responses[b.name] = shownItems(b.items)
		if len(b.unprocessed) > 0 {
			out.UnprocessedKeys[b.name] = b.left()
		}
		if capacity := (consumed{r.reporting, b.name, b.units}).capacity(); capacity != nil {
			out.ConsumedCapacity = append(out.ConsumedCapacity, *capacity)
		}
	}
	return out, nil
}

// left is a request for the keys that are left.
func (b *batchedTable) left() types.KeysAndAttributes {
	of := types.KeysAndAttributes{
		Keys: shownItems(b.unprocessed), ProjectionExpression: b.ProjectionExpression, ExpressionAttributeNames: maps.Clone(b.ExpressionAttributeNames),
	}
	if b.ConsistentRead {
		of.ConsistentRead = aws.Bool(true)
	}
	return of
}

func (s *Server) typedTransactGet(in *intake, i *dynamodb.TransactGetItemsInput) (any, error) {
	r := &transactGetItemsRequest{}
	if !taken(in, i, r.take) {
		return nil, errUnusual
	}
	a, err := s.transactGetItems(r)
	if err != nil {
		return nil, err
	}
	out := &dynamodb.TransactGetItemsOutput{Responses: make([]types.ItemResponse, len(a.items)), ConsumedCapacity: a.capacities()}
	for i, item := range a.items {
		out.Responses[i].Item = attribute.ToSDK(item)
	}
	return out, nil
}

func (s *Server) typedTransactWrite(in *intake, i *dynamodb.TransactWriteItemsInput, w *wait) (any, error) {
	held := *w
	r := &transactWriteItemsRequest{wait: &held}
	if !taken(in, i, r.take) {
		return nil, errUnusual
	}
	a, err := s.transactWriteItems(r)
	*w = held
	if err != nil {
		return nil, err
	}
	return &dynamodb.TransactWriteItemsOutput{ConsumedCapacity: a.capacities()}, nil
}

func shownItems(items []attribute.Item) []map[string]types.AttributeValue {
	all := make([]map[string]types.AttributeValue, len(items))
	for i, item := range items {
		all[i] = attribute.ToSDK(item)
	}
	return all
}

// shown returns the attributes as the answer has them.
func (w written) shown() map[string]types.AttributeValue {
	return shownIfAny(w.attributes)
}

// capacity returns what the answer says about the consumed capacity, nil for nothing.
func (c consumed) capacity() *types.ConsumedCapacity {
	if !c.isAsked() {
		return nil
	}
	all := &types.ConsumedCapacity{TableName: &c.table, CapacityUnits: &c.units}
	if c.ReturnConsumedCapacity == "INDEXES" {
		all.Table = &types.Capacity{CapacityUnits: aws.Float64(c.units)}
	}
	return all
}

// capacities returns what the answer says about the consumed capacity.
func (c consumedOfAll) capacities() []types.ConsumedCapacity {
	if !c.isAsked() {
		return nil
	}
	all := make([]types.ConsumedCapacity, len(c.tables))
	for i := range c.tables {
		total := &c.tables[i]
		all[i] = types.ConsumedCapacity{TableName: &total.table, CapacityUnits: &total.units}
		var detail types.Capacity
		if c.side == "Read" {
			all[i].ReadCapacityUnits = aws.Float64(total.units)
			detail.ReadCapacityUnits = aws.Float64(total.units)
		} else {
			all[i].WriteCapacityUnits = aws.Float64(total.units)
			detail.WriteCapacityUnits = aws.Float64(total.units)
		}
		if c.ReturnConsumedCapacity == "INDEXES" {
			detail.CapacityUnits = aws.Float64(total.units)
			all[i].Table = &detail
		}
	}
	return all
}
