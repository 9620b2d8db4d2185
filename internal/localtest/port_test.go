package localtest

import (
	"net"
	"strconv"
	"testing"
)

// TestFreePort: ports differ, are not among those that a system gives away by itself, and
// are free.
func TestFreePort(t *testing.T) {
	const connections = 32_768 // Linux gives connections the ports from here on
	given := map[string]bool{}
	for range 100 {
		port, err := FreePort()
		if err != nil {
			t.Fatal(err)
		}
		if n, err := strconv.Atoi(port); err != nil || n < 1024 || n >= connections || given[port] {
			t.Errorf("port %s, given before: %v (%v)", port, given[port], err)
		}
		given[port] = true
		listener, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			t.Fatalf("port %s is not free: %v", port, err)
		}
		defer listener.Close()
	}
	for range portsEach - 100 + 1 { // beyond the last one it begins anew, and leaves out what is in use
		port, err := FreePort()
		if err != nil || given[port] {
			t.Fatalf("port %s is in use (%v)", port, err)
		}
	}
}
