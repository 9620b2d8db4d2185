package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	endpoints "github.com/aws/smithy-go/endpoints"
	"github.com/aws/smithy-go/logging"
)

// byJSON carries out a direct request as JSON. The SDK's own client writes the request
// and reads the answer, within this call.
func (s *Server) byJSON(input any, w *wait, x *exchange) (any, error) {
	ctx := context.WithValue(context.Background(), visitKey{}, visit{w, x})
	output, err := sendBy(ctx, s.client(), input)
	var response *awshttp.ResponseError
	var api smithy.APIError
	switch {
	case errors.As(err, &response) && errors.As(err, &api):
		return nil, &Refusal{Status: response.HTTPStatusCode(), API: api}
	case err != nil:
		return nil, &foreignError{err}
	}
	return output, nil
}

// foreignError is an error of the SDK's client for an input that it did not send.
type foreignError struct{ cause error }

func (e *foreignError) Error() string { return e.cause.Error() }

// visit holds the parts of a direct request that its JSON does not carry.
type visit struct {
	wait     *wait
	exchange *exchange
}

type visitKey struct{}

// newClient returns the client that [Server.byJSON] sends by.
func (s *Server) newClient() *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:             "local",
		EndpointResolverV2: nowhere{},
		Credentials:        credentials.NewStaticCredentialsProvider("direct", "direct", ""),
		Retryer:            aws.NopRetryer{},
		HTTPClient:         inner{s},
		Logger:             logging.Nop{},
	})
}

// nowhere is the endpoint of requests that are not sent. The SDK's own resolver would
// compile regular expressions for each of them.
type nowhere struct{}

// ResolveEndpoint implements [dynamodb.EndpointResolverV2].
func (nowhere) ResolveEndpoint(context.Context, dynamodb.EndpointParameters) (endpoints.Endpoint, error) {
	return endpoints.Endpoint{URI: url.URL{Scheme: "http", Host: "direct.invalid"}}, nil
}

// inner answers the requests of [Server.byJSON].
type inner struct{ server *Server }

// Do implements the SDK's interface of an HTTP client.
func (i inner) Do(r *http.Request) (*http.Response, error) {
	v, _ := r.Context().Value(visitKey{}).(visit)
	b := buffers.Get().(*buffer)
	defer b.free(v.exchange)
	var err error
	if b.body, err = readAll(b.body[:0], r.Body); err != nil {
		return nil, err
	}
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	d, err := b.read(i.server, operation, v.exchange, v.wait)
	status := http.StatusOK
	if err == nil {
		b.reply, err = i.server.dispatch(operation, d, b.reply[:0])
	}
	if err != nil {
		failure := i.server.failure(err)
		status, b.reply = failure.status, failure.appendJSON(b.reply[:0])
	}
	body := bytes.Clone(b.reply)
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": contentTypes, "X-Amzn-Requestid": {string(i.server.appendRequestID(nil))}},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}, nil
}

// sendBy calls the client's method for the input. It panics if there is none.
func sendBy(ctx context.Context, c *dynamodb.Client, input any) (any, error) {
	switch in := input.(type) {
	case *dynamodb.GetItemInput:
		return c.GetItem(ctx, in)
	case *dynamodb.UpdateItemInput:
		return c.UpdateItem(ctx, in)
	case *dynamodb.PutItemInput:
		return c.PutItem(ctx, in)
	case *dynamodb.DeleteItemInput:
		return c.DeleteItem(ctx, in)
	case *dynamodb.QueryInput:
		return c.Query(ctx, in)
	case *dynamodb.BatchGetItemInput:
		return c.BatchGetItem(ctx, in)
	case *dynamodb.TransactGetItemsInput:
		return c.TransactGetItems(ctx, in)
	case *dynamodb.TransactWriteItemsInput:
		return c.TransactWriteItems(ctx, in)
	case *dynamodb.CreateTableInput:
		return c.CreateTable(ctx, in)
	case *dynamodb.DescribeTableInput:
		return c.DescribeTable(ctx, in)
	case *dynamodb.UpdateTableInput:
		return c.UpdateTable(ctx, in)
	case *dynamodb.DeleteTableInput:
		return c.DeleteTable(ctx, in)
	case *dynamodb.ListTablesInput:
		return c.ListTables(ctx, in)
	case *dynamodb.UpdateTimeToLiveInput:
		return c.UpdateTimeToLive(ctx, in)
	case *dynamodb.DescribeTimeToLiveInput:
		return c.DescribeTimeToLive(ctx, in)
	}
	panic(fmt.Sprintf("embedded: %T is not the input of an operation", input))
}

// OperationOf returns the API name of the operation that an input belongs to, such as
// "GetItem" for a *dynamodb.GetItemInput; "" if it is not an input of the SDK.
func OperationOf(input any) string {
	switch input.(type) {
	case *dynamodb.GetItemInput:
		return "GetItem"
	case *dynamodb.UpdateItemInput:
		return "UpdateItem"
	case *dynamodb.TransactWriteItemsInput:
		return transactWriteItems
	}
	name, isInput := strings.CutSuffix(strings.TrimPrefix(fmt.Sprintf("%T", input), "*dynamodb."), "Input")
	if !isInput {
		return ""
	}
	return name
}
