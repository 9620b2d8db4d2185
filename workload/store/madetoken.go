package store

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// madeTokens makes client request tokens for transactions without one, as the SDK does.
// All tries of a call have the same token, so that the store carries out the transaction
// only once. The SDK's tokens are random; these are numbered.
type madeTokens struct {
	client string // the first part of each token, so that those of two clients of a store differ
	made   uint64 // how many tokens were made
}

// complete returns the input if it has a token, or else a copy of it with a new one.
func (t *madeTokens) complete(in *dynamodb.TransactWriteItemsInput) *dynamodb.TransactWriteItemsInput {
	if in.ClientRequestToken != nil {
		return in
	}
	t.made++
	completed := *in
	completed.ClientRequestToken = aws.String(fmt.Sprintf("%s-%d", t.client, t.made))
	return &completed
}
