package probe

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// bulk is an item of some size, with the units that its write and its strong read
// consume: one for each started KB, and one for each started 4 KB.
type bulk struct {
	bytes         int
	writes, reads float64
}

// bulks are sizes that are well below the next unit, because names and keys count too.
func bulks() []bulk {
	return []bulk{{500, 1, 1}, {1500, 2, 1}, {3500, 4, 1}, {4500, 5, 2}, {9000, 9, 3}, {100_000, 98, 25}}
}

// largeItems asks whether items above 1 KB and above 4 KB are kept whole and counted by
// their size, and whether items above 400 KB are refused.
func (b *battery) largeItems(ctx context.Context, name string) Row {
	var wrong []string
	silent := false
	for n, size := range bulks() {
		said, told, err := b.carry(ctx, fmt.Sprintf("%s-%d", name, n), size)
		if err != nil {
			return failure(err)
		}
		wrong = append(wrong, said...)
		silent = silent || !told
	}
	const tooLarge = 410 << 10
	err := b.put(ctx, b.key(name, "beyond"), item{"bulk": text(strings.Repeat("x", tooLarge))})
	if _, refused := refusal(err); err == nil {
		wrong = append(wrong, "an item of 410 KB was accepted, beyond the limit of 400 KB")
	} else if !refused {
		return failure(err)
	}
	switch {
	case len(wrong) > 0:
		return broken(wrong, "an item beyond a unit's size was not kept whole, counted or refused as it should be")
	case silent:
		return right("%d items of up to 100 KB were kept whole and one of 410 KB was refused; no capacity is reported", len(bulks()))
	}
	return right("%d items of up to 100 KB were kept whole and counted by their size, and one of 410 KB was refused", len(bulks()))
}

// carry stores an item, changes it, and reads it back.
func (b *battery) carry(ctx context.Context, name string, size bulk) (wrong []string, told bool, err error) {
	key := b.key(name)
	full := id(key)
	full["bulk"], full["n"] = text(strings.Repeat("0123456789", size.bytes/10)), num("0")
	var put *dynamodb.PutItemOutput
	var changed *dynamodb.UpdateItemOutput
	var read *dynamodb.GetItemOutput
	for _, send := range []func() error{
		func() (err error) {
			put, err = b.Client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(key.Table), Item: full, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal})
			return err
		},
		func() (err error) {
			changed, err = b.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
				TableName: aws.String(key.Table), Key: id(key), UpdateExpression: aws.String("ADD n :one"), ExpressionAttributeValues: one,
				ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
			})
			return err
		},
		func() (err error) {
			read, err = b.Other.GetItem(ctx, &dynamodb.GetItemInput{
				TableName: aws.String(key.Table), Key: id(key), ConsistentRead: aws.Bool(true), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
			})
			return err
		},
	} {
		if err := b.patiently(ctx, send); err != nil {
			return nil, false, err
		}
	}
	full["n"] = num("1")
	if show(read.Item) != show(full) {
		wrong = append(wrong, fmt.Sprintf("an item of %d bytes was returned as another, of %d", size.bytes, len(show(read.Item))))
	}
	for _, m := range []metered{{"PutItem", size.writes, put.ConsumedCapacity}, {"UpdateItem", size.writes, changed.ConsumedCapacity}, {"GetItem (strong)", size.reads, read.ConsumedCapacity}} {
		if m.consumed == nil || m.consumed.CapacityUnits == nil {
			return wrong, false, nil
		}
		if *m.consumed.CapacityUnits != m.want {
			wrong = append(wrong, fmt.Sprintf("%s of %d bytes consumed %v units, not %v", m.name, size.bytes, *m.consumed.CapacityUnits, m.want))
		}
	}
	return wrong, true, nil
}
