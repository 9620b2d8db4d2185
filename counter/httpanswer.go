package counter

import "github.com/aws/smithy-go"

// codeCanceled is the error of a transaction that was cancelled.
const codeCanceled = "TransactionCanceledException"

// ClassifyAnswer says what an error answer means that was read from HTTP, without the
// SDK. status is the HTTP status; code is the error code without its name space, such as
// "ConditionalCheckFailedException", or "" if there is none. reasons are the codes of the
// reasons of a cancelled transaction.
func ClassifyAnswer(status int, code string, reasons []string) Classification {
	if code == codeCanceled {
		var worst canceling
		for _, reason := range reasons {
			worst.add(reason)
		}
		return worst.classification(code)
	}
	return classifyAnswer(status, &smithy.GenericAPIError{Code: code})
}
