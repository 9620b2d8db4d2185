package embedded

import (
	"net/http"

	"contend/internal/embedded/attribute"
)

// The error types of the protocol, with their name spaces.
const (
	validation       = "com.amazon.coral.validate#ValidationException"
	serialization    = "com.amazon.coral.service#SerializationException"
	unknownOperation = "com.amazonaws.dynamodb.v20120810#UnknownOperationException"
	missingToken     = "com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken"
	conditionFailed  = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
	resourceNotFound = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"
	resourceInUse    = "com.amazonaws.dynamodb.v20120810#ResourceInUseException"
	exceededUnits    = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
	internalError    = "com.amazonaws.dynamodb.v20120810#InternalServerError"
	throttling       = "com.amazonaws.dynamodb.v20120810#ThrottlingException"
	requestLimit     = "com.amazonaws.dynamodb.v20120810#RequestLimitExceeded"

	transactionCanceled   = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
	transactionConflict   = "com.amazonaws.dynamodb.v20120810#TransactionConflictException"
	transactionInProgress = "com.amazonaws.dynamodb.v20120810#TransactionInProgressException"
	parameterMismatch     = "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException"
)

// failure is an error answer.
type failure struct {
	status  int
	kind    string
	message string
	item    attribute.Item // of a failed condition that returns it
	reason  throttleReason // of a throttle
	misfit  bool           // of a key that is one, but of no item of its table
	reasons []*failure     // of a cancelled transaction, by action; nil for none
}

func (f *failure) Error() string { return f.message }

func fail(kind, message string) *failure {
	return &failure{status: http.StatusBadRequest, kind: kind, message: message}
}

// broken is the answer to a request that ended in a panic.
func broken() *failure {
	f := fail(internalError, "The request processing has failed because of an unknown error.")
	f.status = http.StatusInternalServerError
	return f
}

func invalid(message string) *failure { return fail(validation, message) }

func misfit(message string) *failure {
	f := invalid(message)
	f.misfit = true
	return f
}

// throttleReason says which limit was exceeded, in the words of the API reference.
type throttleReason struct{ reason, resource string }

func (f *failure) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"__type":`...)
	dst = attribute.AppendText(dst, f.kind)
	dst = append(dst, f.messageField()...)
	dst = attribute.AppendText(dst, f.message)
	if len(f.item) > 0 {
		dst = append(dst, `,"Item":`...)
		dst = attribute.AppendItem(dst, f.item)
	}
	if f.reason.reason != "" {
		dst = append(dst, f.reasonField()...)
		dst = append(dst, `:[{"reason":`...)
		dst = attribute.AppendText(dst, f.reason.reason)
		dst = append(dst, `,"resource":`...)
		dst = attribute.AppendText(dst, f.reason.resource)
		dst = append(dst, `}]`...)
	}
	return append(appendReasons(dst, f.reasons), '}')
}

// reasonField is spelled differently in the two throttling errors.
func (f *failure) reasonField() string {
	if f.kind == exceededUnits || f.kind == requestLimit {
		return `,"ThrottlingReasons"`
	}
	return `,"throttlingReasons"`
}

// messageField is spelled differently in the errors of transactions.
func (f *failure) messageField() string {
	switch f.kind {
	case transactionCanceled, transactionInProgress, parameterMismatch:
		return `,"Message":`
	}
	return `,"message":`
}
