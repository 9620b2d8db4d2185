package probe

import (
	"context"
	"math"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"contend/counter"
)

// counting is a client that counts the requests that were answered: carried out, or
// refused because of a condition or a conflict. It does not count throttled requests or
// lost answers.
type counting struct {
	Client
	answered *atomic.Int64
}

func counted[In, Out any](c counting, send func(context.Context, In, ...func(*dynamodb.Options)) (Out, error), ctx context.Context, in In, options []func(*dynamodb.Options)) (Out, error) {
	out, err := send(ctx, in, options...)
	if outcome := counter.Classify(err).Outcome; err == nil || outcome == counter.Conflict {
		c.answered.Add(1)
	}
	return out, err
}

func (c counting) GetItem(ctx context.Context, in *dynamodb.GetItemInput, options ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return counted(c, c.Client.GetItem, ctx, in, options)
}

func (c counting) PutItem(ctx context.Context, in *dynamodb.PutItemInput, options ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return counted(c, c.Client.PutItem, ctx, in, options)
}

func (c counting) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, options ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return counted(c, c.Client.UpdateItem, ctx, in, options)
}

func (c counting) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, options ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return counted(c, c.Client.DeleteItem, ctx, in, options)
}

func (c counting) Query(ctx context.Context, in *dynamodb.QueryInput, options ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return counted(c, c.Client.Query, ctx, in, options)
}

func (c counting) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, options ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return counted(c, c.Client.BatchGetItem, ctx, in, options)
}

func (c counting) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput, options ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	return counted(c, c.Client.TransactGetItems, ctx, in, options)
}

func (c counting) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, options ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return counted(c, c.Client.TransactWriteItems, ctx, in, options)
}

// doubt is the probability with which a rate is called excluded although it is not.
const doubt = 0.05

// ExcludedRate is the rate of faults that n requests without a fault exclude with 95 %
// confidence: the p of (1−p)^n = 0.05, which is nearly 3/n (the rule of three). It
// assumes that faults come independently of each other, in requests that would show
// them. Without requests it is 1: nothing is excluded.
func ExcludedRate(n int64) float64 {
	if n <= 0 {
		return 1
	}
	return 1 - math.Pow(doubt, 1/float64(n))
}
