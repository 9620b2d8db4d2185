// Package visits counts the visits of pages, in items that nobody else's design
// knows: {"id": page, "hits": number}.
package visits

import (
	"context"
	"errors"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// Visits is a counter in DynamoDB. If Safe is false, a visit whose answer was lost
// is counted again when it is tried again.
type Visits struct {
	Client counter.DynamoDB
	Safe   bool
}

// Name is what reports call the design.
func (v Visits) Name() string { return "visits" }

// Traits says what the design can do.
func (v Visits) Traits() counter.Traits {
	return counter.Traits{Contends: v.Safe, Idempotent: v.Safe, Decrements: true}
}

// Create stores the counter unless it exists.
func (v Visits) Create(ctx context.Context, key counter.Key, initial int64) error {
	_, err := v.Client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:           &key.Table,
		Item:                map[string]types.AttributeValue{"id": text(key.Name), "hits": number(initial)},
		ConditionExpression: aws.String("attribute_not_exists(id)"),
	})
	if errors.As(err, new(*types.ConditionalCheckFailedException)) {
		return nil
	}
	return err
}

// Read returns the number of visits.
func (v Visits) Read(ctx context.Context, key counter.Key, consistent bool) (counter.State, counter.Units, error) {
	out, err := v.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &key.Table, Key: map[string]types.AttributeValue{"id": text(key.Name)}, ConsistentRead: &consistent,
	})
	if err != nil {
		return counter.State{}, counter.Units{}, err
	}
	hits, ok := out.Item["hits"].(*types.AttributeValueMemberN)
	if !ok {
		return counter.State{}, counter.Units{}, counter.ErrNotFound
	}
	value, err := strconv.ParseInt(hits.Value, 10, 64)
	return counter.State{Value: value}, counter.Units{}, err
}

// Add makes one attempt to count a visit.
func (v Visits) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	add := &types.Update{
		TableName:                 &key.Table,
		Key:                       map[string]types.AttributeValue{"id": text(key.Name)},
		UpdateExpression:          aws.String("ADD hits :n"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":n": number(change.Delta)},
	}
	var err error
	if v.Safe { // the store remembers the token, and does not count it again
		_, err = v.Client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
			TransactItems: []types.TransactWriteItem{{Update: add}}, ClientRequestToken: &change.Token,
		})
	} else {
		_, err = v.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: add.TableName, Key: add.Key,
			UpdateExpression: add.UpdateExpression, ExpressionAttributeValues: add.ExpressionAttributeValues,
		})
	}
	return counter.Receipt{Classification: counter.Classify(err)}, err
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}
