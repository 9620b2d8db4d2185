package fault

import "time"

// Injected describes a fault that was injected into one request. For a request with
// several faults there is one Injected each, which differ only in Rule, Kind, Delay
// and Unanswered.
type Injected struct {
	Rule int // index into [Config.Rules]
	Kind Kind
	// Delivered is how often the server received the request and answered in full:
	// 0, 1 or 2.
	Delivered int
	// Pending is true if the request was sent once more, in addition to Delivered,
	// and no full answer came before the client's time-out or before the
	// connection broke. It is not known whether the server carries that one out.
	Pending bool
	// Answered is true if the client got the server's own answer: the first one, if
	// there are two.
	Answered bool
	// Unanswered is how many of Delivered have an answer that the client did not get.
	// The last fault of a request counts them, so that the sum over its faults is right.
	Unanswered int
	// Status is the HTTP status of the server's own answer, the second one if
	// there are two; 0 if there is none. The client may have received something
	// else: the first of two answers, or an answer that the fault made up.
	Status int
	// ErrorType is the error code in the same answer, such as
	// "ConditionalCheckFailedException"; "" if it is no error or cannot be read.
	ErrorType string
	// Delay is the delay that the kind [LateRequest] drew. If the client's time-out
	// came first, the request waited less, and nothing was delivered.
	Delay time.Duration
}
