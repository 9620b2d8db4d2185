package fault

import (
	"net"
	"net/http"
	"os"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// reset is the error of a connection that the server, or something on the way to it,
// has reset.
func reset() error {
	return &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
}

// madeUpAnswer is an answer that no server gave.
type madeUpAnswer struct {
	status int // HTTP status
	err    smithy.APIError
}

// madeUp returns the answer that a kind of fault puts in place of the server's. It
// returns false for kinds that put no answer there.
func madeUp(kind Kind, operation string) (madeUpAnswer, bool) {
	switch kind {
	case Throttle:
		return throttled(operation), true
	case ServerErrorBefore, ServerErrorAfter:
		return internalError(), true
	}
	return madeUpAnswer{}, false
}

// throttled is DynamoDB's answer to a request above the provisioned capacity
// (API reference, ProvisionedThroughputExceededException). The reason that it gives is
// the capacity of the table, not a hot key; reports distinguish the two.
func throttled(operation string) madeUpAnswer {
	direction := "Read"
	if isUpdate(operation) {
		direction = "Write"
	}
	return madeUpAnswer{http.StatusBadRequest, &types.ProvisionedThroughputExceededException{
		Message: aws.String("The level of configured provisioned throughput for the table was exceeded (injected)."),
		ThrottlingReasons: []types.ThrottlingReason{{
			Reason: aws.String("Table" + direction + "ProvisionedThroughputExceeded"), Resource: aws.String("contend-fault"),
		}},
	}}
}

// internalError is DynamoDB's answer when it does not know whether it has carried out
// a request (API reference, InternalServerError).
func internalError() madeUpAnswer {
	return madeUpAnswer{http.StatusInternalServerError, &types.InternalServerError{Message: aws.String("Internal server error (injected)")}}
}
