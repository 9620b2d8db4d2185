package probe

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// metered is a request and the capacity that DynamoDB documents for it: one unit for a
// write of at most 1 KB and for a strong read of at most 4 KB.
type metered struct {
	name     string
	want     float64
	consumed *types.ConsumedCapacity
}

// consumedCapacity asks whether the capacity is reported to clients that ask for it.
func (b *battery) consumedCapacity(ctx context.Context, name string) Row {
	key := b.key(name)
	var answers []metered
	for _, ask := range []func(context.Context, counter.Key) (metered, error){b.meterPut, b.meterUpdate, b.meterRead} {
		var answer metered
		err := b.patiently(ctx, func() (err error) {
			answer, err = ask(ctx, key)
			return err
		})
		if err != nil {
			return failure(err)
		}
		answers = append(answers, answer)
	}
	return judgeCapacity(answers)
}

func (b *battery) meterPut(ctx context.Context, key counter.Key) (metered, error) {
	out, err := b.Client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(key.Table), Item: id(key), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	if err != nil {
		return metered{}, err
	}
	return metered{"PutItem", 1, out.ConsumedCapacity}, nil
}

func (b *battery) meterUpdate(ctx context.Context, key counter.Key) (metered, error) {
	out, err := b.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(key.Table), Key: id(key), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		UpdateExpression:          aws.String("ADD #n :one"),
		ExpressionAttributeNames:  map[string]string{"#n": "n"},
		ExpressionAttributeValues: one,
	})
	if err != nil {
		return metered{}, err
	}
	return metered{"UpdateItem", 1, out.ConsumedCapacity}, nil
}

func (b *battery) meterRead(ctx context.Context, key counter.Key) (metered, error) {
	out, err := b.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(key.Table), Key: id(key), ConsistentRead: aws.Bool(true),
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	if err != nil {
		return metered{}, err
	}
	return metered{"GetItem (strong)", 1, out.ConsumedCapacity}, nil
}

func judgeCapacity(answers []metered) Row {
	var wrong, silent []string
	for _, a := range answers {
		switch {
		case a.consumed == nil || a.consumed.CapacityUnits == nil:
			silent = append(silent, a.name+" was carried out, but its answer has no consumed capacity")
		case *a.consumed.CapacityUnits != a.want:
			wrong = append(wrong, fmt.Sprintf("%s of a small item consumed %v units, not %v", a.name, *a.consumed.CapacityUnits, a.want))
		}
	}
	switch {
	case len(wrong) > 0:
		return broken(wrong, "the capacity that is reported is wrong")
	case len(silent) > 0:
		row := notSupported("ReturnConsumedCapacity is accepted, but the capacity is not returned")
		row.Evidence = silent
		return row
	}
	return right("writes and strong reads of a small item each reported one unit")
}
