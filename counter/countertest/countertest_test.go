package countertest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/counter"
	"contend/counter/countertest"
	"contend/internal/embedded"
	"contend/internal/localtest"
)

// tally is a design that package counter does not have. Its table has two key
// attributes, and its items hold nothing else but a number.
type tally struct {
	client counter.DynamoDB
	flaw   string // what is wrong with it; "": nothing
}

func (tally) Name() string { return "tally" }

func (tally) Traits() counter.Traits { return counter.Traits{ReturnsState: true, Decrements: true} }

func tallyKey(key counter.Key) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"page": &types.AttributeValueMemberS{Value: key.Name}, "what": &types.AttributeValueMemberS{Value: "visits"},
	}
}

func (c tally) Create(ctx context.Context, key counter.Key, initial int64) error {
	item := tallyKey(key)
	item["n"] = &types.AttributeValueMemberN{Value: strconv.FormatInt(initial, 10)}
	put := &dynamodb.PutItemInput{TableName: &key.Table, Item: item, ConditionExpression: aws.String("attribute_not_exists(n)")}
	if c.flaw == "create overwrites" {
		put.ConditionExpression = nil
	}
	_, err := c.client.PutItem(ctx, put)
	if errors.As(err, new(*types.ConditionalCheckFailedException)) {
		return nil
	}
	return err
}

func (c tally) Read(ctx context.Context, key counter.Key, consistent bool) (counter.State, counter.Units, error) {
	out, err := c.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &key.Table, Key: tallyKey(key), ConsistentRead: &consistent, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	if err != nil {
		return counter.State{}, counter.Units{}, err
	}
	units := counter.Units{Read: aws.ToFloat64(out.ConsumedCapacity.CapacityUnits), Reported: true}
	if len(out.Item) == 0 {
		return counter.State{}, units, fmt.Errorf("%w: %q", counter.ErrNotFound, key)
	}
	state, err := tallyState(out.Item)
	return state, units, err
}

func tallyState(item map[string]types.AttributeValue) (counter.State, error) {
	n, ok := item["n"].(*types.AttributeValueMemberN)
	if !ok {
		return counter.State{}, counter.ErrNotCounter
	}
	value, err := strconv.ParseInt(n.Value, 10, 64)
	return counter.State{Value: value}, err
}

func (c tally) Add(ctx context.Context, key counter.Key, change counter.Change) (counter.Receipt, error) {
	condition, limit := "n <= :limit", int64(1<<63-1)-max(change.Delta, 0)
	if change.Delta < 0 {
		condition, limit = "n >= :limit", -1<<63-change.Delta
	}
	number := func(n int64) types.AttributeValue {
		return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
	}
	out, err := c.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &key.Table, Key: tallyKey(key),
		UpdateExpression: aws.String("ADD n :delta"), ConditionExpression: &condition,
		ExpressionAttributeValues:           map[string]types.AttributeValue{":delta": number(change.Delta), ":limit": number(limit)},
		ReturnValues:                        types.ReturnValueUpdatedNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		ReturnConsumedCapacity:              types.ReturnConsumedCapacityTotal,
	})
	var refused *types.ConditionalCheckFailedException
	if errors.As(err, &refused) {
		err = counter.ErrNotFound
		if state, stateErr := tallyState(refused.Item); stateErr == nil {
			err = &counter.OverflowError{Key: key, Value: state.Value, Delta: change.Delta}
		}
	}
	receipt := counter.Receipt{Classification: counter.Classify(err)}
	if err != nil {
		if refused != nil || receipt.Outcome == counter.Unknown {
			receipt.EstimatedUnits.Write = 1
		}
		return receipt, err
	}
	receipt.Units = counter.Units{Write: aws.ToFloat64(out.ConsumedCapacity.CapacityUnits), Reported: true}
	if c.flaw == "sees another value" {
		change.Delta++
		out.Attributes["n"] = number(-change.Delta)
	}
	receipt.State, err = tallyState(out.Attributes)
	receipt.StateKnown = err == nil
	return receipt, err
}

func tallyOptions() countertest.Options {
	return countertest.Options{
		Table: &dynamodb.CreateTableInput{
			TableName:   aws.String("pages"),
			BillingMode: types.BillingModePayPerRequest,
			KeySchema: []types.KeySchemaElement{
				{AttributeName: aws.String("page"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("what"), KeyType: types.KeyTypeRange},
			},
			AttributeDefinitions: []types.AttributeDefinition{
				{AttributeName: aws.String("page"), AttributeType: types.ScalarAttributeTypeS}, {AttributeName: aws.String("what"), AttributeType: types.ScalarAttributeTypeS},
			},
		},
		Costs: countertest.Costs{Read: 1, Write: 1},
	}
}

// flawVariable names the flaw of the design that TestADesignOfTheCallersOwn tests.
const flawVariable = "COUNTERTEST_FLAW"

func TestADesignOfTheCallersOwn(t *testing.T) {
	listener, err := embedded.New(embedded.Config{}).Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close(context.WithoutCancel(t.Context())) }()
	client, options, flaw := localtest.Client(listener.Endpoint), tallyOptions(), os.Getenv(flawVariable)
	if flaw == "costs twice" {
		options.Costs.Write = 2
	}
	t.Run("suite", func(t *testing.T) {
		countertest.Run(t, client, func(client counter.DynamoDB) counter.Strategy { return tally{client, flaw} }, options)
	})
	left, found, err := counter.IdentifyTable(t.Context(), client, "pages")
	if err != nil || found {
		t.Errorf("the table is left: %+v, %t, %v", left, found, err)
	}
}

// TestFlawsAreFound runs the test above once for each flaw, in a process of its own,
// because a test that must fail cannot be part of a test that passes.
func TestFlawsAreFound(t *testing.T) {
	for flaw, want := range map[string]string{
		"create overwrites":  "create_keeps_an_existing_counter",
		"sees another value": "add_stores_the_sum",
		"costs twice":        "capacity_is_reported/of_a_change",
	} {
		t.Run(flaw, func(t *testing.T) {
			command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestADesignOfTheCallersOwn$/^suite$/"+want)
			command.Env = append(os.Environ(), flawVariable+"="+flaw)
			output, err := command.CombinedOutput()
			if err == nil || !strings.Contains(string(output), "--- FAIL: TestADesignOfTheCallersOwn/suite/"+want) {
				t.Errorf("got %v, want a failure of %q:\n%s", err, want, output)
			}
		})
	}
}
