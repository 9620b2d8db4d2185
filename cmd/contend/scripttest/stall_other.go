//go:build !unix

package scripttest

import "github.com/rogpeppe/go-internal/testscript"

func stall(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Fatalf("no signal stops a process on this system")
}
