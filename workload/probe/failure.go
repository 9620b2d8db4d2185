package probe

import (
	"context"
	"errors"
	"net/http"
	"slices"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"contend/counter"
)

// The reasons why a row ended early.
var (
	errStopped = errors.New("it was interrupted")
	errTooLong = errors.New("it took too long")
)

// refusalCodes are the errors of a server that does not support a request. DynamoDB
// answers no request of the battery with one of them.
var refusalCodes = [...]string{
	"ValidationException", "UnknownOperationException", "SerializationException",
	"NotImplementedException", "NotImplemented", "UnsupportedOperationException",
}

// failure is the row of a question that was not answered.
func failure(err error) Row {
	switch {
	case errors.Is(err, counter.ErrNotFound):
		return broken([]string{err.Error()}, "an item that the server acknowledged is gone")
	case errors.Is(err, counter.ErrNotCounter):
		return broken([]string{err.Error()}, "an answer lacks the number that was written")
	}
	if message, ok := refusal(err); ok {
		row := notSupported("%s", message)
		row.Evidence = []string{err.Error()}
		return row
	}
	return notJudged("%v", err)
}

// refusal is the message of a server that refused to carry out a request.
func refusal(err error) (string, bool) {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return "", false
	}
	var answer *awshttp.ResponseError
	status := 0
	if errors.As(err, &answer) {
		status = answer.HTTPStatusCode()
	}
	if !slices.Contains(refusalCodes[:], api.ErrorCode()) && status != http.StatusNotImplemented {
		return "", false
	}
	return api.ErrorCode() + ": " + api.ErrorMessage(), true
}

// refusedCondition is the exception of a condition that does not hold.
func refusedCondition(err error) (*types.ConditionalCheckFailedException, bool) {
	var refused *types.ConditionalCheckFailedException
	return refused, errors.As(err, &refused)
}

// causeOf is the cause if ctx ended a row, and err otherwise.
func causeOf(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
