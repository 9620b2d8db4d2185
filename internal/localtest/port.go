package localtest

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"sync/atomic"
)

// Test programs that run at the same time have process numbers near each other, and so
// different ports. All are below those that systems give to connections and to listeners
// that name no port: such a port can be taken before the server that it is for listens.
const (
	firstPort     = 10_000
	portsEach     = 150
	portsPrograms = 130
)

// portsGiven counts the ports that this process was given.
var portsGiven atomic.Int64

// FreePort returns a port of this machine for a server that a test is going to start. Nobody
// listens there, and until 150 others were asked for, no test gets it again.
func FreePort() (string, error) {
	for range portsEach {
		given := int(portsGiven.Add(1)) % portsEach
		port := strconv.Itoa(firstPort + os.Getpid()%portsPrograms*portsEach + given)
		if listener, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			return port, listener.Close()
		}
	}
	return "", fmt.Errorf("all %d ports for the tests of one program are in use", portsEach)
}
