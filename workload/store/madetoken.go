package store

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// madeTokens makes the client request tokens that the SDK makes up for transactions
// without one. All tries of a call have the same, so that the store carries the
// transaction out once. The SDK's are random; these are numbered.
type madeTokens struct {
	client string // the tokens of different clients of a store differ
	made   uint64
}

// complete returns the input with a token.
func (t *madeTokens) complete(in *dynamodb.TransactWriteItemsInput) *dynamodb.TransactWriteItemsInput {
	if in.ClientRequestToken != nil {
		return in
	}
	t.made++
	completed := *in
	completed.ClientRequestToken = aws.String(fmt.Sprintf("%s-%d", t.client, t.made))
	return &completed
}
