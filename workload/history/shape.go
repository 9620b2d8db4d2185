package history

import "github.com/valyala/fastjson"

// shape numbers the members of one kind of object, from 0, below 64. It is -1 for a
// name that the format does not have.
type shape func(name []byte) int

// conform refuses a member that occurs twice in the object, whatever its value, and in
// a strict history a member that the format does not have.
func (m *members) conform(of shape) {
	var seen uint64
	m.object.Visit(func(name []byte, _ *fastjson.Value) {
		number := of(name)
		switch {
		case number < 0 && m.strict:
			m.fail("the format has no member %q here, and the history is strict", name)
		case number < 0:
		case seen&(1<<number) != 0:
			m.fail("%s occurs twice", name)
		default:
			seen |= 1 << number
		}
	})
}

func headerShape(name []byte) int {
	switch string(name) {
	case "contend_history":
		return 0
	case "tool":
		return 1
	case "scenario":
		return 2
	case "strategy":
		return 3
	case "table":
		return 4
	case "attribute":
		return 5
	case "started_at":
		return 6
	case "workers":
		return 7
	case "ordered":
		return 8
	case "strict":
		return 9
	case "shards":
		return 10
	case "idempotent":
		return 11
	case "floor":
		return 12
	case "counters":
		return 13
	case "version":
		return 14
	case "key":
		return 15
	case "calls":
		return 16
	case "run":
		return 17
	case "source":
		return 18
	case "sources":
		return 19
	case "clock":
		return 20
	}
	return -1
}

// readingShape is for a reading of the clock.
func readingShape(name []byte) int {
	switch string(name) {
	case "at_ns":
		return 0
	case "offset_ns":
		return 1
	case "within_ns":
		return 2
	}
	return -1
}

// elementShape is for an attribute of the table's key.
func elementShape(name []byte) int {
	switch string(name) {
	case "attribute":
		return 0
	case "type":
		return 1
	case "value":
		return 2
	}
	return -1
}

func counterShape(name []byte) int {
	switch string(name) {
	case "key":
		return 0
	case "initial":
		return 1
	case "initial_version":
		return 2
	}
	return -1
}

// operationShape is for an operation with a list of attempts.
func operationShape(name []byte) int {
	switch string(name) {
	case "worker":
		return 0
	case "seq":
		return 1
	case "counter":
		return 2
	case "kind":
		return 3
	case "reads":
		return 4
	case "delta":
		return 5
	case "due_ns":
		return 6
	case "invoked_ns":
		return 7
	case "returned_ns":
		return 8
	case "end":
		return 9
	case "attempts":
		return 10
	case "call":
		return 11
	case "to":
		return 12
	}
	return -1
}

// singleShape is for an operation that is its own attempt.
func singleShape(name []byte) int {
	if number := operationShape(name); number >= 0 {
		return number
	}
	const operations = 13
	if number := attemptShape(name); number >= 0 {
		return operations + number
	}
	return -1
}

func attemptShape(name []byte) int {
	switch string(name) {
	case "invoked_ns":
		return 0
	case "returned_ns":
		return 1
	case "outcome":
		return 2
	case "written":
		return 3
	case "reason":
		return 4
	case "look_invoked_ns":
		return 5
	case "look_returned_ns":
		return 6
	case "before":
		return 7
	case "after":
		return 8
	case "saw":
		return 9
	case "read_units":
		return 10
	case "write_units":
		return 11
	case "token":
		return 12
	case "repeated":
		return 13
	case "carried":
		return 14
	case "requests":
		return 15
	case "doubts":
		return 16
	case "over":
		return 17
	case "faults":
		return 18
	}
	return -1
}

func stateShape(name []byte) int {
	switch string(name) {
	case "value":
		return 0
	case "version":
		return 1
	}
	return -1
}

func faultShape(name []byte) int {
	switch string(name) {
	case "kind":
		return 0
	case "request":
		return 1
	case "write":
		return 2
	case "delivered":
		return 3
	case "unheard":
		return 4
	case "status":
		return 5
	case "code":
		return 6
	}
	return -1
}

func footerShape(name []byte) int {
	switch string(name) {
	case "operations":
		return 0
	case "elapsed_ns":
		return 1
	case "error":
		return 2
	case "finals":
		return 3
	case "claims":
		return 4
	case "clock":
		return 5
	}
	return -1
}

func finalShape(name []byte) int {
	switch string(name) {
	case "counter":
		return 0
	case "value":
		return 1
	case "version":
		return 2
	case "invoked_ns":
		return 3
	case "returned_ns":
		return 4
	case "watched_ns":
		return 5
	case "unseen":
		return 6
	}
	return -1
}

func claimShape(name []byte) int {
	switch string(name) {
	case "counter":
		return 0
	case "change":
		return 1
	case "low":
		return 2
	case "high":
		return 3
	}
	return -1
}
