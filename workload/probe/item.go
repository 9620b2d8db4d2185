package probe

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
)

type item = map[string]types.AttributeValue

func id(key counter.Key) item { return item{"id": text(key.Name)} }

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func num(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }

// numeral is a number as the server spelled it; "" if the item has no such number.
func numeral(i item, name string) string {
	if n, ok := i[name].(*types.AttributeValueMemberN); ok {
		return n.Value
	}
	return ""
}

// show writes an item for evidence.
func show(i item) string {
	if len(i) == 0 {
		return "no item"
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(i)) {
		parts = append(parts, name+"="+showValue(i[name]))
	}
	return "{" + strings.Join(parts, " ") + "}"
}

func showValue(value types.AttributeValue) string {
	switch v := value.(type) {
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberS:
		return `"` + v.Value + `"`
	case *types.AttributeValueMemberSS:
		return fmt.Sprintf("%q", slices.Sorted(slices.Values(v.Value)))
	}
	return "(another type)"
}

// put stores an item and replaces any item with the same key.
func (b *battery) put(ctx context.Context, key counter.Key, attributes item) error {
	full := id(key)
	maps.Copy(full, attributes)
	return b.patiently(ctx, func() error {
		_, err := b.Client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(key.Table), Item: full})
		return err
	})
}

// get reads an item strongly.
func (b *battery) get(ctx context.Context, client Client, key counter.Key) (item, error) {
	var found item
	err := b.patiently(ctx, func() error {
		out, err := client.GetItem(ctx, &dynamodb.GetItemInput{
			TableName: aws.String(key.Table), Key: id(key), ConsistentRead: aws.Bool(true),
		})
		if err == nil {
			found = out.Item
		}
		return err
	})
	return found, err
}

// update sends an update of one item.
func (b *battery) update(ctx context.Context, client Client, key counter.Key, in *dynamodb.UpdateItemInput) (item, error) {
	in.TableName, in.Key = aws.String(key.Table), id(key)
	var told item
	err := b.patiently(ctx, func() error {
		out, err := client.UpdateItem(ctx, in)
		if err == nil {
			told = out.Attributes
		}
		return err
	})
	return told, err
}
