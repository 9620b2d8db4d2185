package fault

import "time"

// Injected is a fault that one request met. A request that met several is told
// of once for each; all but Rule, Kind and Delay are then the same.
type Injected struct {
	Rule int // its place in [Config.Rules], from 0
	Kind Kind
	// Delivered is how often the server got the request and answered in full:
	// 0, 1 or 2.
	Delivered int
	// Pending: beyond Delivered, the request was handed to the connection once
	// more, and no full answer came before the client's time was over or the
	// connection broke. Whether the server carries that one out is unknown.
	Pending bool
	// Status is the HTTP status of the server's own answer, the last of them if
	// there are two; 0 if there is none. What the client heard is another matter:
	// of two answers it is the first, and of the faults that make up an answer
	// it is theirs.
	Status int
	// ErrorType is the code in the answer that Status is of, such as
	// "ConditionalCheckFailedException"; "" if it is no error or cannot be read.
	ErrorType string
	// Delay is what the kind [LateRequest] drew. The request waited less if its
	// client's time was over sooner, which is when nothing was delivered.
	Delay time.Duration
}
