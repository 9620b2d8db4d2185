package store

import (
	"fmt"

	"contend/counter"
)

// maxConnections is how many connections a run opens at most: as many as the SDK's
// own transport allows for one host. With the embedded server, both ends of each
// connection are in this process, with a stack, buffers and open files each.
const maxConnections = 2048

// SharedConnections returns a warning for a run with more workers than connections;
// "" if each worker has its own.
func SharedConnections(workers int) string {
	if workers <= maxConnections {
		return ""
	}
	return fmt.Sprintf("%d workers share %d connections: the latencies include the wait for a free connection", workers, maxConnections)
}

// inFlight returns how many attempts there are connections for; 0 means that no limit
// is needed. The callers of combining share requests: most of them wait for each
// other and need no connection, and a limit would make the shared requests smaller.
func inFlight(design string) int {
	if design == counter.CombiningName {
		return 0
	}
	return maxConnections
}
