package fault

// Kind is a way in which a request goes wrong between a client and its server.
// Its text is its word in scenarios and reports.
type Kind string

// The kinds. "Lost" is what a network does: the client hears nothing and waits
// until its own time is over.
const (
	// LostRequest: the request never reaches the server.
	LostRequest Kind = "lost-request"
	// LostReply: the server answers, and the client never hears of it.
	LostReply Kind = "lost-reply"
	// Reset: the connection is reset, in half of the cases before the request
	// reaches the server, in the other half after it has answered.
	Reset Kind = "reset"
	// LateRequest: the request leaves later.
	LateRequest Kind = "delay"
	// Throttle: the request is refused for lack of capacity and does not reach
	// the server.
	Throttle Kind = "throttle"
	// ServerErrorBefore: the client is told of an internal error of the server,
	// which the request never reached.
	ServerErrorBefore Kind = "server-error-before"
	// ServerErrorAfter: the client is told of an internal error of the server,
	// which has carried out and answered the request.
	ServerErrorAfter Kind = "server-error-after"
	// Duplicate: the server gets the request twice, the second time after it
	// answered the first, which is the answer that the client hears.
	Duplicate Kind = "duplicate"
	// Partition: nothing passes, neither a request that is sent nor an answer
	// that comes while it lasts.
	Partition Kind = "partition"
)

// Kinds lists all kinds.
func Kinds() []Kind {
	return []Kind{LostRequest, LostReply, Reset, LateRequest, Throttle, ServerErrorBefore, ServerErrorAfter, Duplicate, Partition}
}
