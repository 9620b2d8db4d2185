package advise

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
)

// limited counts the calls of a load, and closes stop at the last one that is allowed. It is
// for simulated runs, which make one call at a time.
type limited struct {
	counter.DynamoDB
	calls, most int64
	stop        chan struct{}
}

func newLimited(most int64) *limited { return &limited{most: most, stop: make(chan struct{})} }

// over puts the count before a client.
func (l *limited) over(client counter.DynamoDB) counter.DynamoDB {
	l.DynamoDB = client
	return l
}

// reached reports whether the load was stopped.
func (l *limited) reached() bool { return l.calls >= l.most }

func (l *limited) count() {
	if l.calls++; l.calls == l.most {
		close(l.stop)
	}
}

func (l *limited) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	l.count()
	return l.DynamoDB.GetItem(ctx, in, o...)
}

func (l *limited) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	l.count()
	return l.DynamoDB.PutItem(ctx, in, o...)
}

func (l *limited) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	l.count()
	return l.DynamoDB.UpdateItem(ctx, in, o...)
}

func (l *limited) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	l.count()
	return l.DynamoDB.Query(ctx, in, o...)
}

func (l *limited) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	l.count()
	return l.DynamoDB.BatchGetItem(ctx, in, o...)
}

func (l *limited) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	l.count()
	return l.DynamoDB.TransactGetItems(ctx, in, o...)
}

func (l *limited) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	l.count()
	return l.DynamoDB.TransactWriteItems(ctx, in, o...)
}
