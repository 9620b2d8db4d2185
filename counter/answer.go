package counter

import (
	"errors"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// keyError is the error of a request about a counter. Its text is made only when somebody
// asks for it, because refused conditions are frequent.
type keyError struct {
	verb  string // "read" or "change"
	key   Key
	cause error
}

func (e *keyError) Error() string {
	return e.verb + " counter " + strconv.Quote(e.key.String()) + ": " + e.cause.Error()
}

func (e *keyError) Unwrap() error { return e.cause }

// answerOf returns the error that the store answered, with its HTTP status, which is 0 if
// it is not known. It looks only where the DynamoDB client puts that error, which is
// quicker than [errors.As]; api is nil if it is not there.
func answerOf(err error) (status int, api smithy.APIError) {
	for {
		switch e := err.(type) {
		case *keyError:
			err = e.cause
		case *smithy.OperationError:
			err = e.Err
		case *retry.MaxAttemptsError:
			err = e.Err
		case smithy.APIError:
			return status, e
		case httpAnswer:
			status, err = e.HTTPStatusCode(), e.Unwrap()
		default:
			return 0, nil
		}
	}
}

// httpAnswer is the SDK's error of an answer, or of a request without one, around its
// cause.
type httpAnswer interface {
	HTTPStatusCode() int
	Unwrap() error
}

// refusingItem returns the counter's item if err is the refusal of a condition on
// it; the item is empty if there is none or the store did not return it. refused is
// false for any other error. In a transaction the counter is the first item.
func refusingItem(err error) (stored item, refused bool) {
	if _, api := answerOf(err); api != nil {
		return itemIn(api)
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		return itemIn(api)
	}
	return nil, false
}

func itemIn(api smithy.APIError) (stored item, refused bool) {
	switch e := api.(type) {
	case *types.ConditionalCheckFailedException:
		return e.Item, true
	case *types.TransactionCanceledException:
		if conditionFailed(e, 0) {
			return e.CancellationReasons[0].Item, true
		}
	}
	return nil, false
}
