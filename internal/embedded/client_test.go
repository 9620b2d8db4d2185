package embedded_test

import (
	"context"
	"net/http"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"contend/internal/embedded"
)

// newClient is AWS's client on a new server, without sockets, so that time can
// be virtual.
func newClient(config embedded.Config) *dynamodb.Client { return clientOf(embedded.New(config)) }

// clientOf is AWS's client on a server.
func clientOf(server *embedded.Server) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       "eu-west-3",
		BaseEndpoint: aws.String("http://embedded"),
		Credentials:  credentials.NewStaticCredentialsProvider("any", "any", ""),
		Retryer:      aws.NopRetryer{},
		HTTPClient:   &http.Client{Transport: inProcess{server}},
	})
}

// directClientOf is AWS's client, whose inputs go to the direct door of a server.
func directClientOf(server *embedded.Server) *dynamodb.Client {
	direct := server.Direct()
	return dynamodb.New(dynamodb.Options{Region: "eu-west-3", APIOptions: []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("direct", func(
			ctx context.Context, in middleware.InitializeInput, _ middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			out, err := direct.Do(ctx, embedded.Request{Input: in.Parameters})
			return middleware.InitializeOutput{Result: out}, middleware.Metadata{}, err
		}), middleware.Before)
	}}})
}

const tableName = "counters"

// createTable creates an on-demand table with the key id and without a sort
// key.
func createTable(t testing.TB, client *dynamodb.Client) {
	t.Helper()
	create(t, client, tableInput())
}

// create completes a request for a table, and sends it.
func create(t testing.TB, client *dynamodb.Client, input *dynamodb.CreateTableInput) {
	t.Helper()
	if _, err := client.CreateTable(t.Context(), complete(input)); err != nil {
		t.Fatal(err)
	}
}

// tableInput is the request for the table of [createTable].
func tableInput() *dynamodb.CreateTableInput {
	return complete(&dynamodb.CreateTableInput{BillingMode: types.BillingModePayPerRequest})
}

// complete adds the name and the key to a request for a table.
func complete(input *dynamodb.CreateTableInput) *dynamodb.CreateTableInput {
	input.TableName = aws.String(tableName)
	input.AttributeDefinitions = []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}}
	input.KeySchema = []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}}
	return input
}

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int) types.AttributeValue { return &types.AttributeValueMemberN{Value: strconv.Itoa(n)} }

func key(id string) item { return item{"id": text(id)} }

// put stores a number under a key.
func put(t testing.TB, client *dynamodb.Client, id string, n int) {
	t.Helper()
	_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: item{"id": text(id), "n": number(n)}})
	if err != nil {
		t.Fatal(err)
	}
}

// adding is an update that adds one to a number.
func adding(id string) *dynamodb.UpdateItemInput {
	return &dynamodb.UpdateItemInput{
		TableName: aws.String(tableName), Key: key(id), UpdateExpression: aws.String("ADD n :one"),
		ExpressionAttributeValues: item{":one": number(1)}, ReturnValues: types.ReturnValueUpdatedNew,
	}
}

// read returns the number under a key, "" for none.
func read(t testing.TB, client *dynamodb.Client, id string, consistent bool) string {
	t.Helper()
	out, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: key(id), ConsistentRead: aws.Bool(consistent)})
	if err != nil {
		t.Fatal(err)
	}
	n, ok := out.Item["n"].(*types.AttributeValueMemberN)
	if !ok {
		return ""
	}
	return n.Value
}
