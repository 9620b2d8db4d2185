package probe

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

// batchGet asks whether a strong BatchGetItem returns each item once, as the last write
// left it, and nothing for keys without an item.
func (b *battery) batchGet(ctx context.Context, name string) Row {
	const present, absent = 30, 5
	var wrong []string
	for round := range b.Operations {
		for n := range present {
			if round > 0 && n%3 != 0 {
				continue // only some change in each round
			}
			if err := b.put(ctx, b.key(name, n), item{"n": num(strconv.Itoa(round))}); err != nil {
				return failure(err)
			}
		}
		var keys []counter.Key
		for n := range present + absent {
			keys = append(keys, b.key(name, n))
		}
		found, err := b.batch(ctx, b.client(round), keys)
		if err != nil {
			return failure(err)
		}
		for n, key := range keys {
			want := 0
			if n < present && n%3 == 0 {
				want = round
			}
			wrong = append(wrong, judgeBatched(key.Name, found[key.Name], n < present, strconv.Itoa(want))...)
		}
		if len(wrong) > 0 {
			return broken(wrong, "a strong BatchGetItem did not return each item once, as the last write left it")
		}
	}
	return right("%d batches returned %d items once each, as the last write left them, and nothing for %d keys without an item", b.Operations, present, absent)
}

func judgeBatched(name string, found []item, exists bool, want string) []string {
	switch {
	case !exists && len(found) > 0:
		return []string{fmt.Sprintf("%s does not exist, but was returned as %s", name, show(found[0]))}
	case exists && len(found) != 1:
		return []string{fmt.Sprintf("%s was returned %d times", name, len(found))}
	case exists && !equal(numeral(found[0], "n"), want):
		return []string{fmt.Sprintf("%s was returned as %s after n=%s was acknowledged", name, show(found[0]), want)}
	}
	return nil
}

// batch reads keys strongly, including the unprocessed ones, and returns the items by
// name.
func (b *battery) batch(ctx context.Context, client Client, keys []counter.Key) (map[string][]item, error) {
	asked := types.KeysAndAttributes{ConsistentRead: new(true)}
	for _, key := range keys {
		asked.Keys = append(asked.Keys, id(key))
	}
	left := map[string]types.KeysAndAttributes{b.Table: asked}
	found := map[string][]item{}
	const most = 100
	for range most {
		var out *dynamodb.BatchGetItemOutput
		err := b.patiently(ctx, func() (err error) {
			out, err = client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: left})
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, i := range out.Responses[b.Table] {
			name, _ := i["id"].(*types.AttributeValueMemberS)
			if name != nil {
				found[name.Value] = append(found[name.Value], i)
			}
		}
		if left = out.UnprocessedKeys; len(left) == 0 {
			return found, nil
		}
		sleep(ctx, throttlePause)
	}
	return nil, errThrottled
}
