package fault

// Kind is a kind of fault between a client and its server. Its text is its name in
// scenarios and reports.
type Kind string

// The kinds. After a lost request or reply the client gets no answer and waits for
// its own time-out.
const (
	// LostRequest: the request never reaches the server.
	LostRequest Kind = "lost-request"
	// LostReply: the server carries the request out, and its answer never arrives.
	LostReply Kind = "lost-reply"
	// Reset: the connection is reset, in half of the cases before the request
	// reaches the server, in the other half after the server has answered.
	Reset Kind = "reset"
	// LateRequest: the request is delayed before it is sent; see [Rule.Delay].
	LateRequest Kind = "delay"
	// Throttle: the request is refused for lack of capacity and does not reach
	// the server.
	Throttle Kind = "throttle"
	// ServerErrorBefore: the client gets an internal server error, and the request
	// never reaches the server.
	ServerErrorBefore Kind = "server-error-before"
	// ServerErrorAfter: the client gets an internal server error, although the
	// server has carried the request out.
	ServerErrorAfter Kind = "server-error-after"
	// Duplicate: the server gets the request a second time after it has answered
	// the first one. The client gets the first answer.
	Duplicate Kind = "duplicate"
	// Partition: while it lasts, no request reaches the server and no answer
	// reaches the client.
	Partition Kind = "partition"
)

// Kinds lists all kinds.
func Kinds() []Kind {
	return []Kind{LostRequest, LostReply, Reset, LateRequest, Throttle, ServerErrorBefore, ServerErrorAfter, Duplicate, Partition}
}
