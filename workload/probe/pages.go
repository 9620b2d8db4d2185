package probe

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// queryPages asks whether the pages of a strong Query together have every item of a
// collection once, in the order of the sort key, in both directions, and whether
// counting alone gives the same number.
func (b *battery) queryPages(ctx context.Context, name string) Row {
	const items = 40
	var want []string
	for n := range items {
		event := fmt.Sprintf("event-%03d", n*7%items) // in another order than that of the keys
		want = append(want, event)
		for _, of := range []string{name, name + "-neighbour"} {
			err := b.patiently(ctx, func() error {
				_, err := b.client(n).PutItem(ctx, &dynamodb.PutItemInput{
					TableName: aws.String(b.Collection), Item: item{"id": text(of), "event": text(event)},
				})
				return err
			})
			if err != nil {
				return failure(err)
			}
		}
	}
	slices.Sort(want)
	var wrong []string
	asked := 0
	for _, limit := range []int32{1, 3, 7, items - 1, items, items + 1} {
		for _, forward := range []bool{true, false} {
			got, count, err := b.walk(ctx, name, limit, forward)
			if err != nil {
				return failure(err)
			}
			asked++
			if !forward {
				slices.Reverse(got)
			}
			if !slices.Equal(got, want) || count != items {
				wrong = append(wrong, fmt.Sprintf("pages of %d, forward %t: %d items (%s), counted %d, of %d", limit, forward, len(got), firstDifference(got, want), count, items))
			}
		}
	}
	if len(wrong) > 0 {
		return broken(wrong, "the pages of a strong Query do not have every item once, in order")
	}
	return right("%d queries with pages of 1 to %d items returned all %d, once each and in order", asked, items+1, items)
}

func firstDifference(got, want []string) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Sprintf("item %d is %q, not %q", i+1, got[i], want[i])
		}
	}
	return "the same as far as they go"
}

// walk reads all pages of a collection, and counts them in a second walk.
func (b *battery) walk(ctx context.Context, name string, limit int32, forward bool) (events []string, count int32, err error) {
	for _, counting := range []bool{false, true} {
		in := &dynamodb.QueryInput{
			TableName: aws.String(b.Collection), KeyConditionExpression: aws.String("id = :id"), ExpressionAttributeValues: item{":id": text(name)},
			ConsistentRead: aws.Bool(true), Limit: aws.Int32(limit), ScanIndexForward: aws.Bool(forward),
		}
		if counting {
			in.Select = types.SelectCount
		}
		const most = 1000
		for pages := 0; ; pages++ {
			var out *dynamodb.QueryOutput
			err := b.patiently(ctx, func() (err error) {
				out, err = b.client(pages).Query(ctx, in)
				return err
			})
			if err != nil {
				return nil, 0, err
			}
			for _, i := range out.Items {
				event, _ := i["event"].(*types.AttributeValueMemberS)
				if event != nil {
					events = append(events, event.Value)
				}
			}
			if counting {
				count += out.Count
			}
			if len(out.LastEvaluatedKey) == 0 || pages > most {
				break
			}
			in.ExclusiveStartKey = out.LastEvaluatedKey
		}
	}
	return events, count, nil
}
