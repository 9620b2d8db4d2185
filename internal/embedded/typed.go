package embedded

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded/attribute"
)

// typed carries out a direct request without JSON. The error is errUnusual for an input
// that must go by JSON.
func (s *Server) typed(input any, w *wait, x *exchange) (output any, err error) {
	in := s.newIntake(x)
	output, err = s.typedBy(in, input, w)
	in.release()
	return output, err
}

func (s *Server) typedBy(in *intake, input any, w *wait) (output any, err error) {
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
	r := &in.update
	if !taken(in, i, r.take) {
		return nil, errUnusual
	}
	w, err := s.updateItem(r)
	if err != nil {
		return nil, err
	}
	var out struct {
		dynamodb.UpdateItemOutput
		capacity
	}
	out.Attributes, out.ConsumedCapacity = w.shown(), out.capacity.of(w.consumed)
	return &out.UpdateItemOutput, nil
}

func (s *Server) typedGet(in *intake, i *dynamodb.GetItemInput) (any, error) {
	r := &in.get
	if !taken(in, i, r.take) {
		return nil, errUnusual
	}
	g, err := s.getItem(r)
	if err != nil {
		return nil, err
	}
	var out struct {
		dynamodb.GetItemOutput
		capacity
	}
	out.Item, out.ConsumedCapacity = attribute.ToSDK(g.item), out.capacity.of(g.consumed)
	return &out.GetItemOutput, nil
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
	var out struct {
		dynamodb.PutItemOutput
		capacity
	}
	out.Attributes, out.ConsumedCapacity = w.shown(), out.capacity.of(w.consumed)
	return &out.PutItemOutput, nil
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
	var out struct {
		dynamodb.DeleteItemOutput
		capacity
	}
	out.Attributes, out.ConsumedCapacity = w.shown(), out.capacity.of(w.consumed)
	return &out.DeleteItemOutput, nil
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
		Count: int32(f.count), ScannedCount: int32(f.scanned), LastEvaluatedKey: attribute.ToSDK(f.last), ConsumedCapacity: new(capacity).of(f.consumed),
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
		if used := new(capacity).of(consumed{r.reporting, b.name, b.units}); used != nil {
			out.ConsumedCapacity = append(out.ConsumedCapacity, *used)
		}
	}
	return out, nil
}

// left returns a request for the keys that were not processed.
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
