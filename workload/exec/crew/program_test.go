package crew_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"contend/internal/localtest"
)

// programVariable makes the test binary a program under test, and names how it counts.
const programVariable = "CONTEND_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if way := os.Getenv(programVariable); way != "" {
		if err := program(way); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(localtest.Main(m).Run())
}

type request struct {
	ID          int64
	Do, Counter string
	Key         map[string]string
	By          int64
	Token       string
}

// program answers requests with a client of its own, as it comes.
func program(way string) error {
	ctx := context.Background()
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	c := counting{dynamodb.NewFromConfig(settings), os.Getenv("CONTEND_TABLE")}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var r request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return err
		}
		switch r.Do {
		case "hello":
			if way == "deaf" {
				return answerDeaf()
			}
			fmt.Println(`{"ready":true}`)
		case "bye":
			return nil
		default:
			c.answer(ctx, way, &r)
		}
	}
	return lines.Err()
}

// answerDeaf is ready, and reads nothing any more.
func answerDeaf() error {
	if err := os.Stdin.Close(); err != nil {
		return err
	}
	fmt.Println(`{"ready":true}`)
	time.Sleep(time.Hour)
	return nil
}

type counting struct {
	client *dynamodb.Client
	table  string
}

func (c counting) answer(ctx context.Context, way string, r *request) {
	value, err := c.carryOut(ctx, way, r)
	switch {
	case way == "breaks" && r.ID%5 == 0:
		fmt.Println("oops")
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		fmt.Printf(`{"id":%d,"end":"unknown"}`+"\n", r.ID)
	case value == nil:
		fmt.Printf(`{"id":%d,"end":"applied"}`+"\n", r.ID)
	default:
		fmt.Printf(`{"id":%d,"end":"applied","value":%d}`+"\n", r.ID, *value)
	}
}

func (c counting) carryOut(ctx context.Context, way string, r *request) (*int64, error) {
	by := r.By
	if r.Do == "decrement" {
		by = -by
	}
	switch {
	case r.Do == "read":
		value, err := c.read(ctx, r)
		return &value, err
	case way == "says it wrote" && r.ID%5 == 0:
		return nil, nil
	case way == "foreign":
		return nil, c.addInMap(ctx, r, by)
	case way == "token":
		return nil, c.once(ctx, r, by)
	case way == "conditional":
		return c.conditional(ctx, r, by)
	case way == "overwrites":
		value, err := c.read(ctx, r)
		if err != nil {
			return nil, err
		}
		value += by
		return &value, c.set(ctx, r, value, nil)
	}
	return c.add(ctx, r, by)
}

// add is one ADD, which the SDK may send again.
func (c counting) add(ctx context.Context, r *request, by int64) (*int64, error) {
	out, err := c.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &c.table, Key: key(r), UpdateExpression: text("ADD #v :by"), ReturnValues: types.ReturnValueUpdatedNew,
		ExpressionAttributeNames: map[string]string{"#v": "value"}, ExpressionAttributeValues: map[string]types.AttributeValue{":by": number(by)},
	})
	if err != nil {
		return nil, err
	}
	value, err := strconv.ParseInt(out.Attributes["value"].(*types.AttributeValueMemberN).Value, 10, 64)
	return &value, err
}

// addInMap adds to a number in a map.
func (c counting) addInMap(ctx context.Context, r *request, by int64) error {
	_, err := c.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &c.table, Key: key(r), UpdateExpression: text("SET stats.hits = stats.hits + :by"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":by": number(by)},
	})
	return err
}

// once is a transaction with a token.
func (c counting) once(ctx context.Context, r *request, by int64) error {
	for {
		_, err := c.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
			ClientRequestToken: &r.Token,
			TransactItems: []types.TransactWriteItem{{Update: &types.Update{
				TableName: &c.table, Key: key(r), UpdateExpression: text("ADD #v :by"),
				ExpressionAttributeNames: map[string]string{"#v": "value"}, ExpressionAttributeValues: map[string]types.AttributeValue{":by": number(by)},
			}}},
		})
		var cancelled *types.TransactionCanceledException
		if !errors.As(err, &cancelled) {
			return err
		}
	}
}

// conditional reads and writes on condition. It takes a lost reply for a lost race.
func (c counting) conditional(ctx context.Context, r *request, by int64) (*int64, error) {
	for {
		old, err := c.read(ctx, r)
		if err != nil {
			return nil, err
		}
		value := old + by
		err = c.set(ctx, r, value, &old)
		var refused *types.ConditionalCheckFailedException
		if !errors.As(err, &refused) {
			return &value, err
		}
	}
}

func (c counting) read(ctx context.Context, r *request) (int64, error) {
	strong := true
	out, err := c.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &c.table, Key: key(r), ConsistentRead: &strong})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(out.Item["value"].(*types.AttributeValueMemberN).Value, 10, 64)
}

func (c counting) set(ctx context.Context, r *request, value int64, old *int64) error {
	in := &dynamodb.UpdateItemInput{
		TableName: &c.table, Key: key(r), UpdateExpression: text("SET #v = :v"),
		ExpressionAttributeNames: map[string]string{"#v": "value"}, ExpressionAttributeValues: map[string]types.AttributeValue{":v": number(value)},
	}
	if old != nil {
		in.ConditionExpression, in.ExpressionAttributeValues[":old"] = text("#v = :old"), number(*old)
	}
	_, err := c.client.UpdateItem(ctx, in)
	return err
}

func key(r *request) map[string]types.AttributeValue {
	k := map[string]types.AttributeValue{}
	for name, value := range r.Key {
		k[name] = &types.AttributeValueMemberS{Value: value}
	}
	return k
}

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func text(s string) *string { return &s }

// environment is that of the test binary as a program.
func environment(way string) []string {
	all := []string{programVariable + "=" + way}
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, programVariable) {
			all = append(all, variable)
		}
	}
	return all
}
