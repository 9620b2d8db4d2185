//go:build !linux

package localtest

import "os/exec"

// dieWithParent does nothing here: a test program that is killed leaves its
// server behind.
func dieWithParent(*exec.Cmd) {}
