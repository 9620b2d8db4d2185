package store

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
)

// API has the methods of a client that a run needs. *[dynamodb.Client] implements it.
type API interface {
	counter.DynamoDB
	counter.TableClient
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
}

var _ API = (*dynamodb.Client)(nil)

// methods is a client whose methods all call one function, which gets the input and
// returns the output. Of the options of a single call, only the retryer has an effect.
type methods struct {
	send   func(ctx context.Context, input any, options []func(*dynamodb.Options)) (any, error)
	tokens *madeTokens
}

var _ API = methods{}

// by sends an input and returns its output, which must be a *Output.
func by[Output any](ctx context.Context, m methods, input any, options []func(*dynamodb.Options)) (*Output, error) {
	output, err := m.send(ctx, input, options)
	if err != nil {
		return nil, err
	}
	return output.(*Output), nil
}

func (m methods) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return by[dynamodb.GetItemOutput](ctx, m, in, o)
}

func (m methods) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return by[dynamodb.PutItemOutput](ctx, m, in, o)
}

func (m methods) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return by[dynamodb.UpdateItemOutput](ctx, m, in, o)
}

func (m methods) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, o ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return by[dynamodb.DeleteItemOutput](ctx, m, in, o)
}

func (m methods) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return by[dynamodb.QueryOutput](ctx, m, in, o)
}

func (m methods) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return by[dynamodb.BatchGetItemOutput](ctx, m, in, o)
}

func (m methods) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	return by[dynamodb.TransactGetItemsOutput](ctx, m, in, o)
}

func (m methods) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return by[dynamodb.TransactWriteItemsOutput](ctx, m, m.tokens.complete(in), o)
}

func (m methods) CreateTable(ctx context.Context, in *dynamodb.CreateTableInput, o ...func(*dynamodb.Options)) (*dynamodb.CreateTableOutput, error) {
	return by[dynamodb.CreateTableOutput](ctx, m, in, o)
}

func (m methods) DescribeTable(ctx context.Context, in *dynamodb.DescribeTableInput, o ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	return by[dynamodb.DescribeTableOutput](ctx, m, in, o)
}

func (m methods) DeleteTable(ctx context.Context, in *dynamodb.DeleteTableInput, o ...func(*dynamodb.Options)) (*dynamodb.DeleteTableOutput, error) {
	return by[dynamodb.DeleteTableOutput](ctx, m, in, o)
}

func (m methods) UpdateTimeToLive(ctx context.Context, in *dynamodb.UpdateTimeToLiveInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateTimeToLiveOutput, error) {
	return by[dynamodb.UpdateTimeToLiveOutput](ctx, m, in, o)
}
