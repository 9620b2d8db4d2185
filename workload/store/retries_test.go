package store

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"

	"contend/counter"
	"contend/workload/scenario"
)

// answers gives one answer after another, and repeats the last.
type answers []string

func (a *answers) Do(r *http.Request) (*http.Response, error) {
	body := (*a)[0]
	if len(*a) > 1 {
		*a = (*a)[1:]
	}
	status := http.StatusOK
	if strings.Contains(body, "Exception") {
		status = http.StatusBadRequest
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}, Request: r}, nil
}

// The SDK's limiter does not work in virtual time: it keeps asking how long to wait for
// the last billionth of a token.
func TestOnlyAThrottledClientIsHeldBack(t *testing.T) {
	const throttle = `{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slower"}`
	for _, c := range []struct {
		name    string
		answers answers
		held    bool
	}{
		{"a slow machine is not the SDK", answers{`{}`}, false},
		{"after a throttle the SDK holds back", answers{throttle, `{}`}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			settings := withRetries(aws.Config{
				Region:      "us-east-1",
				Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
				HTTPClient:  &counter.Meter{Next: &c.answers},
				APIOptions:  []func(*middleware.Stack) error{dawdle},
			}, scenario.SDKRetryAdaptive)
			client := dynamodb.NewFromConfig(settings)
			var held time.Duration
			for range 3 {
				wire := new(counter.Wire)
				if _, err := client.ListTables(counter.WithWire(t.Context(), wire), nil); err != nil {
					t.Fatal(err)
				}
				for _, s := range wire.Sends {
					held += s.ClientDelay
				}
			}
			if (held > 0) != c.held {
				t.Errorf("got %v held back, want some: %v", held, c.held)
			}
		})
	}
}

// dawdle delays a call as a slow machine would, between its beginning and its first
// request.
func dawdle(stack *middleware.Stack) error {
	return stack.Serialize.Add(middleware.SerializeMiddlewareFunc("dawdle",
		func(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (middleware.SerializeOutput, middleware.Metadata, error) {
			time.Sleep(3 * time.Millisecond)
			return next.HandleSerialize(ctx, in)
		}), middleware.Before)
}
