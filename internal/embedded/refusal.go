package embedded

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"contend/internal/crash"
	"contend/internal/embedded/attribute"
)

// Refusal is the server's answer to a request that it did not carry out, or did not carry
// out as far as it knows.
type Refusal struct {
	Status int             // of HTTP
	API    smithy.APIError // an error type of the SDK, such as *types.ConditionalCheckFailedException
}

func (r *Refusal) Error() string { return fmt.Sprintf("status %d: %v", r.Status, r.API) }

// Unwrap returns the error of the SDK.
func (r *Refusal) Unwrap() error { return r.API }

// refusal returns an error as the client of the direct door gets it.
func (s *Server) refusal(err error) error {
	if f, ok := err.(*failure); ok {
		return f.refusal()
	}
	var refused *Refusal
	var caught *crash.Error
	var foreign *foreignError
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.As(err, &foreign):
		return foreign.cause
	case errors.As(err, &caught):
		return s.failure(err).refusal()
	}
	return asFailure(err).refusal()
}

func (f *failure) refusal() *Refusal {
	if f.kind != conditionFailed {
		return &Refusal{Status: f.status, API: f.api()}
	}
	var refused struct {
		Refusal
		types.ConditionalCheckFailedException
	}
	refused.Message, refused.Item = &f.message, shownIfAny(f.item)
	refused.Refusal = Refusal{Status: f.status, API: &refused.ConditionalCheckFailedException}
	return &refused.Refusal
}

// api returns the failure as the SDK's client reads it from the wire.
func (f *failure) api() smithy.APIError {
	message := &f.message
	switch f.kind {
	case exceededUnits:
		return &types.ProvisionedThroughputExceededException{Message: message, ThrottlingReasons: f.reason.reasons()}
	case throttling:
		return &types.ThrottlingException{Message: message, ThrottlingReasons: f.reason.reasons()}
	case requestLimit:
		return &types.RequestLimitExceeded{Message: message, ThrottlingReasons: f.reason.reasons()}
	case transactionCanceled:
		return &types.TransactionCanceledException{Message: message, CancellationReasons: cancellationReasons(f.reasons)}
	case transactionConflict:
		return &types.TransactionConflictException{Message: message}
	case transactionInProgress:
		return &types.TransactionInProgressException{Message: message}
	case parameterMismatch:
		return &types.IdempotentParameterMismatchException{Message: message}
	case resourceNotFound:
		return &types.ResourceNotFoundException{Message: message}
	case internalError:
		return &types.InternalServerError{Message: message}
	}
	_, code, _ := strings.Cut(f.kind, "#")
	return &smithy.GenericAPIError{Code: code, Message: onTheWire(f.message)}
}

// reasons is nil for a failure that is no throttle.
func (r throttleReason) reasons() []types.ThrottlingReason {
	if r.reason == "" {
		return nil
	}
	return []types.ThrottlingReason{{Reason: &r.reason, Resource: &r.resource}}
}

func cancellationReasons(all []*failure) []types.CancellationReason {
	if all == nil {
		return nil
	}
	reasons := make([]types.CancellationReason, len(all))
	for i, f := range all {
		code := f.code()
		reasons[i].Code = &code
		if f != nil {
			message := onTheWire(f.message)
			reasons[i].Message, reasons[i].Item = &message, shownIfAny(f.item)
		}
	}
	return reasons
}

// shownIfAny is nil for an item without attributes, which answers leave out.
func shownIfAny(item attribute.Item) map[string]types.AttributeValue {
	if len(item) == 0 {
		return nil
	}
	return attribute.ToSDK(item)
}

// onTheWire returns a message with U+FFFD for each byte that is no UTF-8, as JSON has it.
func onTheWire(message string) string {
	if utf8.ValidString(message) {
		return message
	}
	return string([]rune(message))
}
