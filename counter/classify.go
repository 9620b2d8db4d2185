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

// Classification says what the error of an attempt means for the counter.
type Classification struct {
	Outcome Outcome
	// Reason is a word for reports: the store's error code, its throttling
	// reason ("TableWriteKeyRangeThroughputExceeded"), one of this package's
	// reasons, or what happened to the connection. It is empty for [Applied].
	Reason string
	// Permanent is true if trying again cannot help: the request itself, the
	// permissions or the configuration are wrong.
	Permanent bool
}

// Reasons that this package gives. Other values of [Classification.Reason] are
// codes of the store.
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
	ReasonUnprocessed   = "UnprocessedKeys" // named after the field of the answer
	ReasonNotFound      = "not found"
	ReasonNotCounter    = "not a counter"
	ReasonDelta         = "delta other than 1"
	ReasonTimeout       = "time-out"
	ReasonBadAnswer     = "unreadable answer"
	ReasonConfiguration = "configuration"
	ReasonUnexplained   = "unexplained"
)

// Refused reports whether a design refused the change by its rules: the counter is
// at its floor, or full. That is a valid answer, not a fault.
func (c Classification) Refused() bool {
	return c.Reason == ReasonFloor || c.Reason == ReasonFull
}

// NeverSent reports whether no byte of the request can have been sent: there was no
// connection, or the client refused to send it.
func (c Classification) NeverSent() bool {
	return c.Reason == ReasonNotConnected || c.Reason == ReasonConfiguration
}

// Classify says what the error of an attempt means. It knows the errors of
// this package, of the DynamoDB client and of the connection below it; a nil
// error is [Applied].
//
// A request that may have reached the store and was not refused by it is
// [Unknown]. A DynamoDB answer of HTTP 500 "may come before or after the write took
// effect" (Developer Guide, "Error handling with DynamoDB"), and a connection can
// be lost before or after it too. An error that Classify does not recognise is also
// Unknown, because any other outcome could hide a change that was made.
func Classify(err error) Classification {
	if err == nil {
		return Classification{Outcome: Applied}
	}
	if status, api := answerOf(err); api != nil {
		return classifyAnswer(status, api)
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

// answerError says that a write was acknowledged with an answer that could not be
// understood.
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

// reasonCondition is the code that a cancelled transaction gives for an action whose
// condition was false.
const reasonCondition = "ConditionalCheckFailed"

// classifyTransaction classifies a cancelled transaction.
func classifyTransaction(err error) (Classification, bool) {
	var canceled *types.TransactionCanceledException
	if !errors.As(err, &canceled) {
		return Classification{}, false
	}
	return classifyCanceled(canceled), true
}

// classifyCanceled classifies a cancelled transaction, which changed nothing, by the worst
// of its reasons.
func classifyCanceled(canceled *types.TransactionCanceledException) Classification {
	var worst canceling
	for _, reason := range canceled.CancellationReasons {
		worst.add(aws.ToString(reason.Code))
	}
	return worst.classification(canceled.ErrorCode())
}

// canceling is the worst of the reasons of a cancelled transaction.
type canceling struct {
	outcome Outcome // Unset: there was no reason
	code    string
}

func (w *canceling) add(code string) {
	switch code {
	case "None", "":
	case reasonCondition, "TransactionConflict":
		if w.outcome == Unset || w.outcome == Conflict {
			w.outcome, w.code = Conflict, code
		}
	case "ThrottlingError", "ProvisionedThroughputExceeded":
		if w.outcome != Failed {
			w.outcome, w.code = Throttled, code
		}
	default: // ValidationError, ItemCollectionSizeLimitExceeded, …
		w.outcome, w.code = Failed, code
	}
}

// classification is that of the whole transaction; code is its error code.
func (w *canceling) classification(code string) Classification {
	if w.outcome == Unset {
		return Classification{Outcome: Conflict, Reason: code}
	}
	return Classification{Outcome: w.outcome, Reason: w.code, Permanent: w.outcome == Failed}
}

// conflictCodes are the errors of a request that was refused because of another
// request; see the API reference of each operation.
var conflictCodes = [...]string{
	codeCondition,
	"TransactionConflictException",
	"TransactionInProgressException",
	"ReplicatedWriteConflictException",
}

// throttleCodes are the errors of a request that was refused for lack of capacity
// (API reference, "Common Errors", and the throttles that the SDK's retryer knows).
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

// classifyAPI classifies the errors that the store itself answered.
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
	return classifyAnswer(status, api), true
}

// classifyAnswer classifies an error that the store answered with that HTTP status.
func classifyAnswer(status int, api smithy.APIError) Classification {
	if canceled, ok := api.(*types.TransactionCanceledException); ok {
		return classifyCanceled(canceled)
	}
	c := classifyStatus(status, api.ErrorCode())
	if c.Outcome == Throttled {
		c.Reason = throttlingReason(api, c.Reason)
	}
	return c
}

// noCode is the SDK's word for an error answer that has no code.
const noCode = "UnknownError"

// classifyStatus classifies an error answer by its HTTP status and code. An answer
// without a DynamoDB code, such as the page of a proxy, is classified by its status
// alone. Status 0 means that the status is not known.
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

// throttlingReason returns DynamoDB's reason for a throttle, which distinguishes a
// hot key from a limit of the table or the account. Without a reason it returns
// code.
func throttlingReason(api smithy.APIError, code string) string {
	var reasons []types.ThrottlingReason
	switch e := api.(type) {
	case *types.ProvisionedThroughputExceededException:
		reasons = e.ThrottlingReasons
	case *types.ThrottlingException:
		reasons = e.ThrottlingReasons
	case *types.RequestLimitExceeded:
		reasons = e.ThrottlingReasons
	}
	if len(reasons) == 0 || aws.ToString(reasons[0].Reason) == "" {
		return code
	}
	return aws.ToString(reasons[0].Reason)
}

// classifyUnsent classifies the errors that occur before a byte is sent: the counter
// is surely unchanged.
func classifyUnsent(err error) (Classification, bool) {
	var dial *net.OpError
	var lookup *net.DNSError
	if errors.As(err, &dial) && dial.Op == "dial" || errors.As(err, &lookup) {
		return Classification{Outcome: Failed, Reason: ReasonNotConnected}, true
	}
	// The SDK wraps every error from sending onwards in a response error. What
	// stops it earlier (no region, no credentials, a parameter that it refuses)
	// is not wrapped in one.
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

// classifyTransport classifies the errors of requests that may have been sent and
// got no usable answer. The status of an answer counts if its body came in full,
// whatever the body holds.
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

// transportReason says what happened to the connection; "" if nothing is known.
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
		return ReasonClosed // by this process, not by the server or the network
	case errors.As(err, &send), errors.As(err, &connection):
		return ReasonConnection
	}
	return ""
}
