package counter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Classification is what an attempt's error means for the counter.
type Classification struct {
	Outcome Outcome
	// Reason is a word for reports: the store's error code, its throttling
	// reason ("TableWriteKeyRangeThroughputExceeded"), or what happened to
	// the connection. It is empty for [Applied].
	Reason string
	// Permanent is true if trying again cannot help: the request itself, the
	// permissions or the configuration are wrong.
	Permanent bool
}

// Reasons of classifications that no store gave.
const (
	ReasonCanceled      = "canceled"
	ReasonConnection    = "connection lost"
	ReasonClosed        = "connection closed by the client"
	ReasonNotConnected  = "not connected"
	ReasonOverflow      = "overflow"
	ReasonFloor         = "floor" // see [ErrFloor]
	ReasonFull          = "full"  // see [ErrFull]
	ReasonExpired       = "token expired"
	ReasonToken         = "bad token"       // see [ErrToken]
	ReasonUnprocessed   = "UnprocessedKeys" // the field of the answer that tells it
	ReasonNotFound      = "not found"
	ReasonNotCounter    = "not a counter"
	ReasonDelta         = "delta other than 1"
	ReasonTimeout       = "time-out"
	ReasonBadAnswer     = "unreadable answer"
	ReasonConfiguration = "configuration"
	ReasonUnexplained   = "unexplained"
)

// Refused reports whether a design refused the change as its rules say: the
// counter is at its floor, or full. It is an answer, not a fault.
func (c Classification) Refused() bool {
	return c.Reason == ReasonFloor || c.Reason == ReasonFull
}

// NeverSent reports whether no byte of the request can have left: there was no
// connection, or the client refused to send it.
func (c Classification) NeverSent() bool {
	return c.Reason == ReasonNotConnected || c.Reason == ReasonConfiguration
}

// Classify says what the error of an attempt means. It knows the errors of
// this package, of the DynamoDB client and of the connection below it; a nil
// error is [Applied].
//
// Whatever may have reached the store and was not refused by it is [Unknown]:
// a DynamoDB answer of HTTP 500 "may come before or after the write took
// effect" (Developer Guide, "Error handling with DynamoDB"), and so may a lost
// connection. An error that nothing here recognises is Unknown too, because
// that is the answer that cannot hide a change.
func Classify(err error) Classification {
	if err == nil {
		return Classification{Outcome: Applied}
	}
	for _, classify := range []func(error) (Classification, bool){
		classifyOwn, classifyTransaction, classifyAPI, classifyUnsent, classifyTransport,
	} {
		if c, ok := classify(err); ok {
			return c
		}
	}
	return Classification{Outcome: Unknown, Reason: ReasonUnexplained}
}

// answerError is the answer to an acknowledged write that is not understood.
type answerError struct{ cause error }

func (e *answerError) Error() string { return "the write was acknowledged, but " + e.cause.Error() }
func (e *answerError) Unwrap() error { return e.cause }

func classifyOwn(err error) (Classification, bool) {
	var answer *answerError
	switch {
	case errors.As(err, &answer):
		return Classification{Outcome: Unknown, Reason: ReasonBadAnswer, Permanent: true}, true
	case errors.Is(err, ErrOverflow):
		return Classification{Outcome: Failed, Reason: ReasonOverflow, Permanent: true}, true
	case errors.Is(err, ErrFloor):
		return Classification{Outcome: Failed, Reason: ReasonFloor}, true
	case errors.Is(err, ErrFull):
		return Classification{Outcome: Failed, Reason: ReasonFull}, true
	case errors.Is(err, ErrExpired):
		return Classification{Outcome: Failed, Reason: ReasonExpired}, true
	case errors.Is(err, ErrToken):
		return Classification{Outcome: Failed, Reason: ReasonToken, Permanent: true}, true
	case errors.Is(err, ErrUnprocessed):
		return Classification{Outcome: Throttled, Reason: ReasonUnprocessed}, true
	case errors.Is(err, ErrNotFound):
		return Classification{Outcome: Failed, Reason: ReasonNotFound, Permanent: true}, true
	case errors.Is(err, ErrNotCounter):
		return Classification{Outcome: Failed, Reason: ReasonNotCounter, Permanent: true}, true
	case errors.Is(err, ErrDelta):
		return Classification{Outcome: Failed, Reason: ReasonDelta, Permanent: true}, true
	case errors.Is(err, ErrOutOfSync):
		return Classification{Outcome: Conflict, Reason: "out of sync"}, true
	}
	return Classification{}, false
}

// reasonCondition is the reason of a cancelled transaction's action whose
// condition was false.
const reasonCondition = "ConditionalCheckFailed"

// classifyTransaction looks into a cancelled transaction: it was refused as a
// whole, and the worst of its reasons says why.
func classifyTransaction(err error) (Classification, bool) {
	var canceled *types.TransactionCanceledException
	if !errors.As(err, &canceled) {
		return Classification{}, false
	}
	worst := Classification{Outcome: Conflict, Reason: canceled.ErrorCode()}
	for _, reason := range canceled.CancellationReasons {
		switch code := aws.ToString(reason.Code); code {
		case "None", "":
		case reasonCondition, "TransactionConflict":
			if worst.Outcome == Conflict {
				worst.Reason = code
			}
		case "ThrottlingError", "ProvisionedThroughputExceeded":
			if worst.Outcome != Failed {
				worst = Classification{Outcome: Throttled, Reason: code}
			}
		default: // ValidationError, ItemCollectionSizeLimitExceeded, …
			worst = Classification{Outcome: Failed, Reason: code, Permanent: true}
		}
	}
	return worst, true
}

// conflictCodes refuse a request because of another one; see the API
// reference of each operation.
var conflictCodes = [...]string{
	"ConditionalCheckFailedException",
	"TransactionConflictException",
	"TransactionInProgressException",
	"ReplicatedWriteConflictException",
}

// throttleCodes refuse a request for lack of capacity (API reference, "Common
// Errors", and the throttles that the SDK's retryer knows).
var throttleCodes = [...]string{
	"ProvisionedThroughputExceededException",
	"RequestLimitExceeded",
	"ThrottlingException",
	"ThrottledException",
	"Throttling",
	"TooManyRequestsException",
	"LimitExceededException",
	"SlowDown",
}

// classifyAPI knows every answer that the store itself gave.
func classifyAPI(err error) (Classification, bool) {
	var answer *awshttp.ResponseError
	status := 0
	if errors.As(err, &answer) {
		status = answer.HTTPStatusCode()
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		return Classification{}, false
	}
	c := classifyStatus(status, api.ErrorCode())
	if c.Outcome == Throttled {
		c.Reason = throttlingReason(err, c.Reason)
	}
	return c, true
}

// noCode is the SDK's word for an error answer that has no code.
const noCode = "UnknownError"

// classifyStatus says what an error answer of that HTTP status means. An answer
// without a code of DynamoDB's, such as the page of a proxy, is known by its
// status alone; status 0 is not known.
func classifyStatus(status int, code string) Classification {
	if code == "" || code == noCode {
		code = fmt.Sprintf("HTTP %d", status)
	}
	switch {
	case slices.Contains(conflictCodes[:], code):
		return Classification{Outcome: Conflict, Reason: code}
	case slices.Contains(throttleCodes[:], code) || status == http.StatusTooManyRequests:
		return Classification{Outcome: Throttled, Reason: code}
	case status >= 300 && status < 500 && status != http.StatusRequestTimeout:
		return Classification{Outcome: Failed, Reason: code, Permanent: true}
	}
	return Classification{Outcome: Unknown, Reason: code}
}

// throttlingReason is the reason that DynamoDB gives for a throttle, which
// tells a hot key from a table or account limit; code where it gives none.
func throttlingReason(err error, code string) string {
	var reasons []types.ThrottlingReason
	var provisioned *types.ProvisionedThroughputExceededException
	var throttling *types.ThrottlingException
	var limit *types.RequestLimitExceeded
	switch {
	case errors.As(err, &provisioned):
		reasons = provisioned.ThrottlingReasons
	case errors.As(err, &throttling):
		reasons = throttling.ThrottlingReasons
	case errors.As(err, &limit):
		reasons = limit.ThrottlingReasons
	}
	if len(reasons) == 0 || aws.ToString(reasons[0].Reason) == "" {
		return code
	}
	return aws.ToString(reasons[0].Reason)
}

// classifyUnsent knows the errors that come before a byte is sent, for which
// the counter is surely unchanged.
func classifyUnsent(err error) (Classification, bool) {
	var dial *net.OpError
	var lookup *net.DNSError
	if errors.As(err, &dial) && dial.Op == "dial" || errors.As(err, &lookup) {
		return Classification{Outcome: Failed, Reason: ReasonNotConnected}, true
	}
	// The client gives everything that happens from sending on a response
	// error; what stops it before (no region, no credentials, a parameter
	// that it refuses) has none.
	var operation *smithy.OperationError
	var response *awshttp.ResponseError
	if errors.As(err, &operation) && !errors.As(err, &response) && !isContextEnd(err) {
		return Classification{Outcome: Failed, Reason: ReasonConfiguration, Permanent: true}, true
	}
	return Classification{}, false
}

func isContextEnd(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// classifyTransport knows the ways to get no usable answer to a request that
// may have been sent. The status of an answer counts if its body came in full,
// whatever is in it.
func classifyTransport(err error) (Classification, bool) {
	var response *awshttp.ResponseError
	reason := transportReason(err)
	switch {
	case reason != "":
	case !errors.As(err, &response):
		return Classification{}, false
	case response.HTTPStatusCode() >= 300 && !errors.Is(err, io.ErrUnexpectedEOF):
		return classifyStatus(response.HTTPStatusCode(), ""), true
	default:
		reason = ReasonBadAnswer
	}
	return Classification{Outcome: Unknown, Reason: reason}, true
}

// transportReason is what became of the connection, "" if nothing is known to
// have.
func transportReason(err error) string {
	var timeout interface{ Timeout() bool }
	var send *smithyhttp.RequestSendError
	var connection *net.OpError
	switch {
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return ReasonTimeout
	case errors.Is(err, context.Canceled):
		return ReasonCanceled
	case errors.Is(err, net.ErrClosed), errors.Is(err, http.ErrBodyReadAfterClose):
		return ReasonClosed // by this process: nothing that the server or the network did
	case errors.As(err, &send), errors.As(err, &connection):
		return ReasonConnection
	}
	return ""
}
