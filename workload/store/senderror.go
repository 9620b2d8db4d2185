package store

import (
	"context"
	"net/http"
	"net/url"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// sendError is the error of a request in simulated time. [errors.As] finds in it what it
// finds in the error of the SDK's client, which is a chain of several errors; here they
// are made only when somebody asks for them, because refused conditions are frequent.
type sendError struct {
	operation string
	status    int   // of HTTP; 0: no answer
	cause     error // the service's own error, or what stopped the request
}

func (e *sendError) Error() string { return e.chain().Error() }

// Unwrap returns the innermost error.
func (e *sendError) Unwrap() error { return e.cause }

// HTTPStatusCode returns the status; 0 means that there was no answer.
func (e *sendError) HTTPStatusCode() int { return e.status }

// As makes the errors of the chain on demand.
func (e *sendError) As(target any) bool {
	switch at := target.(type) {
	case **smithy.OperationError:
		*at = e.chain()
	case **awshttp.ResponseError:
		*at = e.response()
	case **smithyhttp.ResponseError:
		*at = e.response().ResponseError
	default:
		return false
	}
	return true
}

// chain is the error as the SDK's client returns it.
func (e *sendError) chain() *smithy.OperationError {
	return &smithy.OperationError{ServiceID: "DynamoDB", OperationName: e.operation, Err: e.response()}
}

func (e *sendError) response() *awshttp.ResponseError {
	response := &http.Response{StatusCode: e.status, Header: http.Header{}, Body: http.NoBody}
	return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: response}, Err: e.cause}}
}

// unsent is the error of sending that the SDK makes of one of the HTTP client.
func unsent(err error) error {
	return &smithyhttp.RequestSendError{Err: &url.Error{Op: "Post", URL: simulatedPlace, Err: err}}
}

// canceled is the error of a request whose context has ended.
func canceled(ctx context.Context) error { return &smithy.CanceledError{Err: ctx.Err()} }
