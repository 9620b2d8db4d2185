package store

import (
	"fmt"

	"contend/counter"
)

// maxConnections is how many connections a run opens at most: as many as the SDK's
// own transport allows a program for one host. The embedded server has the other
// ends of them in the same process, which has to keep a stack, buffers and open
// files for both.
const maxConnections = 2048

// SharedConnections is the warning of a run with more workers than connections; ""
// if each worker has its own.
func SharedConnections(workers int) string {
	if workers <= maxConnections {
		return ""
	}
	return fmt.Sprintf("%d workers share %d connections: an operation that waits for a free one has that wait in its latency", workers, maxConnections)
}

// inFlight is how many attempts of a design there are connections for; 0 means that
// nothing needs to be limited. The callers of combining share requests: most of them
// wait for each other and need no connection, and a limit would make the shared
// requests smaller.
func inFlight(design string) int {
	if design == counter.CombiningName {
		return 0
	}
	return maxConnections
}
