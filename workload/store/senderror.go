package store

import (
	"context"
	"net/http"
	"net/url"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// sendError is the error of a request in simulated time. The SDK's client returns a chain
// of several errors, and [errors.As] finds the same ones here. But they are made only when
// somebody asks for them, to keep refused conditions cheap: they are frequent.
type sendError struct {
	operation string
	status    int   // HTTP status; 0: no answer
	cause     error // the service's own error, or the reason why there is no answer
}

func (e *sendError) Error() string { return e.chain().Error() }

// Unwrap returns the innermost error.
func (e *sendError) Unwrap() error { return e.cause }

// HTTPStatusCode returns the status; 0 means that there was no answer.
func (e *sendError) HTTPStatusCode() int { return e.status }

// As makes an error of the chain when [errors.As] looks for it.
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

// unsent wraps an error of sending as the SDK and the HTTP client below it do.
func unsent(err error) error {
	return &smithyhttp.RequestSendError{Err: &url.Error{Op: "Post", URL: simulatedPlace, Err: err}}
}

// canceled is the error of a request whose context has ended.
func canceled(ctx context.Context) error { return &smithy.CanceledError{Err: ctx.Err()} }
