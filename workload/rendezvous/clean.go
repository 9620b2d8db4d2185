package rendezvous

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Deleter is the part of the DynamoDB client that [Meeting.Clean] uses. *[dynamodb.Client]
// implements it.
type Deleter interface {
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
}

var _ Deleter = (*dynamodb.Client)(nil)

// Clean removes the items of the run, and no others, from a table that is not deleted. Machine
// 0 calls it after [Meeting.Close]. A lost machine that continues later gets a [*GoneError].
// Clean may be called again after an error.
func (m *Meeting) Clean(ctx context.Context, d Deleter) error {
	if err := m.remove(ctx, d, runItem); err != nil { // first, so that no heartbeat finds half a run
		return err
	}
	for machine := range m.member.Machines {
		if err := m.remove(ctx, d, itemNumber(machine)); err != nil {
			return err
		}
	}
	return nil
}

// remove removes an item if it is the run's. Its absence is no error, so it may be sent
// again.
func (m *Meeting) remove(ctx context.Context, d Deleter, n itemNumber) error {
	err := m.requests.send(ctx, nil, func(ctx context.Context) ([]types.ConsumedCapacity, bool, error) {
		out, err := d.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: m.tableName(), Key: keyOf(m.table.Key, m.member.Run, n),
			ConditionExpression:       aws.String("attribute_not_exists(#key) OR #run = :run"),
			ExpressionAttributeNames:  map[string]string{"#run": attributeRun, "#key": m.key().Partition.Attribute},
			ExpressionAttributeValues: map[string]types.AttributeValue{":run": ss(m.member.Run)},
			ReturnConsumedCapacity:    types.ReturnConsumedCapacityTotal,
		})
		if err != nil {
			return nil, true, err
		}
		return one(out.ConsumedCapacity), true, nil
	})
	var another *types.ConditionalCheckFailedException
	if err != nil && !errors.As(err, &another) {
		return fmt.Errorf("run %q: remove the item %q: %w", m.member.Run, n.name(m.member.Run), err)
	}
	return nil
}
