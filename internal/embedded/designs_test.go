package embedded_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/embedded"
	"contend/internal/longtest"
)

// designs makes random inputs as the designs of counters send them.
type designs struct{ *rand.Rand }

func (d designs) name() string { return fmt.Sprint("hits#", d.IntN(3)) }

func (d designs) pick(expressions ...string) *string {
	return aws.String(expressions[d.IntN(len(expressions))])
}

func (d designs) input() any {
	switch d.IntN(9) {
	case 0, 1, 2:
		return d.update()
	case 3:
		return d.addToken()
	case 4:
		return &dynamodb.GetItemInput{
			TableName: aws.String(tableName), Key: key(d.name()), ConsistentRead: aws.Bool(d.IntN(2) == 0), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		}
	case 5:
		return d.batch()
	case 6:
		return d.event()
	case 7:
		return d.events()
	}
	return d.transaction()
}

var designNames = map[string]string{"#value": "value", "#version": "version", "#updated": "updated"}

// update is a change of a number. It may have a condition, which may be false.
func (d designs) update() *dynamodb.UpdateItemInput {
	in := &dynamodb.UpdateItemInput{
		TableName: aws.String(tableName), Key: key(d.name()), ReturnValues: types.ReturnValueUpdatedNew, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		ExpressionAttributeNames: designNames, ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		ExpressionAttributeValues: item{":one": number(1), ":n": number(d.IntN(5) - 1), ":now": text(fmt.Sprint("2026-", d.IntN(100)))},
	}
	switch d.IntN(4) {
	case 0:
		in.UpdateExpression = aws.String("SET #updated = :now ADD #value :n, #version :one")
	case 1:
		in.UpdateExpression = aws.String("SET #value = :new, #updated = :now ADD #version :one")
		in.ConditionExpression = d.pick("#value = :n", "attribute_not_exists(#version) OR #version < :n")
		in.ExpressionAttributeValues[":new"] = number(d.IntN(5))
	case 2:
		in.UpdateExpression = aws.String("SET #value = if_not_exists(#value, :n) + :one, #updated = :now REMOVE #version")
	case 3:
		in.UpdateExpression = aws.String("SET #value = :n, #version = :one, #updated = :now, recent = :recent")
		in.ConditionExpression = aws.String("attribute_exists(id) AND #value >= :floor")
		in.ExpressionAttributeValues[":floor"] = number(d.IntN(3))
		in.ExpressionAttributeValues[":recent"] = &types.AttributeValueMemberL{Value: []types.AttributeValue{
			&types.AttributeValueMemberM{Value: item{"t": text("token"), "n": number(d.IntN(5))}}, &types.AttributeValueMemberB{Value: []byte{1}},
		}}
	}
	return in
}

// addToken is a change of a set of tokens.
func (d designs) addToken() *dynamodb.UpdateItemInput {
	token := fmt.Sprint("token-", d.IntN(20))
	return &dynamodb.UpdateItemInput{
		TableName: aws.String(tableName), Key: key("tokens"), UpdateExpression: aws.String("SET #updated = :now ADD #tokens :tokens"),
		ConditionExpression:      aws.String("attribute_not_exists(#tokens) OR NOT contains(#tokens, :token) AND size(#tokens) < :most"),
		ExpressionAttributeNames: map[string]string{"#tokens": "tokens", "#updated": "updated"},
		ExpressionAttributeValues: item{
			":now": text("2026"), ":tokens": &types.AttributeValueMemberSS{Value: []string{token}}, ":token": text(token), ":most": number(10),
		},
		ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes, ReturnValues: types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
}

func (d designs) batch() *dynamodb.BatchGetItemInput {
	return &dynamodb.BatchGetItemInput{ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal, RequestItems: map[string]types.KeysAndAttributes{
		tableName: {Keys: []item{key("hits#0"), key("hits#1"), key("hits#2")}, ConsistentRead: aws.Bool(d.IntN(2) == 0)},
	}}
}

const eventsTable = "events"

// event puts or deletes an item that records one change.
func (d designs) event() any {
	made := item{"id": text("a"), "event": text(fmt.Sprint(d.IntN(30)))}
	if d.IntN(5) == 0 {
		return &dynamodb.DeleteItemInput{TableName: aws.String(eventsTable), Key: made, ReturnValues: types.ReturnValueAllOld}
	}
	made["delta"] = number(d.IntN(5))
	return &dynamodb.PutItemInput{
		TableName: aws.String(eventsTable), Item: made, ConditionExpression: aws.String("attribute_not_exists(#event)"),
		ExpressionAttributeNames: map[string]string{"#event": "event"}, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	}
}

func (d designs) events() *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName: aws.String(eventsTable), KeyConditionExpression: aws.String("#id = :id"), ProjectionExpression: aws.String("#event, #delta"),
		ExpressionAttributeNames:  map[string]string{"#id": "id", "#event": "event", "#delta": "delta"},
		ExpressionAttributeValues: item{":id": text("a")}, ConsistentRead: aws.Bool(true), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	}
	if d.IntN(2) == 0 {
		in.Limit = aws.Int32(int32(1 + d.IntN(5)))
		in.ExclusiveStartKey = item{"id": text("a"), "event": text(fmt.Sprint(d.IntN(30)))}
	}
	return in
}

// transaction is a change with a marker or a token, which may be a repeat.
func (d designs) transaction() any {
	token := fmt.Sprint("token-", d.IntN(30))
	if d.IntN(4) == 0 {
		return &dynamodb.TransactGetItemsInput{ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal, TransactItems: []types.TransactGetItem{
			{Get: &types.Get{TableName: aws.String(tableName), Key: key(d.name())}},
			{Get: &types.Get{TableName: aws.String(tableName), Key: key(token)}},
		}}
	}
	in := &dynamodb.TransactWriteItemsInput{ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal, TransactItems: []types.TransactWriteItem{{Update: &types.Update{
		TableName: aws.String(tableName), Key: key("hits#0"), UpdateExpression: aws.String("SET #updated = :now ADD #value :n"),
		ConditionExpression:      d.pick("attribute_exists(id)", "#value < :n"),
		ExpressionAttributeNames: map[string]string{"#value": "value", "#updated": "updated"}, ExpressionAttributeValues: item{":n": number(d.IntN(3)), ":now": text("2026")},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}}}
	if d.IntN(2) == 0 {
		in.ClientRequestToken = aws.String(token)
		return in
	}
	in.TransactItems = append(in.TransactItems, types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(tableName), Item: item{"id": text(token), "expires": number(1)}, ConditionExpression: aws.String("attribute_not_exists(id)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}})
	return in
}

// TestDoorsAsDesignsSend sends random requests of the kinds that designs send through both
// doors, and compares the answers, with and without limits that throttle. The direct door
// needs no JSON for any of them.
func TestDoorsAsDesignsSend(t *testing.T) {
	for _, config := range []embedded.Config{{}, {WriteCapacity: 40, ReadCapacity: 30}, {ReadLag: 200 * time.Millisecond}} {
		synctest.Test(t, func(t *testing.T) {
			d, random := newDoors(config), designs{rand.New(rand.NewPCG(1, 0))}
			attributes := []types.AttributeDefinition{
				{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS},
				{AttributeName: aws.String("event"), AttributeType: types.ScalarAttributeTypeS},
			}
			keys := []types.KeySchemaElement{
				{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("event"), KeyType: types.KeyTypeRange},
			}
			for i, name := range []string{tableName, eventsTable} {
				d.compare(t, &dynamodb.CreateTableInput{
					TableName: aws.String(name), AttributeDefinitions: attributes[:i+1], KeySchema: keys[:i+1], BillingMode: types.BillingModePayPerRequest,
				})
			}
			for i := range longtest.Count(1000, 20000) {
				d.compare(t, random.input())
				if i%20 == 0 {
					time.Sleep(time.Duration(random.IntN(100)) * time.Millisecond)
				}
			}
			if d.withJSON != 2 {
				t.Errorf("%d requests went by JSON, want those of the tables", d.withJSON)
			}
		})
	}
}
