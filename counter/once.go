package counter

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// once is a client that applies a change at most once a call, whatever retries the
// client was made with: it repeats only requests that surely changed nothing.
// [Conditional] changes counters by UpdateItem alone; repeating a creation or a read
// does no harm. It relies on the client to respect the options of a call.
type once struct{ DynamoDB }

func (o once) GetItem(ctx context.Context, in *dynamodb.GetItemInput, options ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return o.DynamoDB.GetItem(ctx, in, append(slices.Clone(options), sendWhole)...)
}

func (o once) PutItem(ctx context.Context, in *dynamodb.PutItemInput, options ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return o.DynamoDB.PutItem(ctx, in, append(slices.Clone(options), sendWhole)...)
}

func (o once) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, options ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return o.DynamoDB.UpdateItem(ctx, in, append(slices.Clone(options), sendWhole, repeatOnlyRefused)...)
}

// sendWhole keeps the client from losing answers; see [WholeBody].
func sendWhole(o *dynamodb.Options) {
	if o.HTTPClient != nil {
		o.HTTPClient = wholeBodyClient{o.HTTPClient}
	}
}

// repeatOnlyRefused lets the client repeat only requests that surely changed
// nothing: throttles, and requests that found no connection.
func repeatOnlyRefused(o *dynamodb.Options) {
	switch r := o.Retryer.(type) {
	case nil:
	case aws.RetryerV2:
		o.Retryer = refusedOnlyV2{r}
	default:
		o.Retryer = refusedOnly{r}
	}
}

// refusedOnly is a retryer that never repeats a request that may have been applied.
type refusedOnly struct{ aws.Retryer }

func (r refusedOnly) IsErrorRetryable(err error) bool {
	return Classify(err).Outcome.SurelyNotApplied() && r.Retryer.IsErrorRetryable(err)
}

// refusedOnlyV2 is refusedOnly for a retryer with the methods of version 2.
type refusedOnlyV2 struct{ aws.RetryerV2 }

func (r refusedOnlyV2) IsErrorRetryable(err error) bool {
	return Classify(err).Outcome.SurelyNotApplied() && r.RetryerV2.IsErrorRetryable(err)
}
